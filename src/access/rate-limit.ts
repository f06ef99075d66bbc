/**
 * How often somebody may ask. With Cloudflare's rate limiting binding the count is that of a data centre, within seconds; without it
 * each isolate counts for itself, so that the true limit is a multiple of what is set, by how many isolates there are.
 */
import { RateLimited } from './rate-limited.ts';

/** The part of a rate limiting binding that is used. */
export interface RateLimitBinding {
	limit(options: { key: string }): Promise<{ success: boolean }>;
}

export interface RateLimit {
	/** Counts a request of `key`. @throws RateLimited */
	take(key: string): Promise<void>;
}

/** Callers that an isolate remembers; who was away the longest is forgotten. */
const maxCallers = 10_000;
/** Seconds' worth of requests that may come at once. */
const burst = 5;
/** Seconds: the binding knows periods of 10 and of 60. */
const bindingRetryAfter = 10;

/** @param perSecond requests of one caller @param now milliseconds */
export const createIsolateLimit = (perSecond: number, now: () => number): RateLimit => {
	const callers = new Map<string, { left: number; at: number }>();
	const most = Math.max(1, perSecond * burst);
	return {
		take: async (key) => {
			const time = now();
			const known = callers.get(key) ?? { left: most, at: time };
			const left = Math.min(most, known.left + (Math.max(0, time - known.at) / 1000) * perSecond);
			callers.delete(key);
			// Who is refused has not been served: nothing is taken for it.
			callers.set(key, { left: left < 1 ? left : left - 1, at: time });
			for (const oldest of callers.keys()) {
				if (callers.size <= maxCallers) break;
				callers.delete(oldest);
			}
			if (left < 1) throw new RateLimited(Math.ceil((1 - left) / perSecond));
		},
	};
};

export interface BoundLimitOptions {
	readonly binding: RateLimitBinding;
	/** Counts while the binding fails; `null`: nobody does. */
	readonly otherwise: RateLimit | null;
	/** Told of the first failure of an isolate. */
	readonly onFailure: (error: unknown) => void;
}

/** A binding that fails is no reason to serve nobody: the isolate counts, as it would without one. */
export const createBoundLimit = ({ binding, otherwise, onFailure }: BoundLimitOptions): RateLimit => {
	let hasFailed = false;
	const ask = async (key: string): Promise<{ readonly success: boolean } | null> => {
		try {
			return await binding.limit({ key });
		} catch (error) {
			if (!hasFailed) onFailure(error);
			hasFailed = true;
			return null;
		}
	};
	return {
		take: async (key) => {
			const answer = await ask(key);
			if (answer === null) await otherwise?.take(key);
			else if (!answer.success) throw new RateLimited(bindingRetryAfter);
		},
	};
};

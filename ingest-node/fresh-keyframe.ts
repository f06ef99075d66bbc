/**
 * A fresher keyframe on demand, for one stream: who asks gets one that shows the world after the call.
 *
 * A keyframe that arrives after a call may have been on its way before it. So a call without `after` waits for a
 * keyframe that follows a request to the publisher which was sent after the call; calls that arrive together share it.
 * As long as somebody waits the request is repeated, because requests (RTCP PLI) get lost.
 */
import type { Clock } from './clock.ts';
import type { Keyframe } from './keyframe.ts';

/**
 * Least milliseconds between two requests to a publisher: keyframes are dear, and three a second are fresh enough. Not
 * less than publishers take: Chromium ignores a request within 300 ms of the one before, and one that a protocol sends
 * later than it was told to would let an earlier keyframe pass for its answer.
 */
export const requestInterval = 350;
/** Milliseconds from a call to its request: calls of this time share one. */
const gatherTime = 5;

export interface FreshOptions {
	/** A keyframe captured later than this will do, epoch milliseconds; without it, one captured after the call. */
	readonly after?: number | undefined;
	/** Milliseconds to wait. */
	readonly timeout: number;
}

export interface FreshKeyframes {
	/**
	 * A keyframe as wanted; the newest one, or `null` when there is none, when the time is up, the stream ends, or the
	 * publisher cannot be asked. Of a stream that has none yet the first one is waited for. Never rejects.
	 */
	wait(options: FreshOptions): Promise<Keyframe | null>;
	/** A new keyframe is the newest. */
	arrived(keyframe: Keyframe): void;
	/** The stream is over: nobody waits any longer. */
	end(): void;
}

export interface FreshKeyframesOptions {
	readonly clock: Clock;
	/** Asks the publisher for a keyframe; `undefined` where the protocol knows no such request. */
	readonly request: (() => void) | undefined;
	readonly newest: () => Keyframe | null;
}

interface Waiter {
	readonly accepts: (keyframe: Keyframe) => boolean;
	readonly resolve: (keyframe: Keyframe | null) => void;
}

export const createFreshKeyframes = ({ clock, request, newest }: FreshKeyframesOptions): FreshKeyframes => {
	const waiting = new Set<Waiter>();
	let requests = 0;
	let requestedAt = Number.NEGATIVE_INFINITY;
	let cancelNext: (() => void) | null = null;
	let ended = false;

	const ask = (): void => {
		cancelNext = null;
		if (waiting.size === 0) return;
		requests += 1;
		requestedAt = clock.monotonic();
		cancelNext = clock.after(requestInterval, ask);
		request?.();
	};

	const askSoon = (): void => {
		const rest = requestedAt + requestInterval - clock.monotonic();
		cancelNext ??= clock.after(Math.max(gatherTime, rest), ask);
	};

	const wait = ({ after, timeout }: FreshOptions): Promise<Keyframe | null> => {
		const present = newest();
		const isThere = after !== undefined && present !== null && present.capturedAt > after;
		const isAllThereIs = request === undefined && present !== null;
		if (isThere || isAllThereIs || ended) return Promise.resolve(present);
		return new Promise((resolve) => {
			const asked = requests;
			const cancel = clock.after(timeout, () => waiter.resolve(newest()));
			const waiter: Waiter = {
				accepts: ({ capturedAt }) => (after === undefined ? requests > asked : capturedAt > after),
				resolve: (keyframe) => {
					cancel();
					waiting.delete(waiter);
					resolve(keyframe);
				},
			};
			waiting.add(waiter);
			askSoon();
		});
	};

	return {
		wait,
		arrived: (keyframe) => {
			for (const waiter of [...waiting]) if (waiter.accepts(keyframe)) waiter.resolve(keyframe);
		},
		end: () => {
			ended = true;
			cancelNext?.();
			for (const waiter of [...waiting]) waiter.resolve(newest());
		},
	};
};

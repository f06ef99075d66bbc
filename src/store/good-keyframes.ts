/**
 * {@link GoodKeyframes} over the Cache API of one colo, with the isolate's memory in front. There is one entry for each
 * session, so no keyframe of one session is ever shown as another's.
 */
import { buildMetadata, parseMetadata } from '../shared/keyframe-object.ts';
import { limits } from '../shared/limits.ts';
import type { GoodKeyframes, HeldKeyframe } from './ports.ts';

// A reserved name (RFC 2606): no client can ask for these URLs.
const urlOf = (session: string): string => `https://keyframes.livestill.invalid/good/${session}`;

/** Seconds: what is older is of no use to anybody. */
const lifetime = 30;

const metadataHeader = 'X-Keyframe';

/** Keyframes of sessions in the memory of one isolate, of so many bytes together. */
export interface HeldKeyframes {
	get(session: string): HeldKeyframe | null;
	/** Whether no later one of the session was known. One that is larger than the memory is known from then on, but not held. */
	set(keyframe: HeldKeyframe): boolean;
	delete(session: string): void;
}

/** What a keyframe counts that is not held: about what its name takes. */
const noteBytes = 256;

/** Holds at most `bytes` and drops what was kept longest ago. */
export const createHeldKeyframes = (bytes: number): HeldKeyframes => {
	interface Entry {
		readonly sequence: number;
		/** `null`: it is too large. */
		readonly keyframe: HeldKeyframe | null;
	}
	const sizeOf = ({ keyframe }: Entry): number => keyframe?.body.length ?? noteBytes;
	// A Map keeps the order of insertion.
	const entries = new Map<string, Entry>();
	let held = 0;
	const drop = (session: string): void => {
		const entry = entries.get(session);
		if (entry !== undefined) held -= sizeOf(entry);
		entries.delete(session);
	};
	return {
		get: (session) => entries.get(session)?.keyframe ?? null,
		set: (keyframe) => {
			const { session, sequence } = keyframe.info;
			if ((entries.get(session)?.sequence ?? 0) >= sequence) return false;
			drop(session);
			const entry = { sequence, keyframe: keyframe.body.length > bytes ? null : keyframe };
			entries.set(session, entry);
			held += sizeOf(entry);
			for (const oldest of entries.keys()) {
				if (held <= bytes) break;
				drop(oldest);
			}
			return true;
		},
		delete: drop,
	};
};

const toResponse = ({ info, body }: HeldKeyframe): Response =>
	new Response(body as Uint8Array<ArrayBuffer>, {
		headers: {
			'Content-Type': 'application/octet-stream',
			'Cache-Control': `public, max-age=${lifetime}`,
			[metadataHeader]: JSON.stringify(buildMetadata(info)),
		},
	});

const fromResponse = async (response: Response, session: string): Promise<HeldKeyframe | null> => {
	const info = parseMetadata(JSON.parse(response.headers.get(metadataHeader) ?? '{}'));
	const body = new Uint8Array(await response.arrayBuffer());
	return info.session === session && body.length > 0 && body.length <= limits.keyframeBytes ? { info, body } : null;
};

export interface GoodKeyframesOptions {
	readonly cache: Cache;
	readonly memory: HeldKeyframes;
	/** Keeps the request's context alive until a write has finished. */
	readonly waitUntil: (promise: Promise<unknown>) => void;
}

/** {@link GoodKeyframes} for one request. */
export const createGoodKeyframes = ({ cache, memory, waitUntil }: GoodKeyframesOptions): GoodKeyframes => ({
	find: async (session) => {
		let found: HeldKeyframe | null = null;
		try {
			const response = await cache.match(urlOf(session));
			found = response === undefined ? null : await fromResponse(response, session);
			if (found !== null) memory.set(found);
		} catch {
			// What this isolate knows has to do.
		}
		// It is not held when it is too large; what is held is as late at least.
		return memory.get(session) ?? found;
	},
	held: (session) => memory.get(session),
	keep: (keyframe) => {
		if (!memory.set(keyframe)) return;
		const put = async (): Promise<void> => cache.put(urlOf(keyframe.info.session), toResponse(keyframe));
		waitUntil(put().catch(() => {}));
	},
	forget: (session) => {
		memory.delete(session);
		const remove = async (): Promise<unknown> => cache.delete(urlOf(session));
		waitUntil(remove().catch(() => {}));
	},
});

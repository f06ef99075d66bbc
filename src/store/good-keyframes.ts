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
	/** Does nothing when a later one of the session is there. */
	set(keyframe: HeldKeyframe): boolean;
	delete(session: string): void;
}

/** Holds at most `bytes` and drops what was kept longest ago. */
export const createHeldKeyframes = (bytes: number): HeldKeyframes => {
	// A Map keeps the order of insertion.
	const keyframes = new Map<string, HeldKeyframe>();
	let held = 0;
	const drop = (session: string): void => {
		held -= keyframes.get(session)?.body.length ?? 0;
		keyframes.delete(session);
	};
	return {
		get: (session) => keyframes.get(session) ?? null,
		set: (keyframe) => {
			const { session, sequence } = keyframe.info;
			if ((keyframes.get(session)?.info.sequence ?? 0) >= sequence) return false;
			drop(session);
			keyframes.set(session, keyframe);
			held += keyframe.body.length;
			for (const oldest of keyframes.keys()) {
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
		try {
			const response = await cache.match(urlOf(session));
			const found = response === undefined ? null : await fromResponse(response, session);
			if (found !== null) memory.set(found);
		} catch {
			// What this isolate knows has to do.
		}
		return memory.get(session);
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

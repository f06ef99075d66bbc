/**
 * {@link PictureCache} over the Cache API of one colo, with the isolate's memory in front. A cache may forget and may
 * fail; neither is an error of the request.
 */
import { verdicts } from '../shared/preview/verdict.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { CachedPicture, PictureCache } from './ports.ts';

// A reserved name (RFC 2606): no client can ask for these URLs.
const urlOf = (key: string): string => `https://pictures.livestill.invalid/${key}`;

/** Seconds. A key names one picture for ever; an hour outlives every keyframe interval seen in practice. */
export const pictureLifetime = 3600;

const cacheControl = `public, max-age=${pictureLifetime}`;

const numberHeaders = {
	width: 'X-Picture-Width',
	height: 'X-Picture-Height',
	capturedAt: 'X-Picture-Captured-At',
} as const;

const toneMappedHeader = 'X-Picture-Tone-Mapped';
const verdictHeader = 'X-Picture-Verdict';

const toResponse = ({ bytes, type, width, height, capturedAt, toneMapped, verdict }: CachedPicture): Response =>
	new Response(bytes, {
		headers: {
			'Content-Type': type,
			'Cache-Control': cacheControl,
			[numberHeaders.width]: String(width),
			[numberHeaders.height]: String(height),
			[numberHeaders.capturedAt]: String(capturedAt),
			...(toneMapped !== undefined && { [toneMappedHeader]: toneMapped }),
			...(verdict !== undefined && { [verdictHeader]: verdict }),
		},
	});

const fromResponse = async (response: Response): Promise<CachedPicture | null> => {
	const number = (name: keyof typeof numberHeaders): number => Number(response.headers.get(numberHeaders[name]));
	const type = response.headers.get('Content-Type') ?? '';
	const [width, height, capturedAt] = [number('width'), number('height'), number('capturedAt')];
	const bytes = new Uint8Array(await response.arrayBuffer());
	if (width === 0 || height === 0 || bytes.byteLength === 0) return null;
	const toneMapped = response.headers.get(toneMappedHeader);
	const verdict = verdicts.find((known) => known === response.headers.get(verdictHeader));
	return {
		...{ bytes, type, width, height, capturedAt },
		...((toneMapped === 'pq' || toneMapped === 'hlg') && { toneMapped }),
		...(verdict !== undefined && { verdict }),
	};
};

export interface CacheApiOptions {
	readonly cache: Cache;
	readonly memory: PictureMemory;
	/** Keeps the request's context alive until a write has finished. */
	readonly waitUntil: (promise: Promise<unknown>) => void;
}

/** A {@link PictureCache} for one request. */
export const createPictureCache = ({ cache, memory, waitUntil }: CacheApiOptions): PictureCache => ({
	find: async (key) => {
		const held = memory.get(key);
		if (held !== null) return held;
		try {
			const response = await cache.match(urlOf(key));
			const picture = response === undefined ? null : await fromResponse(response);
			if (picture !== null) memory.set(key, picture);
			return picture;
		} catch {
			return null;
		}
	},
	held: (key) => memory.get(key),
	keep: (key, picture) => {
		memory.set(key, picture);
		// An async function, so that a cache that throws instead of rejecting does no harm either.
		const put = async (): Promise<void> => cache.put(urlOf(key), toResponse(picture));
		waitUntil(put().catch(() => {}));
	},
	forget: (session) => {
		const remove = async (key: string): Promise<unknown> => cache.delete(urlOf(key));
		// Keys of pictures begin with their session.
		waitUntil(Promise.allSettled(memory.drop(`${session}/`).map(remove)));
	},
});

/** The file that a stored keyframe makes, once for each shape; what came of it is remembered. */
import { checkSize } from '../snapshot/acceptable.ts';
import type { FailureMemory } from '../snapshot/failure-memory.ts';
import { keyframeKey } from '../snapshot/options.ts';
import type { Stopwatch } from '../snapshot/stopwatch.ts';
import type { CachedPicture, GoodKeyframes, PictureCache, StoredKeyframe } from '../store/ports.ts';
import { asIs } from './as-is.ts';
import { type DrawTools, decodeOnce, draw } from './draw.ts';
import { previewKey, type Shape } from './identity.ts';

export interface MakeTools extends DrawTools {
	readonly pictures: PictureCache;
	readonly failures: FailureMemory;
	readonly good: GoodKeyframes;
}

export interface Circumstances {
	readonly stopwatch: Stopwatch;
	/** The keyframe is the newest of its stream: should the next ones be no good, it may stand for them. */
	readonly isNewest: boolean;
}

/**
 * @throws LivestillError what the decoder throws, `FRAME_TOO_LARGE`, `STORE_UNAVAILABLE`
 */
export type MakePicture = (
	stored: StoredKeyframe,
	shape: Shape,
	circumstances: Circumstances,
) => Promise<CachedPicture>;

export const createPictureMaker = (tools: MakeTools): MakePicture => {
	const { pictures, failures, good } = tools;

	const made = (
		{ info }: StoredKeyframe,
		body: Uint8Array,
		shape: Shape,
		{ stopwatch, isNewest }: Circumstances,
	): CachedPicture => {
		const copied = asIs(info, body, shape);
		if (copied !== null) return copied;
		const { format, options } = shape;
		const picture = decodeOnce(info, body, tools, stopwatch);
		if (isNewest && picture.verdict === 'good') good.keep({ info, body });
		return draw(info, picture, { format: format === 'mp4' ? 'png' : format, options }, tools, stopwatch);
	};

	return async (stored, shape, circumstances) => {
		const { stopwatch } = circumstances;
		const { info, size } = stored;
		const key = previewKey(info, shape);
		checkSize(size);
		const body = await stopwatch.measureAsync('fetch', () => stored.read());
		// Another request may have drawn it while this one waited for the body.
		const drawn = pictures.held(key);
		stopwatch.cache = drawn === null ? 'miss' : 'hit';
		if (drawn !== null) return drawn;
		try {
			const picture = made(stored, body, shape, circumstances);
			pictures.keep(key, picture);
			return picture;
		} catch (error) {
			if (shape.format !== 'mp4') failures.note(keyframeKey(info), error);
			throw error;
		}
	};
};

/**
 * The use case: the name of a live stream in, a picture of it out. Every answer is the newest keyframe of a stream that
 * is live now; a picture in the cache does not make a dead stream live.
 */
import type { Decoder } from '../decoder/index.ts';
import type { Picture } from '../decoder/picture.ts';
import type { EncodePng } from '../image/png.ts';
import type { RenderedImage } from '../image/render.ts';
import { LivestillError } from '../shared/errors.ts';
import type { KeyframeInfo, Rotation } from '../shared/keyframe-object.ts';
import type { StreamName } from '../shared/stream-name.ts';
import type { CachedPicture, PictureCache, StoredKeyframe } from '../store/ports.ts';
import { checkAge, checkSize } from './acceptable.ts';
import { awaitKeyframe } from './await-keyframe.ts';
import type { FailureMemory } from './failure-memory.ts';
import { keyframeKey, pictureKey, type SnapshotOptions } from './options.ts';
import { type RefreshTools, refresh } from './refresh.ts';
import type { Stopwatch } from './stopwatch.ts';

/** A picture, and what is missing of it when a damaged one was asked for. */
export interface Snapshot extends CachedPicture {
	readonly damage?: NonNullable<Picture['damage']>;
}

/** Planes to PNG in two steps, so that each can be timed. `src/image` is the real one. */
export interface Imaging {
	toRgba(
		picture: Picture,
		options: { readonly width?: number; readonly height?: number; readonly rotation: Rotation },
	): RenderedImage;
	readonly encodePng: EncodePng;
}

export interface SnapshotTools extends RefreshTools {
	readonly pictures: PictureCache;
	readonly failures: FailureMemory;
	readonly decoder: Decoder;
	readonly imaging: Imaging;
}

/**
 * @throws LivestillError `STREAM_NOT_FOUND`, or a code that says why a live stream gives no picture: `NO_KEYFRAME`,
 * `FRAME_TOO_OLD`, `UNSUPPORTED_CODEC`, `UNSUPPORTED_FEATURE`, `FRAME_DAMAGED`, `FRAME_TOO_LARGE`, `OBJECT_INVALID`,
 * `STORE_UNAVAILABLE`
 */
export type TakeSnapshot = (name: StreamName, options: SnapshotOptions, stopwatch: Stopwatch) => Promise<Snapshot>;

export const createSnapshotTaker = (tools: SnapshotTools): TakeSnapshot => {
	const { pictures, failures, decoder, imaging, clock } = tools;

	// From the first byte to the PNG nothing waits: planes are valid until the next decode, and one isolate holds the
	// memory of one decode at a time.
	const draw = (info: KeyframeInfo, body: Uint8Array, options: SnapshotOptions, stopwatch: Stopwatch): Snapshot => {
		const { codec, rotation } = info;
		if (codec === 'none') throw new LivestillError('NO_KEYFRAME', 'the object has no keyframe');
		const { maxAge: _, refresh: __, acceptDamaged, ...size } = options;
		const picture = stopwatch.measure('decode', () => decoder.decode(codec, body, acceptDamaged));
		const image = stopwatch.measure('convert', () => imaging.toRgba(picture, { ...size, rotation }));
		const png = stopwatch.measure('encode', () => imaging.encodePng(image));
		const { width, height, toneMapped } = image;
		const { damage } = picture;
		const plain = { bytes: png, type: 'image/png', width, height, capturedAt: info.capturedAt };
		const drawn = toneMapped === undefined ? plain : { ...plain, toneMapped };
		return damage === undefined ? drawn : { ...drawn, damage };
	};

	const pictureOf = async (
		stored: StoredKeyframe,
		options: SnapshotOptions,
		stopwatch: Stopwatch,
	): Promise<Snapshot> => {
		const key = pictureKey(stored.info, options);
		const known = await pictures.find(key);
		if (known !== null) {
			stored.discard();
			stopwatch.cache = 'hit';
			return known;
		}
		const keyframe = keyframeKey(stored.info);
		const failure = failures.get(keyframe);
		const mayBeShown = options.acceptDamaged === true && failure?.code === 'FRAME_DAMAGED';
		if (failure !== null && !mayBeShown) {
			stopwatch.cache = 'hit';
			throw failure;
		}
		checkSize(stored.size);
		const body = await stopwatch.measureAsync('fetch', () => stored.read());
		// Another request may have drawn the same keyframe while this one waited for the body.
		const drawn = pictures.held(key);
		stopwatch.cache = drawn === null ? 'miss' : 'hit';
		if (drawn !== null) return drawn;
		try {
			const picture = draw(stored.info, body, options, stopwatch);
			// Nobody who did not ask for a damaged picture may ever get one.
			if (picture.damage === undefined) pictures.keep(key, picture);
			return picture;
		} catch (error) {
			failures.note(keyframe, error);
			throw error;
		}
	};

	return async (name, options, stopwatch) => {
		const askedAt = clock.now();
		const found = await stopwatch.measureAsync('fetch', () => awaitKeyframe(tools, name));
		const stored = await refresh(found, { name, options, askedAt, stopwatch }, tools);
		try {
			checkAge(stored.info.capturedAt, options.maxAge, askedAt);
			return await pictureOf(stored, options, stopwatch);
		} catch (error) {
			stored.discard();
			throw error;
		}
	};
};

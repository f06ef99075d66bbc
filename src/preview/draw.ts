/** From a keyframe's bytes to a file of pixels: decode, once for all sizes, then scale, convert and encode. */
import type { Decoder } from '../decoder/index.ts';
import type { Picture } from '../decoder/picture.ts';
import type { FitOptions } from '../image/fit.ts';
import type { RgbaImage } from '../image/rgba-image.ts';
import { LivestillError } from '../shared/errors.ts';
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import { limits } from '../shared/limits.ts';
import { type ImageFormat, mediaTypeOf } from '../shared/preview/format.ts';
import { defaultQuality } from '../shared/preview/ladder.ts';
import type { PreviewOptions } from '../shared/preview/query.ts';
import type { Verdict } from '../shared/preview/verdict.ts';
import { keyframeKey } from '../snapshot/options.ts';
import type { Stopwatch } from '../snapshot/stopwatch.ts';
import type { CachedPicture } from '../store/ports.ts';
import { addRotations } from './as-is.ts';
import type { DecodedMemory, JudgedPicture } from './decoded-memory.ts';

/** Planes to files. `src/image` is the real one. */
export interface PreviewImaging {
	toRgba(picture: Picture, options: FitOptions): RgbaImage & Pick<CachedPicture, 'toneMapped'>;
	/** Looks at a picture. */
	judge(picture: Picture): Verdict;
	/** @param quality 1 to 100, for formats that have one */
	encode(format: ImageFormat, image: RgbaImage, quality: number): Uint8Array<ArrayBuffer>;
}

export interface DrawTools {
	readonly decoder: Decoder;
	readonly decoded: DecodedMemory;
	readonly imaging: PreviewImaging;
}

/** The picture of a keyframe; `body` is not called when it is known. Nothing waits: one isolate decodes one at a time. */
export const decodeOnce = (
	info: KeyframeInfo,
	body: Uint8Array,
	{ decoder, decoded, imaging }: DrawTools,
	stopwatch: Stopwatch,
): JudgedPicture => {
	const { codec } = info;
	if (codec === 'none') throw new LivestillError('NO_KEYFRAME', 'the object has no keyframe');
	const key = keyframeKey(info);
	const known = decoded.get(key);
	if (known !== null) return known;
	const picture = stopwatch.measure('decode', () => decoder.decode(codec, body));
	const judged = { ...picture, verdict: stopwatch.measure('convert', () => imaging.judge(picture)) };
	decoded.set(key, judged);
	return judged;
};

/** How a picture of `info` becomes one of `options`. */
export const fitOptions = (
	info: KeyframeInfo,
	{ width, height, fit, rotate }: PreviewOptions,
	format: ImageFormat,
): FitOptions => ({
	...(width !== undefined && { width }),
	...(height !== undefined && { height }),
	fit,
	rotation: addRotations(info.rotation, rotate),
	...(format !== 'png' && { pixels: limits.encodedPixels }),
});

/** The file that a decoded keyframe makes. */
export const draw = (
	info: KeyframeInfo,
	picture: JudgedPicture,
	{ format, options }: { readonly format: ImageFormat; readonly options: PreviewOptions },
	{ imaging }: DrawTools,
	stopwatch: Stopwatch,
): CachedPicture => {
	const image = stopwatch.measure('convert', () => imaging.toRgba(picture, fitOptions(info, options, format)));
	const quality = options.quality ?? defaultQuality;
	const bytes = stopwatch.measure('encode', () => imaging.encode(format, image, quality));
	const { width, height, toneMapped } = image;
	return {
		...{ bytes, type: mediaTypeOf(format), width, height, capturedAt: info.capturedAt, verdict: picture.verdict },
		...(toneMapped !== undefined && { toneMapped }),
	};
};

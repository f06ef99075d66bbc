/** VP9 keyframes. */
import { LivestillError } from '../../shared/errors.ts';
import { parseVp9FrameHeader, type Vp9ColorConfig } from '../../shared/vp9/frame-header.ts';
import { asSuperframe, firstFrame } from '../../shared/vp9/superframe.ts';
import type { OgvDecode } from '../ogv/decode.ts';
import type { ChromaFormat, Picture } from '../picture.ts';
import { checkPictureSize } from '../picture-size.ts';
import { plainPicture } from '../plain-picture.ts';

/** matrix_coefficients of H.273 by color_space of VP9 § 7.2.2: unknown, 601, 709, 170M, 240M, 2020, reserved, RGB. */
const matrices = [2, 6, 1, 6, 7, 9, 2, 0] as const;

/** @throws LivestillError `UNSUPPORTED_FEATURE` naming what the decoder lacks */
const chromaFormatOf = ({ bitDepth, subsamplingX, subsamplingY }: Vp9ColorConfig): ChromaFormat => {
	if (bitDepth !== 8)
		throw new LivestillError('UNSUPPORTED_FEATURE', `VP9 with ${bitDepth} bit samples is not decoded`);
	if (subsamplingX === 0 && subsamplingY === 1)
		throw new LivestillError('UNSUPPORTED_FEATURE', 'VP9 with chroma format 4:4:0 is not decoded');
	if (subsamplingX === 0) return 3;
	return subsamplingY === 0 ? 2 : 1;
};

/**
 * Decodes the keyframe that `body` begins with. What may follow in a superframe are frames of other layers, whose sizes
 * are anybody's guess: they are left out.
 *
 * @throws LivestillError `NO_KEYFRAME`, `FRAME_DAMAGED`, `FRAME_TOO_LARGE`, `UNSUPPORTED_FEATURE`
 */
export const decodeVp9 = (decode: OgvDecode, body: Uint8Array): Picture => {
	const frame = firstFrame(body);
	const header = parseVp9FrameHeader(frame);
	if (header === null) throw new LivestillError('FRAME_DAMAGED', 'the VP9 frame header is damaged');
	const { color } = header;
	if (color === null) throw new LivestillError('NO_KEYFRAME', 'the VP9 frame is no keyframe that is shown');
	const chromaFormat = chromaFormatOf(color);
	checkPictureSize(header.width, header.height);
	return plainPicture({
		planes: decode(asSuperframe(frame), header),
		size: header,
		chromaFormat,
		colour: {
			colourPrimaries: 2,
			transferCharacteristics: 2,
			matrixCoefficients: matrices[color.colorSpace] ?? 2,
			fullRange: color.fullRange,
		},
	});
};

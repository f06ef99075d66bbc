/** AV1 keyframes. */
import type { Av1ColorConfig } from '../../shared/av1/color-config.ts';
import { LivestillError } from '../../shared/errors.ts';
import type { OgvDecode } from '../ogv/decode.ts';
import type { Picture } from '../picture.ts';
import { checkPictureSize } from '../picture-size.ts';
import { plainPicture } from '../plain-picture.ts';
import { findAv1Keyframe } from './temporal-unit.ts';

/** What ogv's wrapper of dav1d aborts at, or gives with half of its samples. */
const refusal = ({ bitDepth, monochrome, subsamplingX, subsamplingY }: Av1ColorConfig): string | null => {
	if (bitDepth !== 8) return `${bitDepth} bit samples`;
	if (monochrome) return 'chroma format 4:0:0';
	if (subsamplingX === 0) return 'chroma format 4:4:4';
	return subsamplingY === 0 ? 'chroma format 4:2:2' : null;
};

/** @throws LivestillError `NO_KEYFRAME`, `FRAME_DAMAGED`, `FRAME_TOO_LARGE`, `UNSUPPORTED_FEATURE` */
export const decodeAv1 = (decode: OgvDecode, body: Uint8Array): Picture => {
	const keyframe = findAv1Keyframe(body);
	const { color } = keyframe.sequence;
	const feature = refusal(color);
	if (feature !== null) throw new LivestillError('UNSUPPORTED_FEATURE', `AV1 with ${feature} is not decoded`);
	checkPictureSize(keyframe.width, keyframe.height);
	return plainPicture({
		planes: decode(keyframe.bytes, keyframe),
		size: keyframe,
		chromaFormat: 1,
		colour: {
			colourPrimaries: color.colorPrimaries,
			transferCharacteristics: color.transferCharacteristics,
			matrixCoefficients: color.matrixCoefficients,
			fullRange: color.fullRange,
		},
	});
};

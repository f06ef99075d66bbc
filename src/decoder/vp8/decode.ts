/** VP8 keyframes. RFC 6386 */
import { LivestillError } from '../../shared/errors.ts';
import { parseVp8FrameTag } from '../../shared/vp8/frame-tag.ts';
import type { OgvDecode } from '../ogv/decode.ts';
import type { Picture } from '../picture.ts';
import { checkPictureSize } from '../picture-size.ts';
import { plainPicture } from '../plain-picture.ts';

// The one color_space that RFC 6386 § 9.2 defines is "similar to" BT.601; streams say nothing else.
const colour = { colourPrimaries: 2, transferCharacteristics: 2, matrixCoefficients: 6, fullRange: false } as const;

/** @throws LivestillError `NO_KEYFRAME`, `FRAME_DAMAGED`, `FRAME_TOO_LARGE` */
export const decodeVp8 = (decode: OgvDecode, body: Uint8Array): Picture => {
	const tag = parseVp8FrameTag(body);
	if (tag === null) throw new LivestillError('FRAME_DAMAGED', 'the VP8 frame tag is damaged');
	if (!tag.keyframe) throw new LivestillError('NO_KEYFRAME', 'the VP8 frame is no keyframe');
	checkPictureSize(tag.width, tag.height);
	return plainPicture({ planes: decode(body, tag), size: tag, chromaFormat: 1, colour });
};

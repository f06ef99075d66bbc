/** Answers that need no decoder: the keyframe is what was asked for, or lacks only a header. */
import { codedFrame } from '../container/coded-frame.ts';
import { singleFrameMp4 } from '../container/mp4.ts';
import { wrapVp8 } from '../container/webp.ts';
import { LivestillError } from '../shared/errors.ts';
import type { KeyframeInfo, Rotation } from '../shared/keyframe-object.ts';
import { mediaTypeOf } from '../shared/preview/format.ts';
import type { PreviewOptions } from '../shared/preview/query.ts';
import { isUntouched } from '../shared/preview/query.ts';
import type { CachedPicture } from '../store/ports.ts';
import type { Shape } from './identity.ts';

/** An MP4 is the keyframe itself. @throws LivestillError `INVALID_PARAMETER` when the options want more than a turn */
export const checkMp4Options = ({ width, height, quality }: PreviewOptions): void => {
	const wanted = Object.entries({ width, height, quality }).find(([, value]) => value !== undefined);
	if (wanted !== undefined)
		throw new LivestillError('INVALID_PARAMETER', `${wanted[0]} does not go with mp4: it is the keyframe as it is`);
};

/** Both rotations together. */
export const addRotations = (a: Rotation, b: Rotation): Rotation => ((a + b) % 360) as Rotation;

const bytesOf = (info: KeyframeInfo, body: Uint8Array, shape: Shape): Uint8Array<ArrayBuffer> | null => {
	const { codec } = info;
	if (codec === 'none') return null;
	if (shape.format === 'mp4')
		return singleFrameMp4(codedFrame(codec, body), addRotations(info.rotation, shape.options.rotate));
	if (info.rotation !== 0 || !isUntouched(shape.options)) return null;
	if (shape.format === 'webp' && codec === 'vp8') return wrapVp8(body);
	return shape.format === 'jpg' && codec === 'jpeg' ? body.slice() : null;
};

/**
 * The answer, or `null` when a decoder is needed. Damage inside of the coded picture is not noticed here.
 *
 * @throws LivestillError `FRAME_DAMAGED` when the headers cannot be read, `UNSUPPORTED_CODEC` when the format has no place for it
 */
export const asIs = (info: KeyframeInfo, body: Uint8Array, shape: Shape): CachedPicture | null => {
	const bytes = bytesOf(info, body, shape);
	if (bytes === null) return null;
	const isUpright = addRotations(info.rotation, shape.options.rotate) % 180 === 0;
	const [width, height] = isUpright ? [info.width, info.height] : [info.height, info.width];
	return { bytes, type: mediaTypeOf(shape.format), width, height, capturedAt: info.capturedAt };
};

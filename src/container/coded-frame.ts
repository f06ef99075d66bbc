/** What an MP4 says of a keyframe: how it is coded, and the bytes of the sample. */
import type { Codec } from '../shared/codec.ts';
import { LivestillError } from '../shared/errors.ts';
import { av1Frame } from './av1c.ts';
import { h264Frame } from './avcc.ts';
import { hevcFrame } from './hvcc.ts';
import type { CodedFrame } from './sample-entry.ts';
import { vp8Frame, vp9Frame } from './vpcc.ts';

const frames: Readonly<Record<Exclude<Codec, 'jpeg'>, (body: Uint8Array) => CodedFrame>> = {
	h264: h264Frame,
	hevc: hevcFrame,
	vp8: vp8Frame,
	vp9: vp9Frame,
	av1: av1Frame,
};

/**
 * Reads the headers of a keyframe object's body; nothing is decoded.
 *
 * @throws LivestillError `FRAME_DAMAGED` when they cannot be read, `UNSUPPORTED_CODEC` for JPEG
 */
export const codedFrame = (codec: Codec, body: Uint8Array): CodedFrame => {
	if (codec === 'jpeg')
		throw new LivestillError('UNSUPPORTED_CODEC', 'a JPEG stream is not put into an MP4: ask for .jpg');
	return frames[codec](body);
};

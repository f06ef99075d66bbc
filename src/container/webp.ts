/**
 * A VP8 keyframe is a lossy WebP already; it lacks the RIFF header. WebP container specification, "Simple File Format (Lossy)":
 *
 *     'RIFF' size 'WEBP' | 'VP8 ' size frame [pad]
 */
import { LivestillError } from '../shared/errors.ts';
import { parseVp8FrameTag } from '../shared/vp8/frame-tag.ts';

const chunkHeader = 8;
const riffHeader = 12;

/** The frame in a WebP file, its bytes unchanged. @throws LivestillError `FRAME_DAMAGED` when it is no VP8 keyframe */
export const wrapVp8 = (frame: Uint8Array): Uint8Array<ArrayBuffer> => {
	const tag = parseVp8FrameTag(frame);
	if (tag === null || !tag.keyframe || tag.width === 0 || tag.height === 0)
		throw new LivestillError('FRAME_DAMAGED', 'this is no VP8 keyframe');
	// first_part_size, RFC 6386 § 9.1: a frame that is shorter than its own first partition was cut off.
	const firstPartition = (((frame[2] ?? 0) << 16) | ((frame[1] ?? 0) << 8) | (frame[0] ?? 0)) >> 5;
	if (firstPartition + 10 > frame.length) throw new LivestillError('FRAME_DAMAGED', 'the VP8 keyframe is cut off');
	const padded = frame.length + (frame.length & 1);
	const file = new Uint8Array(riffHeader + chunkHeader + padded);
	const view = new DataView(file.buffer);
	const fourCc = (at: number, name: string): void => {
		for (let index = 0; index < 4; index++) file[at + index] = name.charCodeAt(index);
	};
	fourCc(0, 'RIFF');
	view.setUint32(4, file.length - chunkHeader, true);
	fourCc(8, 'WEBP');
	fourCc(riffHeader, 'VP8 ');
	view.setUint32(riffHeader + 4, frame.length, true);
	file.set(frame, riffHeader + chunkHeader);
	return file;
};

/** Reads FLV files, the container whose tags RTMP sends as they are. Adobe FLV 10.1 § E.3, § E.4. */
import { u8, u24, u32 } from '../../ingest-node/protocols/bytes.ts';

/** A tag, ready to be sent as an RTMP message of the same type. */
export interface MediaTag {
	/** 8 audio, 9 video, 18 script data. */
	readonly typeId: number;
	/** Milliseconds from the start of the file. */
	readonly timestamp: number;
	readonly payload: Uint8Array;
}

const tagHeaderSize = 11;
const backPointerSize = 4;

/** Reads all tags; payloads are views. @throws Error when it is no FLV; a file that is cut off ends with its last whole tag */
export const readFlv = (file: Uint8Array): MediaTag[] => {
	if (file.length < 9 || String.fromCharCode(...file.subarray(0, 3)) !== 'FLV') throw new Error('this is no FLV file');
	const tags: MediaTag[] = [];
	let at = u32(file, 5) + backPointerSize;
	while (at + tagHeaderSize <= file.length) {
		const length = u24(file, at + 1);
		const start = at + tagHeaderSize;
		if (start + length > file.length) break;
		const timestamp = u24(file, at + 4) + u8(file, at + 7) * 2 ** 24;
		tags.push({ typeId: u8(file, at) & 31, timestamp, payload: file.subarray(start, start + length) });
		at = start + length + backPointerSize;
	}
	return tags;
};

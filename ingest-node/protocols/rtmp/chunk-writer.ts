/** Cuts messages into chunks: format 0 for the first, format 3 for the rest. Adobe RTMP 1.0 § 5.3. */
import { concatBytes, writeU24, writeU32 } from '../bytes.ts';
import { extendedTimestampMark } from './chunk-header.ts';

export interface OutgoingMessage {
	/** 2–63. */
	readonly chunkStreamId: number;
	readonly typeId: number;
	readonly streamId: number;
	/** Milliseconds, below 2^32. */
	readonly timestamp: number;
	readonly payload: Uint8Array;
}

/** @param chunkSize bytes, as announced to the peer */
export const writeMessage = (message: OutgoingMessage, chunkSize: number): Uint8Array => {
	const { chunkStreamId, typeId, streamId, timestamp, payload } = message;
	const isExtended = timestamp >= extendedTimestampMark;
	const extension = new Uint8Array(isExtended ? 4 : 0);
	if (isExtended) writeU32(extension, 0, timestamp);
	const header = new Uint8Array(12);
	header[0] = chunkStreamId;
	writeU24(header, 1, Math.min(timestamp, extendedTimestampMark));
	writeU24(header, 4, payload.length);
	header[7] = typeId;
	new DataView(header.buffer).setUint32(8, streamId, true);
	const parts = [header, extension, payload.subarray(0, chunkSize)];
	const continuation = Uint8Array.of(0xc0 | chunkStreamId);
	for (let offset = chunkSize; offset < payload.length; offset += chunkSize)
		parts.push(continuation, extension, payload.subarray(offset, offset + chunkSize));
	return concatBytes(parts);
};

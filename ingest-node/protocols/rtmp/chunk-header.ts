/**
 * The header of a chunk, Adobe RTMP 1.0 § 5.3.1:
 *
 *     +--------------+----------------+--------------------+
 *     | basic header | message header | extended timestamp |
 *     | 1–3 bytes    | 0, 3, 7 or 11  | 0 or 4             |
 *     +--------------+----------------+--------------------+
 */
import { u8, u24, u32, u32LittleEndian } from '../bytes.ts';

/** Timestamp field that says that the real value is in the extended timestamp, § 5.3.1.3. */
export const extendedTimestampMark = 0xffffff;

export interface ChunkHeader {
	/** 0: all fields; 1: no stream id; 2: only the timestamp delta; 3: nothing, § 5.3.1.2. */
	readonly format: number;
	readonly chunkStreamId: number;
	/** Absolute for format 0, a delta for 1 and 2, the repeated field or 0 for 3. */
	readonly timestamp: number;
	/** The timestamp came as an extended one. */
	readonly extended: boolean;
	/** Of formats 0 and 1, else 0. */
	readonly length: number;
	readonly typeId: number;
	/** Of format 0, else 0; little endian on the wire. */
	readonly streamId: number;
	/** Bytes of the header. */
	readonly size: number;
}

const messageHeaderSize = [11, 7, 3, 0];

/**
 * Reads a chunk header, or returns `null` when `bytes` ends within it.
 *
 * @param extendedOf for format 3: the extended timestamp that earlier headers of the chunk stream had, or `null`
 */
export const parseChunkHeader = (
	bytes: Uint8Array,
	start: number,
	extendedOf: (chunkStreamId: number) => number | null,
): ChunkHeader | null => {
	const available = bytes.length - start;
	if (available < 1) return null;
	const first = u8(bytes, start);
	const format = first >> 6;
	const idBytes = (first & 63) === 0 ? 2 : (first & 63) === 1 ? 3 : 1;
	const fieldsSize = messageHeaderSize[format] ?? 0;
	const size = idBytes + fieldsSize;
	if (available < size) return null;
	// § 5.3.1.1; the three byte form has its low byte first.
	let chunkStreamId = first & 63;
	if (idBytes === 2) chunkStreamId = 64 + u8(bytes, start + 1);
	if (idBytes === 3) chunkStreamId = 64 + u8(bytes, start + 1) + 256 * u8(bytes, start + 2);
	const at = start + idBytes;

	const header = {
		format,
		chunkStreamId,
		length: format < 2 ? u24(bytes, at + 3) : 0,
		typeId: format < 2 ? u8(bytes, at + 6) : 0,
		streamId: format === 0 ? u32LittleEndian(bytes, at + 7) : 0,
	};
	if (format < 3) {
		const timestamp = u24(bytes, at);
		if (timestamp !== extendedTimestampMark) return { ...header, timestamp, extended: false, size };
		if (available < size + 4) return null;
		return { ...header, timestamp: u32(bytes, start + size), extended: true, size: size + 4 };
	}
	const expected = extendedOf(chunkStreamId);
	if (expected === null) return { ...header, timestamp: 0, extended: false, size };
	if (available < size + 4) return null;
	// § 5.3.1.3 repeats the field in format 3; some publishers do not, so these four bytes may be payload.
	const repeated = u32(bytes, start + size) === expected;
	return { ...header, timestamp: expected, extended: repeated, size: repeated ? size + 4 : size };
};

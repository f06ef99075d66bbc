/** The data of pictures in a PNG's chunks. PNG § 5.3 */
import { crc32 } from 'node:zlib';

const signatureBytes = 8;
/** Length, type and checksum. */
const chunkOverhead = 12;
const idat = 0x49444154;
const fdat = 0x66644154;

const sizeOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

/**
 * A PNG whose IDAT and fdAT chunks have no data yet, with the data of its pictures.
 *
 * @param pictures the zlib bytes of each, in pieces; as many as there are such chunks
 * @throws RangeError when there are not
 */
export const fillChunks = (
	empty: Uint8Array,
	pictures: readonly (readonly Uint8Array[])[],
): Uint8Array<ArrayBuffer> => {
	const size = empty.length + pictures.reduce((sum, pieces) => sum + sizeOf(pieces), 0);
	const file = new Uint8Array(size);
	const view = new DataView(file.buffer);
	const chunks = new DataView(empty.buffer, empty.byteOffset, empty.length);
	file.set(empty.subarray(0, signatureBytes));
	let out = signatureBytes;
	let filled = 0;
	const put = (bytes: Uint8Array): void => {
		file.set(bytes, out);
		out += bytes.length;
	};
	for (let at = signatureBytes; at < empty.length; ) {
		const length = chunks.getUint32(at);
		const type = chunks.getUint32(at + 4);
		const next = at + chunkOverhead + length;
		if (type !== idat && type !== fdat) put(empty.subarray(at, next));
		else {
			const pieces = pictures[filled++] ?? [];
			view.setUint32(out, length + sizeOf(pieces));
			out += 4;
			const start = out;
			// The type; and in fdAT a number.
			put(empty.subarray(at + 4, at + 8 + length));
			for (const piece of pieces) put(piece);
			view.setUint32(out, crc32(file.subarray(start, out)));
			out += 4;
		}
		at = next;
	}
	if (filled !== pictures.length) throw new RangeError(`${pictures.length} pictures for ${filled} chunks`);
	return file;
};

/** Which way of deflate suits a picture: tried on a sample of it, since no way is the best for all. */
import { constants, deflateSync } from 'node:zlib';

/**
 * From the fastest to the slowest. Noise of a camera has no repetitions to look for, and flat areas are runs; only text and
 * patterns repay a search. zlib's own level 1 takes up to twice the time of the others.
 */
const ways = [
	{ level: 1, strategy: constants.Z_HUFFMAN_ONLY },
	{ level: 1, strategy: constants.Z_RLE },
	{ level: 1, strategy: constants.Z_DEFAULT_STRATEGY },
] as const;

/** Rows in a piece of the sample: long enough for what a search finds, within zlib's 32 KB up to 1920 pixels. */
const pieceRows = 4;
const mostPieceBytes = 24 * 1024;
/** Pieces are at most this part of the picture: three tries of them cost less than a tenth of the time. */
const samplePart = 32;
/** But two of them at least: one may lie in a sky. */
const fewestPieces = 2;
/** A way that makes a sample this much longer than the shortest is as good. */
const slack = 1.01;
/** Bytes that zlib hands over at once; its own 16 KB, which do for a sample, are hundreds of pieces of a large picture. */
const chunkSize = 256 * 1024;

/** Pieces of `bytes` from its whole length. */
const sample = (bytes: Uint8Array, rowBytes: number): Uint8Array => {
	const pieceBytes = Math.min(pieceRows * rowBytes, mostPieceBytes);
	const count = Math.max(fewestPieces, Math.floor(bytes.length / samplePart / pieceBytes));
	const pieces = new Uint8Array(Math.min(count * pieceBytes, bytes.length));
	const size = pieces.length / count;
	// From the middle of each of `count` equal parts: the edges of pictures are often black.
	for (let index = 0; index < count; index++) {
		const middle = Math.floor(((index + 0.5) * bytes.length) / count - size / 2);
		pieces.set(bytes.subarray(middle, middle + size), index * size);
	}
	return pieces;
};

/** zlib bytes of filtered rows of colours, `rowBytes` each. */
export const deflateColours = (filtered: Uint8Array, rowBytes: number): Uint8Array => {
	const tried = sample(filtered, rowBytes);
	const sizes = ways.map((way) => deflateSync(tried, way).length);
	const enough = slack * Math.min(...sizes);
	const way = ways.find((_, index) => (sizes[index] as number) <= enough);
	return deflateSync(filtered, { ...way, chunkSize });
};

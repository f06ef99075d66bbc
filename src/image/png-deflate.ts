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

// Long enough for what a search finds: the last few rows of a picture 1920 wide.
const sampleBytes = 24 * 1024;
/** The sample is at most this part of the picture: three tries of it cost less than a tenth of the time. */
const samplePart = 32;
/** A way that makes a sample this much longer than the shortest is as good. */
const slack = 1.01;
/** Bytes that zlib hands over at once; its 16 KB are hundreds of pieces of a large picture. */
const chunkSize = 256 * 1024;

/** Pieces of `bytes` from its whole length, at most a {@link samplePart}th of it or one piece. */
const sample = (bytes: Uint8Array): Uint8Array => {
	const count = Math.max(1, Math.floor(bytes.length / samplePart / sampleBytes));
	const pieces = new Uint8Array(Math.min(count * sampleBytes, bytes.length));
	const size = pieces.length / count;
	// From the middle of each of `count` equal parts: the edges of pictures are often black.
	for (let index = 0; index < count; index++) {
		const middle = Math.floor(((index + 0.5) * bytes.length) / count - size / 2);
		pieces.set(bytes.subarray(middle, middle + size), index * size);
	}
	return pieces;
};

/** zlib bytes of filtered rows of colours. */
export const deflateColours = (filtered: Uint8Array): Uint8Array => {
	const tried = sample(filtered);
	const sizes = ways.map((way) => deflateSync(tried, { ...way, chunkSize }).length);
	const enough = slack * Math.min(...sizes);
	const way = ways.find((_, index) => (sizes[index] as number) <= enough);
	return deflateSync(filtered, { ...way, chunkSize });
};

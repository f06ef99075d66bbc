/** Which way of deflate suits a picture: tried on a sample of it, since neither is the best for all. */
import { deflateSync } from 'node:zlib';
import type { ImageCore } from './image-core.ts';

/** Rows in a piece of the sample: long enough for what a search finds, within zlib's 32 KB up to 1920 pixels. */
const pieceRows = 4;
const mostPieceBytes = 24 * 1024;
/** Pieces are at most this part of the picture. */
const samplePart = 32;
/** But two of them at least: one may lie in a sky. */
const fewestPieces = 2;
/** A search takes three to six times the time: not for less than a twentieth of the bytes. */
const worthSearching = 0.95;
/** Half of what zlib takes by itself, which took longer to make than the sample of a small picture. */
const sampleMemory = 7;
/** Bytes that zlib hands over at once; its own 16 KB are hundreds of pieces of a large picture. */
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

/** zlib bytes of `bytes` by the core: runs and Huffman codes, no search. */
export const deflateRuns = (core: ImageCore, bytes: Uint8Array): Uint8Array => {
	const memory = new Uint8Array(core.memory.buffer);
	const [input, output, most] = [core.blockAddress(), core.deflatedAddress(), core.blockSize()];
	const pieces: Uint8Array[] = [];
	const take = (size: number): void => {
		pieces.push(memory.slice(output, output + size));
	};
	take(core.startDeflate());
	let at = 0;
	do {
		const block = bytes.subarray(at, at + most);
		memory.set(block, input);
		at += block.length;
		take(core.deflateBlock(block.length, at === bytes.length));
	} while (at < bytes.length);
	const deflated = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
	let to = 0;
	for (const piece of pieces) {
		deflated.set(piece, to);
		to += piece.length;
	}
	return deflated;
};

/** zlib bytes of filtered rows of colours, `rowBytes` each. */
export const deflateColours = (core: ImageCore, filtered: Uint8Array, rowBytes: number): Uint8Array => {
	const tried = sample(filtered, rowBytes);
	const searched = deflateSync(tried, { level: 1, memLevel: sampleMemory, chunkSize: Math.max(1024, tried.length) });
	const isWorthIt = searched.length < worthSearching * deflateRuns(core, tried).length;
	return isWorthIt ? deflateSync(filtered, { level: 1, chunkSize }) : deflateRuns(core, filtered);
};

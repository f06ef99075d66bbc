/** Which way of deflate suits a picture: tried on a sample of it, since neither is the best for all. */
import { deflateSync } from 'node:zlib';
import type { ImageCore } from './image-core.ts';
import { eachRow, filterRows } from './png-filter.ts';
import type { DrawRow } from './rgba-image.ts';

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

/** What is deflated: a picture whose rows can be drawn. */
export interface Drawing {
	readonly width: number;
	readonly height: number;
	readonly draw: DrawRow;
	/** RGBA of the picture where the drawing reads it from and nobody else needs it: may be written over. */
	readonly spent?: Uint8Array;
}

/** Scanlines of a few pieces of the picture. */
const sampleOf = (core: ImageCore, { width, height, draw }: Drawing): Uint8Array => {
	const rowBytes = 3 * width + 1;
	const rows = Math.max(1, Math.min(pieceRows, Math.floor(mostPieceBytes / rowBytes)));
	const count = Math.max(fewestPieces, Math.floor(height / samplePart / rows));
	// Not over the pixels: they are drawn once more.
	if (count * rows >= height) return scanlinesOf(core, { width, height, draw });
	const pieces = new Uint8Array(count * rows * rowBytes);
	// From the middle of each of `count` equal parts: the edges of pictures are often black.
	for (let index = 0; index < count; index++) {
		const from = Math.floor(((index + 0.5) * height) / count - rows / 2);
		filterRows(core, draw, width, [from, from + rows], pieces, index * rows * rowBytes);
	}
	return pieces;
};

const scanlinesOf = (core: ImageCore, { width, height, draw, spent }: Drawing): Uint8Array => {
	const size = (3 * width + 1) * height;
	const scanlines = spent?.subarray(0, size) ?? new Uint8Array(size);
	filterRows(core, draw, width, [0, height], scanlines, 0);
	return scanlines;
};

/** Copies of what the core has deflated. */
const takeFrom = (core: ImageCore) => {
	const memory = new Uint8Array(core.memory.buffer);
	const output = core.deflatedAddress();
	return (size: number): Uint8Array => memory.slice(output, output + size);
};

/** zlib bytes of `bytes` by the core, in pieces: runs and Huffman codes, no search. */
export const deflateRuns = (core: ImageCore, bytes: Uint8Array): Uint8Array[] => {
	const memory = new Uint8Array(core.memory.buffer);
	const [input, most] = [core.blockAddress(), core.blockSize()];
	const take = takeFrom(core);
	const pieces = [take(core.startDeflate())];
	let at = 0;
	do {
		const block = bytes.subarray(at, at + most);
		memory.set(block, input);
		at += block.length;
		pieces.push(take(core.deflateBlock(block.length, at === bytes.length)));
	} while (at < bytes.length);
	return pieces;
};

/** The same of all scanlines of a picture, which never are in memory together. */
const deflateRows = (core: ImageCore, { width, height, draw }: Drawing): Uint8Array[] => {
	const most = core.blockSize();
	const take = takeFrom(core);
	const pieces = [take(core.startDeflate())];
	eachRow(core, draw, width, 0, height, (parity) => {
		core.deflateRow(parity, width);
		if (core.waitingBytes() >= most) pieces.push(take(core.deflateWaiting(false)));
	});
	pieces.push(take(core.deflateWaiting(true)));
	return pieces;
};

/** Whether a search finds much in bytes like these. */
export const isWorthSearching = (core: ImageCore, tried: Uint8Array): boolean => {
	const chunk = Math.max(1024, tried.length);
	const searched = deflateSync(tried, { level: 1, memLevel: sampleMemory, chunkSize: chunk });
	const runs = deflateRuns(core, tried).reduce((sum, { length }) => sum + length, 0);
	return searched.length < worthSearching * runs;
};

/** zlib bytes of a picture's scanlines, in pieces. */
export const deflatePicture = (core: ImageCore, drawing: Drawing): Uint8Array[] =>
	isWorthSearching(core, sampleOf(core, drawing))
		? [deflateSync(scanlinesOf(core, drawing), { level: 1, chunkSize })]
		: deflateRows(core, drawing);

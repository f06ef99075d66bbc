/**
 * RGBA to PNG: upng-js writes the file, what goes into it is filtered and deflated here.
 *
 * Stock upng-js 2.1.0 deflates the whole picture twice to five times with a JavaScript deflate and keeps the smallest, and
 * looks colours up in an object. Its functions call each other by their names in `UPNG.encode`, so that they can be
 * replaced: tens of times faster for fewer bytes. The names are private; the version is pinned and a test looks for our
 * filter in the output.
 */
import { crc32, deflateSync } from 'node:zlib';
import UPNG from 'upng-js';
import type { GetImageCore, ImageCore } from './image-core.ts';
import { fillChunks } from './png-chunks.ts';
import { deflatePicture } from './png-deflate.ts';
import { indexColours } from './png-palette.ts';
import { type RgbaImage, rowsOfData } from './rgba-image.ts';

/**
 * A PNG of an opaque picture: RGB, or a palette when 256 colours are enough.
 *
 * @param image its `data` may be overwritten
 * @throws RangeError when `data` are not as many bytes as its size says, or its rows too wide for the core
 */
export type EncodePng = (image: RgbaImage) => Uint8Array<ArrayBuffer>;

// PNG § 11.2.1
export const colourTypeRgb = 2;
const colourTypePalette = 3;

// Pictures of a few hundred pixels gain nothing from a palette.
const leastPalettePixels = 1024;

/** Room for what a PNG has besides its deflated rows: signature, headers and checksums of chunks, the palette and its alpha. */
const chunkBytes = 2048;
/** And what an animation has for each frame: fcTL, and what fdAT has besides. */
const frameBytes = 64;

/** One picture, or a part of the one before: a frame of an animation. */
export interface CompressedFrame {
	readonly rect: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
	/** zlib bytes of its scanlines, in pieces. */
	readonly data: readonly Uint8Array[];
}

/** What is written into a PNG: pictures that are filtered and deflated already. More than one frame make an animation. */
export interface CompressedPictures {
	/** Colour type and bit depth, PNG § 11.2.1. */
	readonly ctype: number;
	readonly depth: number;
	/** RGBA in memory order. */
	readonly plte: readonly number[];
	readonly frames: readonly CompressedFrame[];
}

const compressPicture = (core: ImageCore, image: RgbaImage): CompressedPictures => {
	const { width, height, startRows } = image;
	const draw = (startRows ?? rowsOfData(image))(core);
	const indexed = width * height < leastPalettePixels ? null : indexColours(core, draw, width, height);
	const rect = { x: 0, y: 0, width, height };
	if (indexed === null) {
		// A whole RGBA, and scanlines of it besides, would be 65 MB in 4K.
		const spent = startRows === undefined ? { spent: image.data } : {};
		const data = deflatePicture(core, { width, height, draw, ...spent });
		return { ctype: colourTypeRgb, depth: 8, plte: [], frames: [{ rect, data }] };
	}
	const { palette: plte, depth, scanlines } = indexed;
	// At most a third of the bytes of RGB, and often long runs: the slower level halves them for little time.
	const data = [deflateSync(scanlines, { level: 6 })];
	return { ctype: colourTypePalette, depth, plte, frames: [{ rect, data }] };
};

const nothing = (): never => {
	throw new Error('upng-js is asked for a picture that nobody has given it');
};

const crcOf = (bytes: Uint8Array, offset: number, length: number): number =>
	crc32(bytes.subarray(offset, offset + length));

const noBytes = new Uint8Array();

/**
 * upng-js writes a file whose pictures have no data, which are put in then: it would copy them byte by byte.
 *
 * @param delays milliseconds that each frame of an animation is shown, at most 65,535
 */
export const writePng = (
	{ frames, ...pixels }: CompressedPictures,
	width: number,
	height: number,
	delays: readonly number[] = [],
): Uint8Array<ArrayBuffer> => {
	const empty = frames.map(({ rect }) => ({ rect, blend: 0, dispose: 0, cimg: noBytes }));
	UPNG.crc.crc = crcOf;
	UPNG.encode.compressPNG = () => ({ ...pixels, gotAlpha: false, frames: empty });
	// upng-js makes room for as many bytes as its input has, which for us is not the pixels.
	const size = chunkBytes + frames.length * frameBytes;
	const room = new ArrayBuffer(Math.ceil(size / frames.length));
	const rooms = frames.map(() => room);
	const file = new Uint8Array(UPNG.encode(rooms, width, height, 0, delays, false));
	UPNG.encode.compressPNG = nothing;
	return fillChunks(
		file,
		frames.map(({ data }) => data),
	);
};

export const createPngEncoder =
	(core: GetImageCore): EncodePng =>
	(image) =>
		writePng(compressPicture(core(), image), image.width, image.height);

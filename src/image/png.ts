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
import { deflatePicture } from './png-deflate.ts';
import { indexColours } from './png-palette.ts';
import { type RgbaImage, rowsOfData } from './rgba-image.ts';

/** A PNG of an opaque picture: RGB, or a palette when 256 colours are enough. */
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

const compressPicture = (core: ImageCore, image: RgbaImage) => {
	const { width, height, startRows = rowsOfData(image) } = image;
	const draw = startRows(core);
	const indexed = width * height < leastPalettePixels ? null : indexColours(core, draw, width, height);
	const frame = (cimg: Uint8Array) => ({ rect: { x: 0, y: 0, width, height }, blend: 0, dispose: 0, cimg });
	if (indexed === null) {
		const cimg = deflatePicture(core, { width, height, draw });
		return { ctype: colourTypeRgb, depth: 8, plte: [], gotAlpha: false, frames: [frame(cimg)] };
	}
	const { palette: plte, depth, scanlines } = indexed;
	// At most a third of the bytes of RGB, and often long runs: the slower level halves them for little time.
	const cimg = deflateSync(scanlines, { level: 6 });
	return { ctype: colourTypePalette, depth, plte, gotAlpha: false, frames: [frame(cimg)] };
};

const nothing = (): never => {
	throw new Error('upng-js is asked for a picture that nobody has given it');
};

// Outside of `writePng`: a function made in there would keep alive what it holds, which is megabytes.
const crcOf = (bytes: Uint8Array, offset: number, length: number): number =>
	crc32(bytes.subarray(offset, offset + length));

/** What is written into a PNG: pieces that are filtered and deflated already. More than one frame make an animation. */
export type CompressedPictures = ReturnType<typeof UPNG.encode.compressPNG>;

/** @param delays milliseconds that each frame of an animation is shown, at most 65,535 */
export const writePng = (
	compressed: CompressedPictures,
	width: number,
	height: number,
	delays: readonly number[] = [],
): Uint8Array<ArrayBuffer> => {
	const { frames } = compressed;
	UPNG.crc.crc = crcOf;
	UPNG.encode.compressPNG = () => compressed;
	// upng-js makes room for as many bytes as its input has, which for us is not the pixels: 38 MB in 4K.
	const size = frames.reduce((sum, { cimg }) => sum + cimg.length + frameBytes, chunkBytes);
	const room = new ArrayBuffer(Math.ceil(size / frames.length));
	const rooms = frames.map(() => room);
	const png = new Uint8Array(UPNG.encode(rooms, width, height, 0, delays, false));
	// Let go of the pieces: they are megabytes.
	UPNG.encode.compressPNG = nothing;
	return png;
};

export const createPngEncoder =
	(core: GetImageCore): EncodePng =>
	(image) =>
		writePng(compressPicture(core(), image), image.width, image.height);

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
import { deflateColours } from './png-deflate.ts';
import { filterRows, type ImageCore } from './png-filter.ts';
import { indexColours } from './png-palette.ts';

/**
 * A PNG of an opaque picture: RGB, or a palette when 256 colours are enough.
 *
 * @param rgba `width * height * 4` bytes
 */
export type EncodePng = (rgba: Uint8Array<ArrayBuffer>, width: number, height: number) => Uint8Array<ArrayBuffer>;

// PNG § 11.2.1
const colourTypeRgb = 2;
const colourTypePalette = 3;

// upng-js writes into w * h * 4 + 100 bytes, which a palette overruns in pictures of a few hundred pixels.
const leastPalettePixels = 1024;

const compressPicture = (core: () => ImageCore, rgba: ArrayBuffer, width: number, height: number) => {
	const indexed = width * height < leastPalettePixels ? null : indexColours(new Uint32Array(rgba), width);
	const frame = (cimg: Uint8Array) => ({ rect: { x: 0, y: 0, width, height }, blend: 0, dispose: 0, cimg });
	if (indexed === null) {
		const cimg = deflateColours(filterRows(core(), new Uint8Array(rgba), width));
		return { ctype: colourTypeRgb, depth: 8, plte: [], gotAlpha: false, frames: [frame(cimg)] };
	}
	const { palette: plte, depth, scanlines } = indexed;
	// At most a third of the bytes of RGB, and often long runs: the slower level halves them for little time.
	const cimg = deflateSync(scanlines, { level: 6 });
	return { ctype: colourTypePalette, depth, plte, gotAlpha: false, frames: [frame(cimg)] };
};

/** @param instantiate makes the core; called once, for the first picture that needs it */
export const createPngEncoder = (instantiate: () => ImageCore): EncodePng => {
	let made: ImageCore | null = null;
	const core = (): ImageCore => {
		made ??= instantiate();
		return made;
	};

	UPNG.encode.compressPNG = ([rgba], width, height) => compressPicture(core, rgba, width, height);
	UPNG.crc.crc = (bytes, offset, length) => crc32(bytes.subarray(offset, offset + length));

	return (rgba, width, height) => {
		// upng-js reads a buffer from its start to its end, whatever the view says.
		const isWhole = rgba.byteOffset === 0 && rgba.byteLength === rgba.buffer.byteLength;
		return new Uint8Array(UPNG.encode([isWhole ? rgba.buffer : rgba.slice().buffer], width, height, 0, [], false));
	};
};

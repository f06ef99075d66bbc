/**
 * RGBA to PNG: upng-js, its filtering and deflating replaced.
 *
 * Stock upng-js 2.1.0 deflates the whole picture twice to five times with a JavaScript deflate and keeps the smallest. Its
 * `_filterZero` is looked up at every call: here it filters once and deflates once with native zlib, ten times faster
 * for about the same bytes. The name is private, so the version is pinned and a test looks for our filters in the
 * output. What else upng-js does stays: palettes for pictures of at most 256 colours (night cameras are grey), chunks.
 */
import { deflateSync } from 'node:zlib';
import UPNG from 'upng-js';
import { filterColours, filterIndices } from './png-filter.ts';

const palettePixelBytes = 1;

UPNG.encode._filterZero = (pixels, _height, pixelBytes, rowBytes, filtered) => {
	if (pixelBytes === palettePixelBytes) {
		filterIndices(pixels, rowBytes, filtered);
		// At most a third of the bytes of RGB, and often long runs: the slower level halves them for little time.
		return deflateSync(filtered, { level: 6 });
	}
	filterColours(pixels, rowBytes, pixelBytes, filtered);
	return deflateSync(filtered, { level: 1 });
};

// upng-js writes into w * h * 4 + 100 bytes, which a palette and its alpha overrun in pictures of a few hundred pixels.
const leastPalettePixels = 1024;

/**
 * A PNG of an opaque picture: RGB, or a palette when 256 colours are enough.
 *
 * @param rgba `width * height * 4` bytes
 */
export const encodePng = (rgba: Uint8Array<ArrayBuffer>, width: number, height: number): Uint8Array<ArrayBuffer> => {
	// upng-js reads a buffer from its start to its end, whatever the view says.
	const isWhole = rgba.byteOffset === 0 && rgba.byteLength === rgba.buffer.byteLength;
	const forbidPalette = width * height < leastPalettePixels;
	return new Uint8Array(
		UPNG.encode([isWhole ? rgba.buffer : rgba.slice().buffer], width, height, 0, [], forbidPalette),
	);
};

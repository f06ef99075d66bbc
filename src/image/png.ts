/**
 * RGBA to PNG: upng-js, its filtering and deflating replaced.
 *
 * Stock upng-js 2.1.0 deflates the whole picture twice to five times with a JavaScript deflate and keeps the smallest. Its
 * `_filterZero` is looked up at every call: here it filters once (Up) and deflates once with native zlib at level 1,
 * ten times faster for about the same bytes. The name is private, so the version is pinned and a test looks for our
 * filters in the output. Pictures of at most 256 colours stay with the stock code, whose palette images are small and fast.
 */
import { deflateSync } from 'node:zlib';
import UPNG from 'upng-js';

const palettePixelBytes = 1;
const filterSub = 1;
const filterUp = 2;

const stockFilter = UPNG.encode._filterZero;

/** Filters rows of `rowBytes` into `filtered`: Sub for the first row, Up for all others. PNG § 9.2 */
const filterRows = (pixels: Uint8Array, rowBytes: number, pixelBytes: number, filtered: Uint8Array): void => {
	filtered[0] = filterSub;
	filtered.set(pixels.subarray(0, pixelBytes), 1);
	for (let at = pixelBytes; at < rowBytes; at++)
		filtered[at + 1] = (pixels[at] as number) - (pixels[at - pixelBytes] as number);
	let out = rowBytes + 1;
	for (let row = rowBytes; row < pixels.length; row += rowBytes) {
		filtered[out++] = filterUp;
		for (let at = row, end = row + rowBytes; at < end; at++)
			filtered[out++] = (pixels[at] as number) - (pixels[at - rowBytes] as number);
	}
};

UPNG.encode._filterZero = (pixels, height, pixelBytes, rowBytes, filtered) => {
	if (pixelBytes === palettePixelBytes) return stockFilter(pixels, height, pixelBytes, rowBytes, filtered);
	filterRows(pixels, rowBytes, pixelBytes, filtered);
	return deflateSync(filtered, { level: 1 });
};

/**
 * A PNG of an opaque picture: RGB, or a palette when 256 colours are enough.
 *
 * @param rgba `width * height * 4` bytes
 */
export const encodePng = (rgba: Uint8Array<ArrayBuffer>, width: number, height: number): Uint8Array<ArrayBuffer> => {
	// upng-js reads a buffer from its start to its end, whatever the view says.
	const isWhole = rgba.byteOffset === 0 && rgba.byteLength === rgba.buffer.byteLength;
	return new Uint8Array(UPNG.encode([isWhole ? rgba.buffer : rgba.slice().buffer], width, height, 0));
};

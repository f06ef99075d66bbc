/** Scanline filters of PNG § 9, the two that a picture out of a video decoder needs. */

const filterNone = 0;
const filterSub = 1;
const filterUp = 2;

// Differences of four bytes at a time, none borrowing from its neighbour: a third of the time of single bytes.
const subtractWords = (words: Uint32Array, rowWords: number): void => {
	for (let at = words.length - 1; at >= rowWords; at--) {
		const a = words[at] as number;
		const b = words[at - rowWords] as number;
		words[at] = ((a | 0x80808080) - (b & 0x7f7f7f7f)) ^ ((a ^ ~b) & 0x80808080);
	}
};

const subtractBytes = (pixels: Uint8Array, rowBytes: number): void => {
	for (let at = pixels.length - 1; at >= rowBytes; at--)
		pixels[at] = (pixels[at] as number) - (pixels[at - rowBytes] as number);
};

/** Rows of `rowBytes` bytes, each behind the type of its filter. */
const frameRows = (pixels: Uint8Array, rowBytes: number, first: number, others: number, framed: Uint8Array): void => {
	for (let row = 0, out = 0; row < pixels.length; row += rowBytes, out += rowBytes + 1) {
		framed[out] = row === 0 ? first : others;
		framed.set(pixels.subarray(row, row + rowBytes), out + 1);
	}
};

/** Indices of a palette are no quantities: they go unfiltered. PNG § 12.7 */
export const filterIndices = (pixels: Uint8Array, rowBytes: number, filtered: Uint8Array): void =>
	frameRows(pixels, rowBytes, filterNone, filterNone, filtered);

/** Sub for the first row, Up for all others. `pixels` is overwritten. */
export const filterColours = (
	pixels: Uint8Array<ArrayBuffer>,
	rowBytes: number,
	pixelBytes: number,
	filtered: Uint8Array,
): void => {
	// From the last row to the first: a row is still needed by the one below.
	if (((rowBytes | pixels.byteOffset | pixels.length) & 3) === 0)
		subtractWords(new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2), rowBytes >> 2);
	else subtractBytes(pixels, rowBytes);
	for (let at = rowBytes - 1; at >= pixelBytes; at--)
		pixels[at] = (pixels[at] as number) - (pixels[at - pixelBytes] as number);
	frameRows(pixels, rowBytes, filterSub, filterUp, filtered);
};

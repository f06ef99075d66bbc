/** Pictures of few colours: night cameras are grey, test pictures have eight. PNG § 11.2.2 */

import type { ImageCore } from './image-core.ts';
import type { DrawRow } from './rgba-image.ts';

export interface Indexed {
	/** RGBA in memory order, at most 256. */
	readonly palette: readonly number[];
	/** Bits of an index: 1, 2, 4 or 8. */
	readonly depth: number;
	/** Scanlines of indices, unfiltered, each behind the type of its filter: indices are no quantities. PNG § 12.7 */
	readonly scanlines: Uint8Array;
}

const filterNone = 0;
const greatestPalette = 256;
const slots = 1024;
const free = -1;

/** Finds the colours of a picture in the order of their first pixels. Gives the index of every pixel of a row, `null` from the 257th colour on. */
const startFinding = () => {
	const palette: number[] = [];
	// Open addressing, at most a quarter full. Colours beside each other are alike in their low bits: a multiplication
	// by 2^32 / golden ratio moves differences to the top.
	const colours = new Uint32Array(slots);
	const indexOf = new Int16Array(slots).fill(free);
	const indicesOf = (pixels: Uint32Array): Uint8Array | null => {
		const indices = new Uint8Array(pixels.length);
		let last = 0;
		let lastIndex = free;
		for (let at = 0; at < pixels.length; at++) {
			const colour = pixels[at] as number;
			if (colour !== last || lastIndex === free) {
				let slot = Math.imul(colour, 0x9e3779b1) >>> 22;
				while (indexOf[slot] !== free && colours[slot] !== colour) slot = (slot + 1) % slots;
				if (indexOf[slot] === free) {
					if (palette.length === greatestPalette) return null;
					colours[slot] = colour;
					indexOf[slot] = palette.length;
					palette.push(colour);
				}
				last = colour;
				lastIndex = indexOf[slot] as number;
			}
			indices[at] = lastIndex;
		}
		return indices;
	};
	return { palette, indicesOf };
};

const depthOf = (colours: number): number => (colours <= 2 ? 1 : colours <= 4 ? 2 : colours <= 16 ? 4 : 8);

/** Rows of packed indices, the leftmost pixel in the high bits. PNG § 7.2 */
const packRows = (rows: readonly Uint8Array[], width: number, depth: number): Uint8Array => {
	const perByte = 8 / depth;
	const rowBytes = Math.ceil(width / perByte);
	const scanlines = new Uint8Array(rows.length * (rowBytes + 1));
	let out = 0;
	for (const indices of rows) {
		scanlines[out] = filterNone;
		if (perByte === 1) scanlines.set(indices, out + 1);
		else
			for (let x = 0; x < width; x++) {
				const at = out + 1 + Math.floor(x / perByte);
				const shift = 8 - depth * ((x % perByte) + 1);
				scanlines[at] = (scanlines[at] as number) | ((indices[x] as number) << shift);
			}
		out += rowBytes + 1;
	}
	return scanlines;
};

/** The picture as indices into a palette, or `null` when it has more than 256 colours. */
export const indexColours = (core: ImageCore, draw: DrawRow, width: number, height: number): Indexed | null => {
	const pixels = new Uint32Array(core.memory.buffer, core.rowAddress(0), width);
	const { palette, indicesOf } = startFinding();
	const rows: Uint8Array[] = [];
	for (let row = 0; row < height; row++) {
		draw(row, 0);
		const indices = indicesOf(pixels);
		if (indices === null) return null;
		rows.push(indices);
	}
	const depth = depthOf(palette.length);
	return { palette, depth, scanlines: packRows(rows, width, depth) };
};

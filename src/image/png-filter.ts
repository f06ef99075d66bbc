/** Colours to scanlines as PNG § 9 wants them, each behind the type of its filter: always Paeth. */

import type { ImageCore } from './image-core.ts';
import type { DrawRow } from './rgba-image.ts';

/**
 * Draws rows `from` to `to - 1`. `use` has each of them at `rowAddress(parity)`, with the row above it at the other one, and has to filter
 * it (`filterRow`, `deflateRow`): that makes it what the next row needs above, a row without alpha.
 */
export const eachRow = (
	core: ImageCore,
	draw: DrawRow,
	width: number,
	from: number,
	to: number,
	use: (parity: 0 | 1, row: number) => void,
): void => {
	core.startPicture();
	let parity: 0 | 1 = 0;
	if (from > 0) {
		draw(from - 1, 1);
		// For its form: what is above has no alpha.
		core.filterRow(1, width);
	}
	for (let row = from; row < to; row++) {
		draw(row, parity);
		use(parity, row);
		parity = parity === 0 ? 1 : 0;
	}
};

/**
 * Writes the scanlines of rows `from` to `to - 1` into `scanlines`, from byte `at` on. These may be the pixels themselves, from their first row on:
 * a scanline of one pixel or more never reaches the row below it.
 */
export const filterRows = (
	core: ImageCore,
	draw: DrawRow,
	width: number,
	[from, to]: readonly [from: number, to: number],
	scanlines: Uint8Array,
	at: number,
): void => {
	const bytes = 3 * width + 1;
	const filtered = new Uint8Array(core.memory.buffer, core.filteredAddress(), bytes);
	eachRow(core, draw, width, from, to, (parity, row) => {
		core.filterRow(parity, width);
		scanlines.set(filtered, at + (row - from) * bytes);
	});
};

/** Colours to scanlines as PNG § 9 wants them, each behind the type of its filter: always Paeth. */

import { checkRow, type ImageCore } from './image-core.ts';

const filterPaeth = 4;

/**
 * Scanlines of RGB out of opaque RGBA, in its place: they are shorter, so that a row never reaches the next one, and a 4K picture
 * has no room for both in an isolate. Rows go through the core one by one: its memory stays as small as three of them.
 *
 * @throws RangeError for rows wider than the core takes
 */
export const filterRows = (core: ImageCore, rgba: Uint8Array, width: number): Uint8Array => {
	checkRow(core, width);
	const [inBytes, outBytes] = [width * 4, width * 3];
	const scanlines = rgba.subarray(0, (rgba.length / inBytes) * (outBytes + 1));
	core.startPicture();
	const memory = new Uint8Array(core.memory.buffer);
	const rows = [core.rowAddress(0), core.rowAddress(1)] as const;
	const filtered = memory.subarray(core.filteredAddress(), core.filteredAddress() + outBytes);
	let parity: 0 | 1 = 0;
	for (let row = 0, out = 0; row < rgba.length; row += inBytes, out += outBytes + 1) {
		memory.set(rgba.subarray(row, row + inBytes), rows[parity]);
		core.filterRow(parity, width);
		scanlines[out] = filterPaeth;
		scanlines.set(filtered, out + 1);
		parity = parity === 0 ? 1 : 0;
	}
	return scanlines;
};

import UPNG from 'upng-js';

const { encode } = UPNG;

// Imported before src/image/png.ts, which puts its own in its place.
const stockFilter = encode._filterZero;

/** Encodes as upng-js does when nobody has touched it. */
export const encodeStock = (rgba: ArrayBuffer, width: number, height: number): ArrayBuffer => {
	const ours = encode._filterZero;
	encode._filterZero = stockFilter;
	try {
		return encode([rgba], width, height, 0, [], false);
	} finally {
		encode._filterZero = ours;
	}
};

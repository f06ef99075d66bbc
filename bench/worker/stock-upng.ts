import UPNG from 'upng-js';

const { encode, crc } = UPNG;

// Imported before src/image/png.ts, which puts its own in their places.
const stock = { compressPNG: encode.compressPNG, crc: crc.crc };

/** Encodes as upng-js does when nobody has touched it. */
export const encodeStock = (rgba: ArrayBuffer, width: number, height: number): ArrayBuffer => {
	const ours = { compressPNG: encode.compressPNG, crc: crc.crc };
	encode.compressPNG = stock.compressPNG;
	crc.crc = stock.crc;
	try {
		return encode([rgba], width, height, 0, [], false);
	} finally {
		encode.compressPNG = ours.compressPNG;
		crc.crc = ours.crc;
	}
};

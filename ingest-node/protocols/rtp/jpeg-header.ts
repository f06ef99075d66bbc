/** The headers that RFC 2435 leaves out of a JPEG picture, made from what it says of them. Appendices A and B. */
import { LivestillError } from '../../../src/shared/errors.ts';
import { concatBytes } from '../bytes.ts';
import { baseQuantisers, huffmanTables } from './jpeg-tables.ts';

export interface JpegPicture {
	/** 0: 4:2:2, 1: 4:2:0. */
	readonly type: number;
	/** Samples, multiples of eight. */
	readonly width: number;
	readonly height: number;
	/** Tables in zigzag order, of 64 bytes or 64 words; luminance first. A single one serves for all components. */
	readonly quantisers: readonly Uint8Array[];
	/** Macroblocks between restart markers, 0: there are none. */
	readonly restartInterval: number;
}

const marker = { sof0: 0xc0, dht: 0xc4, soi: 0xd8, eoi: 0xd9, sos: 0xda, dqt: 0xdb, dri: 0xdd, app0: 0xe0 } as const;
const bytesOfTable = 64;

/** End of image. */
export const endOfImage = Uint8Array.of(0xff, marker.eoi);

/** Quantisation tables of quality `q`, 1–99. RFC 2435 § 4.2, Appendix A @throws LivestillError `UNSUPPORTED_FEATURE` */
export const quantisersOf = (q: number): Uint8Array[] => {
	if (q < 1 || q > 99) throw new LivestillError('UNSUPPORTED_FEATURE', `JPEG payload: Q ${q} is reserved`);
	const factor = q < 50 ? Math.floor(5000 / q) : 200 - 2 * q;
	return baseQuantisers.map((table) =>
		table.map((base) => Math.min(255, Math.max(1, Math.floor((base * factor + 50) / 100)))),
	);
};

const segment = (code: number, ...parts: Uint8Array[]): Uint8Array => {
	const data = concatBytes(parts);
	const length = data.length + 2;
	return concatBytes([Uint8Array.of(0xff, code, length >> 8, length), data]);
};

const dqt = (table: Uint8Array, id: number): Uint8Array =>
	segment(marker.dqt, Uint8Array.of((table.length > bytesOfTable ? 0x10 : 0) | id), table);

/** Everything from SOI to the scan: JFIF. */
export const jpegHeader = ({ type, width, height, quantisers, restartInterval }: JpegPicture): Uint8Array => {
	const sampling = type === 0 ? 0x21 : 0x22;
	const chroma = quantisers.length > 1 ? 1 : 0;
	const sof = [8, height >> 8, height, width >> 8, width, 3, 1, sampling, 0, 2, 0x11, chroma, 3, 0x11, chroma];
	return concatBytes([
		Uint8Array.of(0xff, marker.soi),
		// JFIF 1.01, square pixels, no thumbnail.
		segment(marker.app0, Uint8Array.of(0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0)),
		...quantisers.slice(0, 2).map(dqt),
		segment(marker.sof0, Uint8Array.from(sof)),
		segment(marker.dht, ...huffmanTables),
		...(restartInterval > 0 ? [segment(marker.dri, Uint8Array.of(restartInterval >> 8, restartInterval))] : []),
		segment(marker.sos, Uint8Array.of(3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0)),
	]);
};

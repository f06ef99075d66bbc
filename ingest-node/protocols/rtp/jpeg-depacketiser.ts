/**
 * JPEG in RTP. RFC 2435 § 3.1.
 *
 *     | type-specific 8 | fragment offset 24 | type 8 | Q 8 | width / 8 8 | height / 8 8 |
 *     | with type 64–127: restart interval 16, F 1, L 1, count 14 |
 *     | with Q 128–255 at offset 0: 0 8, precision 8, length 16, quantisation tables | scan |
 *
 * A frame becomes a JFIF file. Its size is a multiple of eight samples, whatever the camera's picture has.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { u8, u16, u24 } from '../bytes.ts';
import { createDepacketiser, type Depacketiser } from './depacketiser.ts';
import { createFrameParts } from './frame-parts.ts';
import { endOfImage, type JpegPicture, jpegHeader, quantisersOf } from './jpeg-header.ts';

const headerSize = 8;
const restartHeaderSize = 4;
const tableHeaderSize = 4;
/** From this Q on the tables are in the packets. */
const firstInBand = 128;
/** With this Q every frame brings its tables; with those below a sender need not repeat them. */
const neverKept = 255;

const fail = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `JPEG payload: ${why}`);
};

const unsupported = (why: string): never => {
	throw new LivestillError('UNSUPPORTED_FEATURE', `JPEG payload: ${why}`);
};

/** Copies of the tables of a quantisation table header's data. */
const splitTables = (data: Uint8Array, precision: number): Uint8Array[] => {
	const tables: Uint8Array[] = [];
	for (let at = 0; at < data.length; ) {
		const end = at + ((precision >> tables.length) & 1 ? 128 : 64);
		if (end > data.length) fail('a quantisation table is cut off');
		tables.push(data.slice(at, end));
		at = end;
	}
	return tables;
};

export const createJpegDepacketiser = (): Depacketiser => {
	const scan = createFrameParts();
	let received = 0;
	let picture: JpegPicture | null = null;
	let first: Uint8Array = new Uint8Array(0);
	const kept = new Map<number, readonly Uint8Array[]>();

	/** Tables for `q`, and the bytes of their header. */
	const readTables = (payload: Uint8Array, at: number, q: number): [readonly Uint8Array[], number] => {
		if (q < firstInBand) return [quantisersOf(q), 0];
		if (at + tableHeaderSize > payload.length) fail('the header of the quantisation tables is cut off');
		const length = u16(payload, at + 2);
		const start = at + tableHeaderSize;
		if (start + length > payload.length) fail('the quantisation tables are cut off');
		if (length === 0) return [kept.get(q) ?? fail(`the quantisation tables of Q ${q} are missing`), tableHeaderSize];
		const tables = splitTables(payload.subarray(start, start + length), u8(payload, at + 1));
		if (q !== neverKept) kept.set(q, tables);
		return [tables, tableHeaderSize + length];
	};

	const begin = (payload: Uint8Array, at: number): number => {
		const [typeSpecific, type, q] = [u8(payload, 0), u8(payload, 4), u8(payload, 5)];
		if (typeSpecific !== 0) unsupported(`type-specific ${typeSpecific}: interlaced fields`);
		if ((type & 63) > 1 || type >= 128) unsupported(`type ${type}`);
		const width = 8 * u8(payload, 6);
		const height = 8 * u8(payload, 7);
		if (width === 0 || height === 0) unsupported('more than 2,040 samples along a side');
		const [quantisers, size] = readTables(payload, at, q);
		const restartInterval = type >= 64 ? u16(payload, headerSize) : 0;
		picture = { type: type & 63, width, height, quantisers, restartInterval };
		first = payload;
		return at + size;
	};

	const isSamePicture = (payload: Uint8Array): boolean =>
		[0, 4, 5, 6, 7].every((at) => u8(payload, at) === u8(first, at));

	const clear = (): void => {
		scan.clear();
		received = 0;
		picture = null;
		first = new Uint8Array(0);
	};

	return createDepacketiser({
		begins: (payload) => u24(payload, 1) === 0,
		add: (payload) => {
			const hasRestart = (u8(payload, 4) & 64) !== 0;
			let at = headerSize + (hasRestart ? restartHeaderSize : 0);
			if (payload.length < at) fail('the header is cut off');
			const offset = u24(payload, 1);
			if (offset !== received) fail(`fragment offset ${offset}, ${received} bytes are there`);
			if (picture === null) at = begin(payload, at);
			else if (!isSamePicture(payload)) fail('a fragment of another picture');
			scan.add(payload.subarray(at));
			received += payload.length - at;
		},
		isKeyframe: () => true,
		finish: () => {
			const header = picture === null ? null : jpegHeader(picture);
			const data = scan.finish();
			clear();
			if (header === null || data === null) return fail('there is no scan');
			return () => {
				const [bytes = new Uint8Array(0)] = data();
				const isEnded = u8(bytes, bytes.length - 2) === 0xff && u8(bytes, bytes.length - 1) === endOfImage[1];
				const file = new Uint8Array(header.length + bytes.length + (isEnded ? 0 : 2));
				file.set(header);
				file.set(bytes, header.length);
				file.set(endOfImage, file.length - 2);
				return [file];
			};
		},
		clear,
	});
};

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decoderCores } from '../../../cli/decoder-cores.ts';
import { createDecoder } from '../../../src/decoder/index.ts';
import { parseJpegFrameHeader } from '../../../src/shared/jpeg/frame-header.ts';

const fixtures = new URL('../../fixtures/', import.meta.url);
const file = new Uint8Array(readFileSync(new URL('jpeg/420.jpg', fixtures)));
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const sof = 'ffc0 0011 08 00f0 0140 03 012200 021101 031101';
const header = { process: 0, precision: 8, width: 320, height: 240, components: 3, scans: 0 };

describe('parseJpegFrameHeader', () => {
	it.each([
		['plain', `ffd8 ${sof}`, header],
		['behind other segments, fill bytes and restart markers', `ffd8 ffe0 0004 ffda ffff ffd0 ff01 ${sof}`, header],
		[
			'progressive, three scans',
			`ffd8 ${sof.replace('c0', 'c2')} ffda 1122 ff00 ffda ffd9 ffda`,
			{ ...header, process: 2, scans: 3 },
		],
		['no file', '4749', null],
		['cut off', `ffd8 ${sof.slice(0, 20)}`, null],
		['a scan first', `ffd8 ffda 0008 ${sof}`, null],
		['a segment without size', 'ffd8 ffe0 0001 0000', null],
		['a segment that is too long', 'ffd8 ffe0 ffff 0000', null],
		['nothing', '', null],
	])('%s', (_name, hex, expected) => {
		expect(parseJpegFrameHeader(bytes(hex))).toEqual(expected);
	});
});

describe('decoding', () => {
	const decoder = createDecoder(decoderCores);
	const changed = (offset: number, value: number): Uint8Array => {
		const copy = file.slice();
		copy[file.findIndex((byte, at) => byte === 0xff && file[at + 1] === 0xc0) + offset] = value;
		return copy;
	};
	const padded = (filler: number): Uint8Array =>
		Uint8Array.of(...file.subarray(0, -2), ...Array<number>(20).fill(filler), 0xff, 0xd9);

	it.each([
		['12 bit samples', changed(4, 12), 'UNSUPPORTED_FEATURE'],
		['arithmetic coding', changed(1, 0xc9), 'UNSUPPORTED_FEATURE'],
		['four components', changed(9, 4), 'UNSUPPORTED_FEATURE'],
		[
			'too many scans',
			Uint8Array.of(
				...file,
				...Array<number>(130)
					.fill(0xff)
					.map((byte, at) => (at % 2 ? 0xda : byte)),
			),
			'UNSUPPORTED_FEATURE',
		],
		['an end before the picture is whole', file.subarray(0, file.length >> 1), 'FRAME_DAMAGED'],
		['more data than the picture has', padded(0x5a), 'FRAME_DAMAGED'],
	])('refuses %s', (_name, body, code) => {
		expect(() => decoder.decode('jpeg', body)).toThrow(expect.objectContaining({ code }));
	});

	it.each([0x00, 0xff])('takes padding with %i before the end marker', (filler) => {
		expect(decoder.decode('jpeg', padded(filler)).planes).toEqual(decoder.decode('jpeg', file).planes);
	});

	it.each(readdirSync(new URL('rtp/', fixtures)).filter((name) => name.endsWith('.mjpeg')))('takes %s', (name) => {
		const stream = new Uint8Array(readFileSync(new URL(`rtp/${name}`, fixtures)));
		const end = stream.findIndex((byte, at) => byte === 0xff && stream[at + 1] === 0xd9) + 2;
		expect(decoder.decode('jpeg', stream.subarray(0, end)).crop.width).toBeGreaterThan(0);
	});
});

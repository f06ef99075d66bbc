import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LivestillError } from '../../../src/shared/errors.ts';
import { isAnnexB, joinAnnexB, splitAnnexB } from '../../../src/shared/h264/annex-b.ts';
import { parseAvcConfiguration, splitLengthPrefixed } from '../../../src/shared/h264/avcc.ts';
import { removeEmulation } from '../../../src/shared/h264/emulation-prevention.ts';
import { addEmulation } from '../../support/add-emulation.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Bytes in which zeros, ones and threes, the ones that matter, are common. */
const critical = fc.uint8Array({ max: 3, maxLength: 60 });

describe('emulation prevention', () => {
	test.each([
		[bytes(), bytes()],
		[bytes(1, 2, 3), bytes(1, 2, 3)],
		[bytes(0, 0, 3, 1), bytes(0, 0, 1)],
		[bytes(0, 0, 3, 0, 0, 3, 3), bytes(0, 0, 0, 0, 3)],
		[bytes(0, 0, 3), bytes(0, 0)],
		[bytes(0, 3, 0, 0, 4), bytes(0, 3, 0, 0, 4)],
	])('%j holds %j', (nal, rbsp) => {
		expect(removeEmulation(nal, 0)).toEqual(rbsp);
	});

	test('what is put in comes out', () => {
		fc.assert(
			fc.property(critical, fc.constantFrom([0x80], [0x80, 0, 0], [3]), (front, end) => {
				const rbsp = Uint8Array.of(...front, ...end);
				const nal = addEmulation(bytes(0x65), rbsp);
				expect(removeEmulation(nal)).toEqual(rbsp);
				// § 7.4.1: no start code may appear inside.
				for (let at = 1; at + 2 < nal.length; at++)
					expect(nal[at] === 0 && nal[at + 1] === 0 && (nal[at + 2] ?? 0) < 3).toBe(false);
			}),
			{ numRuns: 2000 },
		);
	});

	test('only the front is read when that is all that is wanted', () => {
		expect(removeEmulation(bytes(0x65, 0, 0, 3, 1, 9, 9), 1, 4)).toEqual(bytes(0, 0, 1));
	});
});

describe('Annex B', () => {
	test.each([
		['three-byte start codes', bytes(0, 0, 1, 9, 16, 0, 0, 1, 0x67, 5), [bytes(9, 16), bytes(0x67, 5)]],
		['four-byte start codes', bytes(0, 0, 0, 1, 9, 0, 0, 0, 1, 7), [bytes(9), bytes(7)]],
		['zeros in front and behind', bytes(0, 0, 0, 0, 0, 1, 9, 0, 0, 0), [bytes(9)]],
		['an empty unit', bytes(0, 0, 1, 0, 0, 1, 7), [bytes(7)]],
		['garbage before the first start code', bytes(4, 5, 0, 0, 1, 7), [bytes(7)]],
		['no start code', bytes(4, 5, 6), []],
		['nothing', bytes(), []],
	])('%s', (_, stream, units) => {
		expect(splitAnnexB(stream)).toEqual(units);
	});

	test('what is joined is split again', () => {
		const unit = critical.map((rbsp) => addEmulation(bytes(0x65), Uint8Array.of(...rbsp, 0x80)));
		fc.assert(
			fc.property(fc.array(unit, { minLength: 1 }), (units) => {
				const stream = joinAnnexB(units);
				expect(isAnnexB(stream)).toBe(true);
				expect(splitAnnexB(stream)).toEqual(units);
			}),
		);
	});

	test('too many units are refused', () => {
		const stream = new Uint8Array(4 * 40_001);
		for (let at = 0; at < stream.length; at += 4) stream.set([0, 0, 1, 9], at);
		expect(() => splitAnnexB(stream)).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }));
	});
});

describe('AVC file format', () => {
	const configuration = bytes(1, 100, 0, 31, 0xff, 0xe1, 0, 2, 0x67, 5, 1, 0, 1, 0x68);

	test('a configuration record gives length size and parameter sets', () => {
		expect(parseAvcConfiguration(configuration)).toEqual({
			lengthSize: 4,
			parameterSets: [bytes(0x67, 5), bytes(0x68)],
		});
	});

	test('a record cut anywhere, or of another version, is refused', () => {
		for (let size = 0; size < configuration.length; size++)
			expect(() => parseAvcConfiguration(configuration.slice(0, size))).toThrow(LivestillError);
		expect(() => parseAvcConfiguration(configuration.with(0, 2))).toThrow(LivestillError);
		expect(() => parseAvcConfiguration(configuration.with(4, 0xfe))).toThrow(LivestillError);
	});

	test.each([1, 2, 4])('lengths of %d bytes', (lengthSize) => {
		const stream = [5, 6].flatMap((value) => [...Array.from({ length: lengthSize - 1 }, () => 0), 2, 0x65, value]);
		expect(splitLengthPrefixed(Uint8Array.from(stream), lengthSize)).toEqual([bytes(0x65, 5), bytes(0x65, 6)]);
	});

	test('a length beyond the end is refused', () => {
		expect(() => splitLengthPrefixed(bytes(0, 0, 0, 9, 0x65), 4)).toThrow(LivestillError);
		expect(() => splitLengthPrefixed(bytes(0xff, 0xff, 0xff, 0xff), 4)).toThrow(LivestillError);
		expect(() => splitLengthPrefixed(bytes(0, 0), 4)).toThrow(LivestillError);
	});
});

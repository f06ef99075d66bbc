import { describe, expect, it } from 'vitest';
import { isShownKeyframe } from '../../../src/shared/av1/frame-header.ts';
import { sizedObuHeader, splitObus } from '../../../src/shared/av1/obu.ts';
import { parseAv1SequenceHeader } from '../../../src/shared/av1/sequence-header.ts';
import { LivestillError } from '../../../src/shared/errors.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const fromBits = (bits: string): Uint8Array =>
	Uint8Array.from(bits.replaceAll(' ', '').match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));

// 9 bits for the width, 8 for the height: 320 × 240.
const size = '1000 0111 100111111 11101111';
const word = `${'0'.repeat(31)}1`;

describe('parseAv1SequenceHeader', () => {
	const cases: readonly [string, string][] = [
		['plain', `000 0 0 0 0 00000 000000000000 00000 ${size}`],
		['of a high level, with a tier', `000 0 0 0 0 00000 000000000000 01000 1 ${size}`],
		['with timing', `000 0 0 1 ${word} ${word} 1 00101 0 0 00000 000000000000 00000 ${size}`],
		[
			'with a decoder model and display delay, two operating points',
			`000 0 0 1 ${word} ${word} 0 1 00011 ${word} 0000000000 1 00001
			 000000000000 00000 1 0000 0000 0 1 0000
			 000000000000 00000 0 0 ${size}`.replace(/\s/g, ''),
		],
	];
	it.each(cases)('%s', (_name, bits) => {
		expect(parseAv1SequenceHeader(fromBits(bits))).toEqual({
			reducedStillPictureHeader: false,
			width: 320,
			height: 240,
		});
	});

	it('of a still picture', () => {
		expect(parseAv1SequenceHeader(fromBits(`000 1 1 00000 ${size}`))).toEqual({
			reducedStillPictureHeader: true,
			width: 320,
			height: 240,
		});
	});

	it('that is cut off', () => {
		expect(parseAv1SequenceHeader(fromBits('000 0 0 0 0 00000'))).toBeNull();
		expect(parseAv1SequenceHeader(new Uint8Array(0))).toBeNull();
	});
});

describe('isShownKeyframe', () => {
	const sequence = { reducedStillPictureHeader: false, width: 1, height: 1 };
	it.each([
		['0 00 1', true],
		['0 00 0', false],
		['0 01 1', false],
		['0 10 1', false],
		['1 000', false],
		['', false],
	])('%s: %j', (bits, expected) => {
		expect(isShownKeyframe(fromBits(bits), sequence)).toBe(expected);
	});
	it('of a still picture', () => {
		expect(isShownKeyframe(Uint8Array.of(0xff), { ...sequence, reducedStillPictureHeader: true })).toBe(true);
	});
});

describe('splitObus', () => {
	it('reads sizes, extensions and a last OBU without a size', () => {
		const obus = splitObus(bytes('12 00 0e 08 02 aabb 30 ccdd'));
		expect(obus.map(({ type, payload }) => [type, Buffer.from(payload).toString('hex')])).toEqual([
			[2, ''],
			[1, 'aabb'],
			[6, 'ccdd'],
		]);
		expect(obus.map((obu) => Buffer.from(sizedObuHeader(obu)).toString('hex'))).toEqual(['1200', '0e0802', '3202']);
	});

	it('reads and writes long sizes', () => {
		const [obu] = splitObus(bytes(`32 8002 ${'aa'.repeat(256)}`));
		expect(obu?.payload).toHaveLength(256);
		expect(obu && Buffer.from(sizedObuHeader(obu)).toString('hex')).toBe('328002');
	});

	it.each([
		['the forbidden bit', '92 00'],
		['a size beyond the end', '32 05 aa'],
		['a size without end', '32 ffffffffffffffff'],
		['a missing size', '32'],
		['a missing extension', '34'],
	])('refuses %s', (_name, hex) => {
		expect(() => splitObus(bytes(hex))).toThrow(LivestillError);
	});

	it('reads the beginning of a temporal unit', () => {
		expect(splitObus(bytes('12 00 32 05 aa'), true).map(({ payload }) => payload.length)).toEqual([0, 1]);
		expect(splitObus(bytes('12 00 32'), true)).toHaveLength(1);
	});
});

import { describe, expect, it } from 'vitest';
import { isShownKeyframe, keyframeSize } from '../../../src/shared/av1/frame-header.ts';
import { sizedObuHeader, splitObus } from '../../../src/shared/av1/obu.ts';
import { parseAv1SequenceHeader } from '../../../src/shared/av1/sequence-header.ts';
import { LivestillError } from '../../../src/shared/errors.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const fromBits = (bits: string): Uint8Array =>
	Uint8Array.from(bits.replaceAll(' ', '').match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));

// 9 bits for the width, 8 for the height: 320 × 240.
const size = '1000 0111 100111111 11101111';
// Frame ids absent, three tools, no order hint, screen content tools and integer vectors chosen by frames, three tools;
// 8 bits, BT.709, limited range, 4:2:0.
const tail = '0 000 0000 0 1 1 000 0 0 1 00000001 00000001 00000001 0 00 0 0';
const color = {
	bitDepth: 8,
	monochrome: false,
	colorPrimaries: 1,
	transferCharacteristics: 1,
	matrixCoefficients: 1,
	fullRange: false,
	subsamplingX: 1,
	subsamplingY: 1,
};
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
		const header = parseAv1SequenceHeader(fromBits(bits + tail));
		const tools = { frameIdBits: 0, orderHintBits: 0, forceScreenContentTools: 2, forceIntegerMv: 2 };
		expect(header).toMatchObject({ reducedStillPictureHeader: false, width: 320, height: 240, ...tools, color });
		expect(parseAv1SequenceHeader(fromBits(bits))).toBeNull();
	});

	it('of a still picture', () => {
		expect(parseAv1SequenceHeader(fromBits(`000 1 1 00000 ${size} 000 000 0 0 0 1 00 0 0`))).toMatchObject({
			reducedStillPictureHeader: true,
			width: 320,
			height: 240,
			color: { matrixCoefficients: 2, fullRange: true },
		});
	});

	it('that is cut off', () => {
		expect(parseAv1SequenceHeader(fromBits('000 0 0 0 0 00000'))).toBeNull();
		expect(parseAv1SequenceHeader(new Uint8Array(0))).toBeNull();
	});
});

describe('isShownKeyframe', () => {
	const sequence = { reducedStillPictureHeader: false };
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
		expect(isShownKeyframe(Uint8Array.of(0xff), { reducedStillPictureHeader: true })).toBe(true);
	});
});

describe('keyframeSize', () => {
	const sizeOf = (sequenceBits: string, frameBits: string, extension: number[] = []) => {
		const sequence = parseAv1SequenceHeader(fromBits(sequenceBits));
		if (sequence === null) throw new Error('the sequence header of the test is cut off');
		const header = Uint8Array.of(0x32, ...extension);
		return keyframeSize({ type: 6, header, payload: fromBits(frameBits) }, sequence);
	};
	const plain = `000 0 0 0 0 00000 000000000000 00000 ${size} ${tail}`;

	it('is that of the sequence', () => {
		expect(sizeOf(plain, '0 00 1 0 0 0 0000000')).toEqual({ width: 320, height: 240 });
	});

	it('is that of the frame when it says one, also a greater one', () => {
		expect(sizeOf(plain, '0 00 1 0 0 1 111111111 11111111')).toEqual({ width: 512, height: 256 });
		expect(sizeOf(plain, '0 00 1 0 1 1 1 000000001 00000010 0')).toEqual({ width: 2, height: 3 });
	});

	it('comes behind frame ids, order hints and the times of the operating points that the frame is part of', () => {
		// Frame ids of 3 bits, order hints of 2; presentation times of 4 bits, removal times of 5.
		const ids = '1 0000 000 000 0000 1 00 0 0 001 000 0 0 0 0 00 0 0';
		const timing = `1 ${word} ${word} 0 1 00011 ${word} 00100 00011`;
		const points = '00001 000100000001 00000 1 0000 0000 0 000100000010 00000 1 0000 0000 0';
		const sequence = `000 0 0 ${timing} 0 ${points} ${size} ${ids}`;
		const frame = '0 00 1 1111 0 101 1 11 1';
		const [width, height] = ['000000001', '00000010'];
		expect(sizeOf(sequence, `${frame} 11111 ${width} ${height} 0`, [0])).toEqual({ width: 2, height: 3 });
		expect(sizeOf(sequence, `${frame} ${width} ${height} 0`, [2 << 5])).toEqual({ width: 2, height: 3 });
	});

	it('is unknown when the header is cut off', () => {
		expect(sizeOf(plain, '')).toBeNull();
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

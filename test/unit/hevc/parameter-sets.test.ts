import { describe, expect, it } from 'vitest';
import { LivestillError } from '../../../src/shared/errors.ts';
import { parseHvcc } from '../../../src/shared/hevc/hvcc.ts';
import { HevcParameterSets } from '../../../src/shared/hevc/parameter-sets.ts';
import { peekHevcSps } from '../../../src/shared/hevc/sps.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

// libx265 3.5 with three temporal layers: testsrc2 of the size and pixel format that each line names.
const sequenceParameterSets: readonly [string, number, number, number, number, string][] = [
	['4:2:0', 98, 66, 1, 8, '42010101600000030090000003000003001ea034812724996566924caf0168080000030008000003005040'],
	['4:2:2', 100, 62, 2, 8, '4201010408000003009d0800000300001eb03481077796566b932bc05a020000030002000003001410'],
	[
		'4:4:4, 10 bits',
		64,
		64,
		3,
		10,
		'4201010408000003009c0800000300001e900410209b2cacd24995e02d010000030001000003000a08',
	],
	[
		'10 bits',
		1918,
		1078,
		1,
		10,
		'420101022000000300900000030000030078a003c08010e754d96566924caf0168080000030008000003005040',
	],
	['monochrome', 50, 34, 0, 8, '4201010408000003009fc800000300001ec1c829cf3e5959ae4caf016c080000030008000003005040'],
];

describe('peekHevcSps', () => {
	it.each(sequenceParameterSets)('%s, %i × %i', (_name, width, height, chromaFormatIdc, depth, hex) => {
		const expected = { id: 0, width, height, chromaFormatIdc, bitDepthLuma: depth, bitDepthChroma: depth };
		expect(peekHevcSps(bytes(hex))).toEqual(expected);
	});

	it('passes over the profiles of sub-layers', () => {
		// max_sub_layers_minus1 = 1 with profile and level of the sub-layer, then a 16 × 8 picture without a window.
		const generalProfile = `01 60000000 900000000000 1e`;
		const subLayer = `c000 01 60000000 900000000000 1e`;
		// ue(0) id, ue(1) chroma, ue(16), ue(8), no window: 1 010 000010001 0001001 0, then ones.
		const rest = '1010000010001000 10010111';
		const tail = rest
			.replaceAll(' ', '')
			.match(/.{8}/g)
			?.map((bits) => Number.parseInt(bits, 2).toString(16).padStart(2, '0'))
			.join('');
		const plain = bytes(`4201 03 ${generalProfile} ${subLayer} ${tail}`);
		// The zeros of the profile need emulation prevention.
		const escaped: number[] = [];
		for (const byte of plain) {
			if (byte <= 3 && escaped.at(-1) === 0 && escaped.at(-2) === 0) escaped.push(3);
			escaped.push(byte);
		}
		expect(peekHevcSps(Uint8Array.from(escaped))).toMatchObject({ id: 0, width: 16, height: 8 });
	});

	it('refuses one that is cut off', () => {
		const [, , , , , hex = ''] = sequenceParameterSets[0] ?? [];
		for (let length = 0; length < 20; length += 1) expect(peekHevcSps(bytes(hex).subarray(0, length))).toBeNull();
	});
});

describe('HevcParameterSets', () => {
	it('keeps the newest of each id, in order', () => {
		const sets = new HevcParameterSets();
		const [vps, sps, pps0, pps1, newer] = [
			'4001 0c',
			sequenceParameterSets[0]?.[5] ?? '',
			'4401 c0',
			'4401 50',
			'4401 c8',
		].map(bytes);
		for (const nal of [pps1, pps0, sps, vps, newer, bytes('2601 80'), bytes('44')]) if (nal) sets.add(nal);
		expect(sets.units()).toEqual([vps, sps, pps1, newer]);
		expect(sets.ofType(34)).toHaveLength(2);
		expect(sets.ofType(39)).toEqual([]);
	});
});

describe('parseHvcc', () => {
	const fixed = `01 ${'00'.repeat(20)} 03`;
	it('reads lengths and NAL units', () => {
		expect(parseHvcc(bytes(`${fixed} 02 a0 0001 0002 4001 a1 0002 0001 42 0002 4201`))).toEqual({
			lengthSize: 4,
			nals: [bytes('4001'), bytes('42'), bytes('4201')],
		});
	});
	it.each([
		['nothing', ''],
		['a short record', '01'],
		['lengths of three bytes', `01 ${'00'.repeat(20)} 02 00`],
		['a missing array', `${fixed} 01`],
		['a missing NAL unit', `${fixed} 01 a0 0001`],
		['a NAL unit that is cut off', `${fixed} 01 a0 0001 0004 4001`],
		['a NAL unit of no bytes', `${fixed} 01 a0 0001 0000`],
	])('refuses %s', (_name, hex) => {
		expect(() => parseHvcc(bytes(hex))).toThrow(LivestillError);
	});
});

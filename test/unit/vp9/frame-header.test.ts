import { describe, expect, it } from 'vitest';
import { parseVp9FrameHeader } from '../../../src/shared/vp9/frame-header.ts';

const fromBits = (bits: string): Uint8Array =>
	Uint8Array.from(bits.replaceAll(' ', '').match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));

const sync = '01001001 10000011 01000010';
// 320 × 240, each minus one.
const size = '0000000100111111 0000000011101111';
const key = { keyframe: true, width: 320, height: 240 };
const other = { keyframe: false, width: 0, height: 0, color: null };
const color = { bitDepth: 8, colorSpace: 1, fullRange: false, subsamplingX: 1, subsamplingY: 1 };

describe('parseVp9FrameHeader', () => {
	const cases: readonly [string, string, unknown][] = [
		['profile 0', `10 00 0 0 1 0 ${sync} 001 0 ${size}`, { ...key, color }],
		[
			'profile 1, 4:4:4',
			`10 10 0 0 1 0 ${sync} 001 0 00 0 ${size}`,
			{ ...key, color: { ...color, subsamplingX: 0, subsamplingY: 0 } },
		],
		[
			'profile 1, RGB',
			`10 10 0 0 1 0 ${sync} 111 0 ${size}`,
			{ ...key, color: { ...color, colorSpace: 7, fullRange: true, subsamplingX: 0, subsamplingY: 0 } },
		],
		['profile 2, 10 bits', `10 01 0 0 1 0 ${sync} 0 001 0 ${size}`, { ...key, color: { ...color, bitDepth: 10 } }],
		[
			'profile 3, 12 bits',
			`10 11 0 0 0 1 0 ${sync} 1 001 0 00 0 ${size}`,
			{ ...key, color: { ...color, bitDepth: 12, subsamplingX: 0, subsamplingY: 0 } },
		],
		['an inter frame', '10 00 0 1 1 0', other],
		['an existing frame', '10 00 1 000 0000', other],
		['a keyframe that is not shown', `10 00 0 0 0 0 ${sync} 001 0 ${size}`, other],
		['a wrong marker', `01 00 0 0 1 0 ${sync} 001 0 ${size}`, null],
		['a wrong sync code', `10 00 0 0 1 0 01001001 10000011 01000011 001 0 ${size}`, null],
		['a reserved profile', `10 11 1 0 0 1 0`, null],
		['a keyframe that is cut off', `10 00 0 0 1 0 ${sync}`, null],
		['nothing', '', null],
	];
	it.each(cases)('%s', (_name, bits, header) => {
		expect(parseVp9FrameHeader(fromBits(bits))).toEqual(header);
	});
});

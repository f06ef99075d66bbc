import { expect, it } from 'vitest';
import { asSuperframe, firstFrame } from '../../../src/shared/vp9/superframe.ts';

const frame = Uint8Array.of(0x82, 1, 2, 3, 4);

it.each([
	['two frames, sizes of one byte', [0xc1, 5, 2, 0xc1], [9, 9]],
	['two frames, sizes of two bytes', [0xc9, 5, 0, 2, 0, 0xc9], [9, 9]],
	['one frame', [0xc0, 5, 0xc0], []],
])('finds the first of %s', (_name, index, rest) => {
	expect(firstFrame(Uint8Array.of(...frame, ...rest, ...index))).toEqual(frame);
});

it.each([
	['without an index', []],
	['whose last byte is no marker', [0xc1, 5, 2, 0x41]],
	['whose markers differ', [0xc0, 5, 2, 0xc1]],
])('takes bytes %s for one frame', (_name, index) => {
	const bytes = Uint8Array.of(...frame, ...index);
	expect(firstFrame(bytes)).toEqual(bytes);
});

it('never reaches into the index or beyond the bytes', () => {
	expect(firstFrame(Uint8Array.of(...frame, 0xc0, 200, 0xc0))).toEqual(frame);
	expect(firstFrame(Uint8Array.of(0xc7))).toEqual(Uint8Array.of(0xc7));
	expect(firstFrame(new Uint8Array(0))).toHaveLength(0);
});

it('makes a superframe of one', () => {
	const one = asSuperframe(frame);
	expect(one).toHaveLength(frame.length + 6);
	expect(firstFrame(one)).toEqual(frame);
});

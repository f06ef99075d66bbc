import { describe, expect, it } from 'vitest';
import { rotate } from '../../../src/image/rotate.ts';

const image = { data: Uint8Array.from({ length: 24 }, (_, at) => at), width: 3, height: 2 };
/** Pixels by their first byte, divided by four: 0 1 2 / 3 4 5 unrotated. */
const layout = ({ data, width }: typeof image): number[][] => {
	const pixels = [...data].filter((_, at) => at % 4 === 0).map((value) => value / 4);
	return Array.from({ length: pixels.length / width }, (_, row) => pixels.slice(row * width, (row + 1) * width));
};

describe('rotation is clockwise', () => {
	it('0', () => expect(rotate(image, 0)).toBe(image));
	it('90', () => {
		expect(layout(rotate(image, 90))).toEqual([
			[3, 0],
			[4, 1],
			[5, 2],
		]);
	});
	it('180', () => {
		expect(layout(rotate(image, 180))).toEqual([
			[5, 4, 3],
			[2, 1, 0],
		]);
	});
	it('270', () => {
		expect(layout(rotate(image, 270))).toEqual([
			[2, 5],
			[1, 4],
			[0, 3],
		]);
	});
	it('undoes itself', () => expect(rotate(rotate(image, 90), 270)).toEqual(image));
});

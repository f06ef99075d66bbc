import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageCore } from '../../../cli/image-core.ts';
import type { ChromaFormat, Picture } from '../../../src/decoder/picture.ts';
import { createRenderer } from '../../../src/image/render.ts';
import { scalePicture } from '../../../src/image/scale.ts';
import { floatRgba, greatestError } from '../../support/float-colour.ts';
import { makePicture, noise } from '../../support/make-picture.ts';

const toRgba = createRenderer(imageCore);

const rows = (picture: Picture, index: number): number[][] => {
	const plane = picture.planes[index];
	if (plane === undefined) return [];
	return Array.from({ length: plane.height }, (_, y) => [
		...plane.data.subarray(y * plane.stride, y * plane.stride + plane.width),
	]);
};

describe('smaller', () => {
	it('is the mean of what a pixel covers', () => {
		const picture = makePicture({ width: 8, height: 8, sample: (plane, x, y) => noise(256, plane, x, y) });
		const half = scalePicture(imageCore(), picture, { width: 4, height: 4 });
		const luma = rows(picture, 0);
		const mean = (x: number, y: number): number =>
			Math.round(
				((luma[2 * y]?.[2 * x] ?? 0) +
					(luma[2 * y]?.[2 * x + 1] ?? 0) +
					(luma[2 * y + 1]?.[2 * x] ?? 0) +
					(luma[2 * y + 1]?.[2 * x + 1] ?? 0)) /
					4,
			);
		expect(rows(half, 0)).toEqual([0, 1, 2, 3].map((y) => [0, 1, 2, 3].map((x) => mean(x, y))));
	});

	it('keeps all of the chroma where there is a sample for every pixel', () => {
		const picture = makePicture({ width: 16, height: 16, sample: (plane, x, y) => noise(256, plane, x, y) });
		const half = scalePicture(imageCore(), picture, { width: 8, height: 8 });
		expect(half.chromaFormat).toBe(3);
		expect(rows(half, 1)).toEqual(rows(picture, 1));
		expect(scalePicture(imageCore(), picture, { width: 12, height: 12 }).chromaFormat).toBe(1);
	});

	it('leaves out what the crop leaves out', () => {
		const picture = makePicture({
			width: 40,
			height: 32,
			crop: { left: 8, top: 8, width: 20, height: 12 },
			sample: (plane, x, y) => {
				const at = plane === 0 ? 1 : 2;
				const inside = x * at >= 8 && x * at < 28 && y * at >= 8 && y * at < 20;
				return inside ? 90 : 250;
			},
		});
		for (const width of [3, 7, 10, 13, 19, 20, 31])
			for (const index of [0, 1, 2])
				expect(new Set(rows(scalePicture(imageCore(), picture, { width, height: 7 }), index).flat())).toEqual(
					new Set([90]),
				);
	});
});

describe('any size', () => {
	it('stays between the extremes and has the planes it promises', () => {
		const side = fc.integer({ min: 1, max: 40 });
		const format = fc.constantFrom<ChromaFormat>(0, 1, 2, 3);
		const depth = fc.constantFrom(8, 10);
		fc.assert(
			fc.property(side, side, side, side, format, depth, (width, height, toWidth, toHeight, chromaFormat, bitDepth) => {
				const low = 20;
				const sample = (plane: number, x: number, y: number) => low + noise(60, plane, x, y);
				const picture = makePicture({ width, height, chromaFormat, bitDepth, sample });
				const scaled = scalePicture(imageCore(), picture, { width: toWidth, height: toHeight });
				expect(scaled.planes.length).toBe(picture.planes.length);
				for (const { data } of scaled.planes) {
					expect(Math.min(...data)).toBeGreaterThanOrEqual(low);
					expect(Math.max(...data)).toBeLessThanOrEqual(low + 60);
				}
				expect(toRgba(scaled).data.length).toBe(toWidth * toHeight * 4);
			}),
		);
	});

	it('keeps a ramp a ramp when it stretches', () => {
		const picture = makePicture({ width: 32, height: 4, chromaFormat: 0, sample: (_, x) => 4 * x });
		const [row = []] = rows(scalePicture(imageCore(), picture, { width: 43, height: 4 }), 0);
		for (let x = 1; x < row.length; x++) {
			const step = (row[x] ?? 0) - (row[x - 1] ?? 0);
			expect(step).toBeGreaterThanOrEqual(0);
			expect(step).toBeLessThanOrEqual(4);
		}
	});

	it('remembers what an untagged picture of that many rows means', () => {
		const sample = (plane: number) => [120, 60, 200][plane] ?? 0;
		const large = makePicture({ width: 64, height: 720, sample });
		const { data, width, height } = toRgba(large, { height: 90 });
		expect([width, height]).toEqual([8, 90]);
		const expected = floatRgba(makePicture({ width: 8, height: 90, sample }), 1);
		expect(greatestError(data, expected)).toBeLessThanOrEqual(1);
	});
});

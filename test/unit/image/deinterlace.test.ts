import { describe, expect, test } from 'vitest';
import { deinterlace } from '../../../src/image/deinterlace.ts';
import { makePicture } from '../../support/make-picture.ts';

const width = 64;
const height = 48;

/** A bright bar on a soft ramp, at `left`. */
const scene = (left: number) => (plane: number, x: number, y: number) =>
	plane > 0 ? 128 : x >= left && x < left + 12 ? 220 : 40 + y;

const woven = (fields: 'top-first' | 'bottom-first') => {
	const first = fields === 'top-first' ? 0 : 1;
	const sample = (plane: number, x: number, y: number) => scene(y % 2 === first ? 20 : 28)(plane, x, y);
	return { ...makePicture({ width, height, sample }), fields };
};

describe('deinterlace', () => {
	test('a picture that is one frame is left alone', () => {
		const picture = makePicture({ width, height, sample: scene(20) });
		expect(deinterlace(picture)).toBe(picture);
	});

	test('a scene at rest loses nothing', () => {
		const picture = { ...makePicture({ width, height, sample: scene(20) }), fields: 'top-first' as const };
		expect(deinterlace(picture).planes).toEqual(picture.planes);
	});

	test.each(['top-first', 'bottom-first'] as const)('%s: what moved is where the first field saw it', (fields) => {
		const picture = woven(fields);
		const before = picture.planes.map(({ data }) => data.slice());
		const [luma] = deinterlace(picture).planes;
		for (let y = 1; y < height - 1; y++)
			for (let x = 0; x < width; x++) {
				const wanted = scene(20)(0, x, y);
				expect(Math.abs((luma?.data[y * luma.stride + x] ?? 0) - wanted)).toBeLessThanOrEqual(1);
			}
		expect(picture.planes.map(({ data }) => data)).toEqual(before);
	});
});

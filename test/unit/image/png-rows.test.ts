/** A PNG of rows from planes is that of the finished pixels: of what is cut, scaled, woven, turned and tone-mapped. */
import { expect, it } from 'vitest';
import { imageCore } from '../../../cli/image-core.ts';
import type { Picture } from '../../../src/decoder/picture.ts';
import type { FitOptions } from '../../../src/image/fit.ts';
import { createPngEncoder } from '../../../src/image/png.ts';
import { createRenderer } from '../../../src/image/render.ts';
import { makePicture, noise } from '../../support/make-picture.ts';

const toRgba = createRenderer(imageCore);
const encodePng = createPngEncoder(imageCore);

const photo = (bitDepth: number, change: Partial<Picture> = {}): Picture => ({
	...makePicture({
		...{ width: 128, height: 160, bitDepth, colour: { matrixCoefficients: 9 } },
		sample: (plane, x, y) => ((x * 3 + y * 2 + noise(9, plane, x, y)) & 255) << (bitDepth - 8),
	}),
	...change,
});
const few = makePicture({
	width: 128,
	height: 160,
	sample: (plane, x, y) => (plane === 0 ? ((x >> 3) * (y >> 4)) & 63 : 128),
});
const pq = { colourPrimaries: 9, transferCharacteristics: 16, matrixCoefficients: 9, fullRange: false };

const cases: readonly (readonly [name: string, picture: Picture, options: FitOptions, isLazy: boolean])[] = [
	['8 bits', photo(8), {}, true],
	['10 bits', photo(10), {}, true],
	['few colours', few, {}, true],
	['an odd crop', photo(8, { crop: { left: 3, top: 5, width: 101, height: 131 } }), {}, true],
	['another size', photo(8), { width: 77 }, true],
	['two fields', photo(8, { fields: 'top-first' }), {}, true],
	['turned', photo(8), { rotation: 90 }, false],
	['tone-mapped', photo(10, { colour: pq }), {}, false],
];

it.each(cases)('%s', (_name, picture, options, isLazy) => {
	const image = toRgba(picture, options);
	expect(image.startRows !== undefined).toBe(isLazy);
	const rows = encodePng(image);
	const { data, width, height } = toRgba(picture, options);
	expect(Buffer.compare(rows, encodePng({ data, width, height }))).toBe(0);
});

it('lets go of the planes as soon as the pixels are there', () => {
	const image = toRgba(photo(8));
	expect(image.data.length).toBe(image.width * image.height * 4);
	expect(image.startRows).toBeUndefined();
	expect(image.data).toBe(image.data);
	expect(Buffer.compare(encodePng(image), encodePng(toRgba(photo(8))))).toBe(0);
});

import { describe, expect, it } from 'vitest';
import { imageCore } from '../../../cli/image-core.ts';
import type { ChromaFormat, Picture } from '../../../src/decoder/picture.ts';
import type { ImageCore } from '../../../src/image/image-core.ts';
import { createPngEncoder } from '../../../src/image/png.ts';
import { yuvToRgba as lazyRgba } from '../../../src/image/yuv-to-rgba.ts';
import { floatRgba, greatestError } from '../../support/float-colour.ts';
import { makePicture, noise } from '../../support/make-picture.ts';

const yuvToRgba = (core: ImageCore, picture: Picture) => lazyRgba(core, picture).data;

// Rounding to whole numbers costs up to a half; weights of 13 bits behind the point cost up to 255 and twice 128 halves of their last bit.
const accurate = 0.5 + (255 + 2 * 128) / 2 / 8192;

describe('code values', () => {
	for (const matrixCoefficients of [0, 1, 4, 5, 6, 7, 8, 9])
		for (const fullRange of [false, true])
			it(`matrix ${matrixCoefficients}, ${fullRange ? 'full' : 'limited'} range: every U, a third of V, telling Y`, () => {
				for (const y of [0, 1, 15, 16, 17, 60, 100, 127, 128, 180, 234, 235, 236, 254, 255]) {
					const picture = makePicture({
						width: 256,
						height: 86,
						chromaFormat: 3,
						colour: { matrixCoefficients, fullRange },
						sample: (plane, u, v) => [y, u, 3 * v][plane] ?? 0,
					});
					expect(greatestError(yuvToRgba(imageCore(), picture), floatRgba(picture, matrixCoefficients))).toBeLessThan(
						accurate,
					);
				}
			});

	it('grey of every Y in limited and full range', () => {
		const grey = (fullRange: boolean) => {
			const colour = { matrixCoefficients: 6, fullRange };
			const picture = makePicture({ width: 256, height: 2, colour, sample: (plane, x) => (plane === 0 ? x : 128) });
			return yuvToRgba(imageCore(), picture);
		};
		expect([...grey(true).subarray(4 * 77, 4 * 78)]).toEqual([77, 77, 77, 255]);
		expect([...grey(false).subarray(4 * 16, 4 * 17)]).toEqual([0, 0, 0, 255]);
		expect([...grey(false).subarray(4 * 235, 4 * 236)]).toEqual([255, 255, 255, 255]);
	});
});

describe('depths that differ between luma and chroma', () => {
	for (const matrixCoefficients of [0, 1, 8])
		for (const [bitDepth, bitDepthChroma] of [
			[8, 10],
			[12, 8],
			[9, 14],
		] as const)
			it(`matrix ${matrixCoefficients}: ${bitDepth} and ${bitDepthChroma} bit show what 8 bit does`, () => {
				const draw = (luma: number, chroma: number) =>
					makePicture({
						...{ width: 64, height: 64, chromaFormat: 3, colour: { matrixCoefficients } },
						...{ bitDepth: luma, bitDepthChroma: chroma },
						sample: (plane, x, y) => noise(256, plane, x, y) << ((plane === 0 ? luma : chroma) - 8),
					});
				expect(yuvToRgba(imageCore(), draw(bitDepth, bitDepthChroma))).toEqual(yuvToRgba(imageCore(), draw(8, 8)));
			});
});

describe('layouts', () => {
	const crops = [
		{ left: 0, top: 0, width: 24, height: 18 },
		{ left: 4, top: 2, width: 13, height: 11 },
		{ left: 2, top: 6, width: 1, height: 1 },
		{ left: 3, top: 5, width: 12, height: 9 },
	];
	for (const chromaFormat of [0, 1, 2, 3] satisfies ChromaFormat[])
		for (const bitDepth of [8, 10, 14, 16])
			for (const crop of crops)
				it(`chroma format ${chromaFormat}, ${bitDepth} bit, crop ${Object.values(crop)}`, () => {
					const picture = makePicture({
						width: 24,
						height: 18,
						crop,
						chromaFormat,
						bitDepth,
						colour: { matrixCoefficients: 9 },
						sample: (plane, x, y) => noise(2 ** bitDepth, plane, x, y),
					});
					const { data, width, height } = lazyRgba(imageCore(), picture);
					expect(greatestError(data, floatRgba(picture, 9))).toBeLessThan(accurate);
					// Row by row it is the same.
					const encodePng = createPngEncoder(imageCore);
					const rows = encodePng(lazyRgba(imageCore(), picture));
					expect(Buffer.compare(rows, encodePng({ data, width, height }))).toBe(0);
				});
});

describe('rows of the core', () => {
	const draw = (width: number, left: number, bitDepth: number) =>
		makePicture({
			...{ width, height: 2, bitDepth, colour: { matrixCoefficients: 1 } },
			crop: { left, top: 0, width: width - left, height: 2 },
			sample: (plane, x, y) => noise(2 ** bitDepth, plane, x, y),
		});

	it('may have as many pixels as the core has room for', () => {
		for (const [left, bitDepth] of [
			[0, 8],
			[1, 8],
			[1, 10],
		] as const) {
			const picture = draw(16384, left, bitDepth);
			expect(greatestError(yuvToRgba(imageCore(), picture), floatRgba(picture, 1))).toBeLessThan(accurate);
		}
	});

	it('are refused when they are longer', () => {
		expect(() => yuvToRgba(imageCore(), draw(16386, 0, 8))).toThrow(RangeError);
	});
});

describe('untagged pictures', () => {
	const convertedWith = (height: number, code: number, tag: object): boolean => {
		const sample = (plane: number, x: number, y: number) => noise(256, plane, x, y);
		const picture = makePicture({ width: 16, height, colour: tag, sample });
		return greatestError(yuvToRgba(imageCore(), picture), floatRgba(picture, code)) < accurate;
	};

	it('are BT.709 from 720 rows on and BT.601 below', () => {
		expect(convertedWith(720, 1, {})).toBe(true);
		expect(convertedWith(718, 6, {})).toBe(true);
	});

	it('includes tags that make no sense: GBR in 4:2:0, reserved codes', () => {
		for (const matrixCoefficients of [0, 3, 11, 14, 200]) {
			expect(convertedWith(720, 1, { matrixCoefficients })).toBe(true);
			expect(convertedWith(240, 6, { matrixCoefficients })).toBe(true);
		}
	});

	it('takes the matrix from the primaries when the tag says so', () => {
		expect(convertedWith(240, 9, { matrixCoefficients: 12, colourPrimaries: 9 })).toBe(true);
		expect(convertedWith(240, 1, { matrixCoefficients: 12, colourPrimaries: 1 })).toBe(true);
	});
});

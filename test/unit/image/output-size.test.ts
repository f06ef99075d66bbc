import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displaySize, outputSize } from '../../../src/image/output-size.ts';
import { limits } from '../../../src/shared/limits.ts';
import { makePicture } from '../../support/make-picture.ts';

const blank = makePicture({ width: 2, height: 2, sample: () => 0 });
const sized = (width: number, height: number, sarWidth = 1, sarHeight = 1) => ({
	...blank,
	crop: { left: 0, top: 0, width, height },
	sampleAspectRatio: { width: sarWidth, height: sarHeight },
});

describe('square pixels', () => {
	const cases = [
		{ coded: [720, 576], aspect: [16, 11], shown: [1047, 576] },
		{ coded: [720, 576], aspect: [12, 11], shown: [785, 576] },
		{ coded: [720, 480], aspect: [8, 9], shown: [720, 540] },
		{ coded: [1440, 1080], aspect: [4, 3], shown: [1920, 1080] },
		{ coded: [640, 480], aspect: [1, 2], shown: [640, 960] },
		{ coded: [640, 480], aspect: [1, 1], shown: [640, 480] },
		// Nonsense is not believed.
		{ coded: [640, 480], aspect: [65535, 1], shown: [640, 480] },
		{ coded: [640, 480], aspect: [1, 65535], shown: [640, 480] },
		{ coded: [640, 480], aspect: [0, 0], shown: [640, 480] },
		{ coded: [640, 480], aspect: [4, 0], shown: [640, 480] },
		// What would exceed the pixel limit shrinks the other side.
		{ coded: [4096, 2304], aspect: [2, 1], shown: [4096, 1152] },
		{ coded: [2304, 4096], aspect: [1, 2], shown: [1152, 4096] },
	] as const;
	for (const { coded, aspect, shown } of cases)
		it(`${coded.join('x')} with samples ${aspect.join(':')} is shown as ${shown.join('x')}`, () => {
			expect(Object.values(displaySize(sized(coded[0], coded[1], aspect[0], aspect[1])))).toEqual(shown);
		});
});

describe('a size in a box', () => {
	const side = fc.integer({ min: 1, max: 4096 });
	const box = fc.option(fc.integer({ min: 1, max: 20_000 }), { nil: undefined });
	const rotation = fc.constantFrom(0, 90, 180, 270);

	it('stays inside, keeps its shape and is never enlarged', () => {
		fc.assert(
			fc.property(side, side, side, side, box, box, rotation, (width, height, sarX, sarY, boxX, boxY, turned) => {
				fc.pre(width * height <= limits.pixels);
				const picture = sized(width, height, sarX, sarY);
				const full = displaySize(picture);
				const wish = {
					...(boxX === undefined ? {} : { width: boxX }),
					...(boxY === undefined ? {} : { height: boxY }),
					rotation: turned as 0,
				};
				const size = outputSize(picture, wish);
				const [across, down] = turned % 180 === 0 ? [size.width, size.height] : [size.height, size.width];
				expect(across).toBeLessThanOrEqual(boxX ?? limits.side);
				expect(down).toBeLessThanOrEqual(boxY ?? limits.side);
				expect(size.width).toBeLessThanOrEqual(full.width);
				expect(size.height).toBeLessThanOrEqual(full.height);
				expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(1);
				expect(size.width * size.height).toBeLessThanOrEqual(limits.pixels);
				// Up to rounding of both sides, or a side that cannot be less than one pixel.
				const tolerance = 0.5 / size.width + 0.5 / size.height;
				const shape = (size.width * full.height) / (size.height * full.width);
				if (size.width > 1 && size.height > 1) expect(Math.abs(Math.log(shape))).toBeLessThan(tolerance * 1.5);
			}),
		);
	});

	it('measures the box after rotation', () => {
		expect(outputSize(sized(1280, 720), { width: 360, rotation: 90 })).toEqual({ width: 640, height: 360 });
		expect(outputSize(sized(1280, 720), { width: 320, height: 320 })).toEqual({ width: 320, height: 180 });
		expect(outputSize(sized(1280, 720), { width: 5000 })).toEqual({ width: 1280, height: 720 });
	});
});

/** Damaged pictures: refused unless they are asked for, and then marked, with what is missing filled from what is there. */
import { describe, expect, test } from 'vitest';
import { h264Cores } from '../../../cli/h264-core.ts';
import { type IntraPicture, intraPictures } from '../../../src/decoder/h264/coded-pictures.ts';
import { createH264Decoder } from '../../../src/decoder/h264/decode.ts';
import type { Picture } from '../../../src/decoder/picture.ts';
import { joinAnnexB, splitAnnexB } from '../../../src/shared/h264/annex-b.ts';
import { isSlice } from '../../../src/shared/h264/nal.ts';
import { nalUnits } from '../../../src/shared/h264/nal-units.ts';
import { readStream } from '../../support/conformance-manifest.ts';

const decoder = createH264Decoder(h264Cores);

/** The stream without its slice `lost` (0 is the first). */
const without = (file: string, lost: number): Uint8Array => {
	let slice = 0;
	return joinAnnexB(splitAnnexB(readStream('h264/x264', file)).filter((nal) => !isSlice(nal) || slice++ !== lost));
};

const row = ({ planes: [luma] }: Picture, y: number): number[] =>
	luma === undefined ? [] : [...luma.data.subarray(y * luma.stride, y * luma.stride + luma.width)];

const copy = (picture: Picture): Picture => ({
	...picture,
	planes: picture.planes.map((plane) => ({ ...plane, data: plane.data.slice() })),
});

// Frames of 9 rows of 11 macroblocks in three slices of three rows, no second frame.
const stream = 'slices-3.264';
const lastRowAbove = 3 * 16 - 1;

describe('a lost slice', () => {
	test('is refused', () => {
		const refused = expect.objectContaining({ code: 'FRAME_DAMAGED', message: expect.stringContaining('66 of 99') });
		expect(() => decoder.decode(without(stream, 1))).toThrow(refused);
	});

	test('in the middle is filled from above', () => {
		const picture = decoder.decode(without(stream, 1), true);
		expect(picture.damage).toEqual({ missing: 33, total: 99 });
		for (let y = lastRowAbove + 1; y < 6 * 16; y++) expect(row(picture, y)).toEqual(row(picture, lastRowAbove));
	});

	test('at the top is filled from below', () => {
		const picture = decoder.decode(without(stream, 0), true);
		expect(picture.damage).toEqual({ missing: 33, total: 99 });
		for (let y = 0; y < 3 * 16; y++) expect(row(picture, y)).toEqual(row(picture, 3 * 16));
	});

	test('shows nothing of the picture before', () => {
		decoder.decode(readStream('h264/x264', stream));
		const [coded] = intraPictures(nalUnits(without(stream, 1)));
		const { picture } = decoder.decodePicture(coded as IntraPicture);
		for (let y = lastRowAbove + 1; y < 6 * 16; y++) expect(new Set(row(picture, y))).toEqual(new Set([16]));
	});

	test('leaves the others as they are, but for the edge between them', () => {
		const whole = copy(decoder.decode(readStream('h264/x264', stream)));
		expect(whole.damage).toBeUndefined();
		const picture = decoder.decode(without(stream, 1), true);
		for (let y = 0; y < 3 * 16 - 3; y++) expect(row(picture, y)).toEqual(row(whole, y));
		for (let y = 6 * 16 + 3; y < 144; y++) expect(row(picture, y)).toEqual(row(whole, y));
	});
});

test.each([
	['mbaff-bff-jvt-cabac.264', 0],
	['yuv422p10-cavlc-mbaff-slices-jvt.264', 1],
	['yuv444p10-cabac-slices-jvt.264', 2],
	['yuv422p-cabac-slices-jvt.264', 0],
])('%s without slice %d shows something everywhere', (file, lost) => {
	const picture = decoder.decode(without(file, lost), true);
	expect(picture.damage?.missing).toBeGreaterThan(0);
	// What was never written is black, or grey in chroma; these pictures have no row like that.
	for (const [index, { data, stride, width, height }] of picture.planes.entries()) {
		const depth = index === 0 ? picture.bitDepthLuma : picture.bitDepthChroma;
		const blank = (index === 0 ? 16 : 128) << (depth - 8);
		for (let y = 0; y < height; y++)
			expect(data.subarray(y * stride, y * stride + width).every((sample) => sample === blank)).toBe(false);
	}
});

test('a picture of which nothing is there is refused all the same', () => {
	const [sps, pps, , idr] = splitAnnexB(readStream('h264/x264', 'profile-high.264'));
	const slice = [sps, pps, idr].filter((nal) => nal !== undefined).find(isSlice);
	expect(slice).toBeDefined();
	const stump = joinAnnexB([sps, pps, slice?.subarray(0, 12)].filter((nal) => nal !== undefined));
	expect(() => decoder.decode(stump, true)).toThrow(expect.objectContaining({ code: 'FRAME_DAMAGED' }));
});

describe('a picture whose planes are too large for an isolate', () => {
	/** The picture of a stream, as if its SPS said 4096 × 2304. */
	const in4k = (file: string): IntraPicture => {
		const [coded] = intraPictures(nalUnits(readStream('h264/x264', file)));
		if (coded === undefined) throw new Error(`${file} has no picture`);
		const sps = { ...coded.sets.sps, picWidthInMbs: 256, frameHeightInMbs: 144 };
		return { ...coded, sets: { ...coded.sets, sps } };
	};

	test.each([
		['yuv444p10-cabac.264', true],
		['yuv422p10-cabac.264', false],
		['yuv444p-cabac.264', false],
	])('%s in 4K: refused %s', (file, isRefused) => {
		const refused = expect.objectContaining({ code: 'FRAME_TOO_LARGE' });
		if (isRefused) expect(() => decoder.decodePicture(in4k(file))).toThrow(refused);
		else expect(decoder.decodePicture(in4k(file)).damage).not.toBeNull();
	});
});

/** Every conformance stream, every intra picture: planes bit for bit as libavcodec and JM decode them. */
import { describe, expect, it } from 'vitest';
import { h264Cores } from '../../cli/h264-core.ts';
import { intraPictures } from '../../src/decoder/h264/coded-pictures.ts';
import { assertWhole, createH264Decoder } from '../../src/decoder/h264/decode.ts';
import type { Picture } from '../../src/decoder/picture.ts';
import { nalUnits } from '../../src/shared/h264/nal-units.ts';
import { type ConformanceStream, readManifest, readStream, streamPath } from '../support/conformance-manifest.ts';
import { reportWrongPicture } from '../support/failure-picture.ts';
import { md5, packPlanes } from '../support/planes.ts';

// One instance for all streams: what one picture leaves behind must not show in the next.
const decoder = createH264Decoder(h264Cores);

/** The top field as a picture of its own. */
const topField = (picture: Picture): Picture => ({
	...picture,
	planes: picture.planes.map((plane) => ({ ...plane, stride: plane.stride * 2, height: plane.height / 2 })),
	crop: { ...picture.crop, top: picture.crop.top / 2, height: picture.crop.height / 2 },
});

const checkStream = (folder: string, { file, pictures, width, height }: ConformanceStream): void => {
	const found = [...intraPictures(nalUnits(readStream(folder, file)))];
	expect(found.length, 'intra pictures').toBe(pictures.length);
	for (const [order, coded] of found.entries()) {
		const expected = pictures[order];
		if (expected === undefined) return;
		const report = decoder.decodePicture(coded);
		assertWhole(report);
		const { picture } = report;
		const size = [expected.width ?? width, expected.height ?? height];
		expect([picture.crop.width, picture.crop.height], 'size').toEqual(size);
		const hash = md5(packPlanes(expected.type === 'I-top+P-bottom' ? topField(picture) : picture));
		if (hash === expected.md5_all) continue;
		const name = file.replace(/\.264$/, '');
		const why = reportWrongPicture(name, picture, streamPath(folder, file), expected.index);
		expect.fail(`picture ${expected.index} differs; ${why}`);
	}
};

// Code points of H.264 Table E-5 by ffprobe's names.
const matrices: Readonly<Record<string, number>> = {
	bt709: 1,
	unknown: 2,
	fcc: 4,
	bt470bg: 5,
	smpte170m: 6,
	smpte240m: 7,
	ycgco: 8,
	bt2020nc: 9,
};

describe('how to show the picture', () => {
	for (const stream of readManifest('h264/x264').filter(({ refusal }) => refusal === undefined))
		it(`reads as ffprobe does from ${stream.file}`, () => {
			const { sampleAspectRatio, colour } = decoder.decode(readStream('h264/x264', stream.file));
			expect(`${sampleAspectRatio.width}:${sampleAspectRatio.height}`).toBe(stream.sample_aspect_ratio);
			expect(colour.matrixCoefficients).toBe(matrices[stream.color_space ?? '']);
			expect(colour.fullRange).toBe(stream.color_range === 'pc');
		});
});

for (const folder of ['h264/x264', 'h264/jm']) {
	const streams = readManifest(folder);
	describe(folder, () => {
		for (const stream of streams.filter(({ refusal }) => refusal === undefined))
			it(`decodes ${stream.file}`, () => checkStream(folder, stream));
		for (const { file, refusal } of streams)
			if (refusal !== undefined)
				it(`refuses ${file}: ${refusal}`, () => {
					const refused = expect.objectContaining({ name: 'LivestillError', code: refusal });
					expect(() => decoder.decode(readStream(folder, file))).toThrow(refused);
				});
	});
}

describe('the picture after a refusal', () => {
	it('is right', () => {
		const streams = readManifest('h264/x264');
		const good = streams.find(({ file }) => file === 'qp-cabac-26.264');
		if (good === undefined) throw new Error('the manifest has lost a stream');
		for (const { file, refusal } of streams) {
			if (refusal === undefined) continue;
			expect(() => decoder.decode(readStream('h264/x264', file))).toThrow();
			checkStream('h264/x264', good);
		}
	});
});

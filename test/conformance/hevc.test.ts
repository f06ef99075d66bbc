/** Every HEVC conformance stream, every random access picture: planes bit for bit as the reference decoders decode them. */
import { describe, expect, it } from 'vitest';
import { instantiateHevcCore } from '../../cli/hevc-core.ts';
import { intraPictures } from '../../src/decoder/hevc/coded-pictures.ts';
import { assertWhole, createHevcDecoder } from '../../src/decoder/hevc/decode.ts';
import type { Picture } from '../../src/decoder/picture.ts';
import { nalUnits } from '../../src/shared/h264/nal-units.ts';
import { type ConformanceStream, readManifest, readStream } from '../support/conformance-manifest.ts';
import { md5, packPlanes } from '../support/planes.ts';

// One instance for all streams: what one picture leaves behind must not show in the next.
const decoder = createHevcDecoder(() => instantiateHevcCore('hevc'));

/** MD5s of the planes one by one. */
const planeHashes = (picture: Picture): string[] =>
	picture.planes.map((plane, index) => {
		const [planes, chromaFormat] = [[plane], index === 0 ? 0 : picture.chromaFormat] as const;
		const { crop } = picture;
		const shiftX = chromaFormat === 1 || chromaFormat === 2 ? 1 : 0;
		const shiftY = chromaFormat === 1 ? 1 : 0;
		const part = { left: crop.left >> shiftX, top: crop.top >> shiftY, width: plane.width, height: plane.height };
		return md5(packPlanes({ ...picture, planes, chromaFormat: 0, crop: part }));
	});

const checkStream = (folder: string, { file, pictures, width, height }: ConformanceStream): void => {
	const found = [...intraPictures(nalUnits(readStream(folder, file)))];
	expect(found.length, 'random access pictures').toBe(pictures.length);
	for (const [order, coded] of found.entries()) {
		const expected = pictures[order];
		if (expected === undefined) return;
		const report = decoder.decodePicture(coded);
		assertWhole(report);
		const { picture } = report;
		const size = [expected.width ?? width, expected.height ?? height];
		expect([picture.crop.width, picture.crop.height], 'size').toEqual(size);
		if (expected.md5_planes === undefined) expect(md5(packPlanes(picture)), `picture ${order}`).toBe(expected.md5_all);
		else expect(planeHashes(picture), `picture ${order}`).toEqual(expected.md5_planes);
	}
};

for (const folder of ['hevc/hm', 'hevc/x265'])
	describe(folder, () => {
		for (const stream of readManifest(folder)) it(`decodes ${stream.file}`, () => checkStream(folder, stream));
	});

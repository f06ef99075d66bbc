/** What a failed conformance test leaves behind for eyes: the wrong picture, and where it goes wrong. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Picture } from '../../src/decoder/picture.ts';
import { packPlanes } from './planes.ts';

const output = new URL('../output/', import.meta.url);

/** The planes of 8-bit 4:2:0 picture `index` as libavcodec decodes them, or `null` without ffmpeg. */
const reference = (stream: string, index: number, size: number): Buffer | null => {
	const args = ['-v', 'error', '-flags', 'unaligned', '-f', 'h264', '-i', stream, '-fps_mode', 'passthrough'];
	const { status, stdout } = spawnSync('ffmpeg', [...args, '-f', 'rawvideo', '-'], { maxBuffer: 1 << 30 });
	if (status !== 0 || stdout.length < (index + 1) * size) return null;
	return stdout.subarray(index * size, (index + 1) * size);
};

const firstDifference = (actual: Buffer, expected: Buffer, { crop }: Picture): string => {
	const at = actual.findIndex((value, index) => value !== expected[index]);
	if (at < 0) return 'ffmpeg decodes the same picture: the manifest is wrong';
	const luma = crop.width * crop.height;
	if (at >= luma) return `luma is right, chroma differs first at byte ${at - luma}`;
	// The first byte in raster order need not be in the first macroblock in decoding order.
	let first = Number.POSITIVE_INFINITY;
	const macroblocksPerRow = (crop.left + crop.width + 15) >> 4;
	for (let index = at; index < luma; index++) {
		if (actual[index] === expected[index]) continue;
		const x = crop.left + (index % crop.width);
		const y = crop.top + Math.floor(index / crop.width);
		first = Math.min(first, (y >> 4) * macroblocksPerRow + (x >> 4));
	}
	return `first differing macroblock: x ${first % macroblocksPerRow}, y ${Math.floor(first / macroblocksPerRow)}`;
};

/** Writes the luma of `picture` as PGM to `test/output` and says what is known about the difference. */
export const reportWrongPicture = (name: string, picture: Picture, stream: string, index: number): string => {
	const planes = packPlanes(picture);
	const { width, height } = picture.crop;
	mkdirSync(output, { recursive: true });
	const file = new URL(`${name}-${index}.pgm`, output).pathname;
	const header = Buffer.from(`P5 ${width} ${height} 255\n`);
	writeFileSync(file, Buffer.concat([header, planes.subarray(0, width * height)]));
	const expected = reference(stream, index, planes.length);
	return `${expected === null ? 'no reference picture' : firstDifference(planes, expected, picture)}; see ${file}`;
};

/** Animations against ffmpeg's decoder and against upng-js's own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageCore } from '../../../cli/image-core.ts';
import { createAnimator } from '../../../src/image/apng.ts';
import { noise } from '../../support/make-picture.ts';

interface Upng {
	decode(file: ArrayBuffer): { readonly frames: readonly { readonly rect: object; readonly delay: number }[] };
	toRGBA8(image: object): ArrayBuffer[];
}

/** A copy of upng-js that our hook has not touched. */
const stock = ((): Upng => {
	const require = createRequire(import.meta.url);
	const path = require.resolve('upng-js');
	delete require.cache[path];
	return require(path) as Upng;
})();

const startAnimation = createAnimator(imageCore);

type Draw = (x: number, y: number, frame: number) => number;

const draw = (width: number, height: number, frame: number, colour: Draw): Uint8Array<ArrayBuffer> => {
	const pixels = new Uint32Array(width * height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) pixels[y * width + x] = 0xff000000 | colour(x, y, frame);
	return new Uint8Array(pixels.buffer);
};

const inBox = (x: number, y: number, frame: number): boolean => Math.abs(x - 5 - 3 * frame) < 4 && Math.abs(y - 12) < 5;

const animations = [
	{ name: 'of noise', width: 47, height: 31, frames: 4, colour: (x, y, n) => noise(1 << 24, x + 977 * n, y) },
	{
		name: 'of a box that moves',
		width: 64,
		height: 40,
		frames: 6,
		colour: (x, y, n) => (inBox(x, y, n) ? 0xff : x * 0x0300),
	},
	{ name: 'of which nothing changes', width: 33, height: 17, frames: 3, colour: (x, y) => x * 0x10203 + y },
	{
		name: 'of which one corner changes',
		width: 20,
		height: 20,
		frames: 3,
		colour: (x, y, n) => (x === 19 && y === 19 ? n : 7),
	},
	{ name: 'of one pixel', width: 1, height: 1, frames: 3, colour: (_x, _y, n) => n * 0x010101 },
	{ name: 'of one row', width: 300, height: 1, frames: 2, colour: (x, _y, n) => x * (n + 1) },
	{ name: 'of many frames', width: 24, height: 16, frames: 60, colour: (x, y, n) => (x + y + n) * 0x020304 },
] as const satisfies readonly { name: string; width: number; height: number; frames: number; colour: Draw }[];

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

describe.each(animations)('an animation $name', ({ width, height, frames, colour }) => {
	const pictures = Array.from({ length: frames }, (_, frame) => draw(width, height, frame, colour));
	const animation = startAnimation(width, height);
	for (const picture of pictures) animation.add(picture.slice());
	const file = animation.finish(250);

	it('is what went in, says upng-js', () => {
		const decoded = stock.decode(file.buffer);
		expect(decoded.frames.map(({ delay }) => delay)).toEqual(pictures.map(() => 250));
		expect(stock.toRGBA8(decoded).map((frame) => new Uint8Array(frame))).toEqual(pictures);
	});

	it.skipIf(!hasFfmpeg)('is what went in, says ffmpeg', () => {
		// Its demuxer wants to go back in the file.
		const folder = mkdtempSync(join(tmpdir(), 'livestill-apng-'));
		writeFileSync(join(folder, 'a.png'), file);
		const input = [
			'-hide_banner',
			'-loglevel',
			'error',
			'-xerror',
			'-err_detect',
			'explode',
			'-f',
			'apng',
			'-i',
			join(folder, 'a.png'),
		];
		const output = ['-fps_mode', 'passthrough', '-pix_fmt', 'rgba', '-f', 'rawvideo', 'pipe:1'];
		const raw = execFileSync('ffmpeg', [...input, ...output], { maxBuffer: 1 << 26 });
		rmSync(folder, { recursive: true });
		expect(raw.length).toBe(frames * width * height * 4);
		expect(new Uint8Array(raw)).toEqual(new Uint8Array(Buffer.concat(pictures)));
	});
});

it('holds only what has changed', () => {
	const bytesOfSecond = (colour: Draw): number => {
		const animation = startAnimation(64, 48);
		animation.add(draw(64, 48, 0, colour));
		const first = animation.size;
		animation.add(draw(64, 48, 1, colour));
		return animation.size - first;
	};
	expect(bytesOfSecond((x, y, n) => noise(1 << 24, x + 977 * n, y))).toBeGreaterThan(64 * 48 * 3 * 0.95);
	expect(bytesOfSecond((x, y) => noise(1 << 24, x, y))).toBeLessThan(20);
	expect(bytesOfSecond((x, y, n) => (inBox(x, y, n) ? 0xff : noise(1 << 24, x, y)))).toBeLessThan(64 * 48 * 3 * 0.1);
});

it('takes views that are not aligned', () => {
	const picture = draw(9, 5, 0, (x, y) => x * 256 + y);
	const shifted = new Uint8Array(picture.length + 1);
	shifted.set(picture, 1);
	const animation = startAnimation(9, 5);
	animation.add(shifted.subarray(1));
	animation.add(picture.slice());
	const [first, second] = stock.toRGBA8(stock.decode(animation.finish(1).buffer)).map((frame) => new Uint8Array(frame));
	expect([first, second]).toEqual([picture, picture]);
});

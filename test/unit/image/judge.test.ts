/** Pictures that are worth being shown and pictures that are not, as ffmpeg draws them; the thresholds come from these. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test as base, describe, expect, it } from 'vitest';
import { decoderCores } from '../../../cli/decoder-cores.ts';
import { createDecoder } from '../../../src/decoder/index.ts';
import type { Picture } from '../../../src/decoder/picture.ts';
import { judge } from '../../../src/image/judge.ts';
import type { Verdict } from '../../../src/shared/preview/verdict.ts';
import { isMissing } from '../../e2e/support/peers.ts';
import { makePicture, noise } from '../../support/make-picture.ts';

const test = base.skipIf(isMissing('ffmpeg'));
const decoder = createDecoder(decoderCores);

const size = 's=320x180';
const fade = (percent: number): string => {
	const most = percent / 100;
	return `colorlevels=romax=${most}:gomax=${most}:bomax=${most}`;
};
const toWhite = (percent: number): string => {
	const least = 1 - percent / 100;
	return `colorlevels=romin=${least}:gomin=${least}:bomin=${least}`;
};
const box = (x: number, y: number, width: number, height: number, colour: string): string =>
	`drawbox=${x}:${y}:${width}:${height}:${colour}:fill`;
const grain = (strength: number): string => `noise=alls=${strength}:allf=t:all_seed=7`;

const cases: readonly (readonly [what: string, source: string, filter: string, verdict: Verdict])[] = [
	['black', `color=black:${size}`, 'null', 'black'],
	['black with a camera noise', `color=black:${size}`, grain(8), 'black'],
	['an unlit room: grain on nearly black', `color=0x0a0a0d:${size}`, grain(14), 'black'],
	['a fade at 5 %', `testsrc2=${size}`, fade(5), 'black'],
	['a fade at 10 %', `testsrc2=${size}`, fade(10), 'black'],
	['another one at 15 %', `mandelbrot=${size}`, fade(15), 'black'],
	['a dim picture, 30 %', `testsrc2=${size}`, fade(30), 'good'],
	['the middle of a fade', `testsrc2=${size}`, fade(50), 'good'],
	[
		'a street lamp in the night',
		`color=0x080808:${size}`,
		`${box(150, 50, 8, 8, '0xfff0c0')},gblur=4,${grain(10)}`,
		'good',
	],
	['a night scene', `mandelbrot=${size}`, `eq=brightness=-0.35:contrast=0.35,${grain(8)}`, 'good'],
	['white', `color=white:${size}`, 'null', 'white'],
	['a fade to white at 95 %', `testsrc2=${size}`, toWhite(5), 'white'],
	['a fade to white at 70 %', `testsrc2=${size}`, toWhite(30), 'good'],
	['snow with shadows', `mandelbrot=${size}`, `eq=brightness=0.38:contrast=0.25,${grain(4)}`, 'good'],
	['grey', `color=gray:${size}`, 'null', 'flat'],
	['grey with grain', `color=gray:${size}`, grain(6), 'flat'],
	['the blue of no signal', `color=blue:${size}`, 'null', 'flat'],
	['a card of one red', `color=0xc02020:${size}`, 'null', 'flat'],
	['fog', `testsrc2=${size}`, 'gblur=20,eq=contrast=0.3', 'good'],
	['a soft background', `gradients=${size}:c0=0x404040:c1=0x707880:duration=1:seed=3`, 'null', 'good'],
	['letterboxed', 'testsrc2=s=320x136', 'pad=320:180:0:22', 'good'],
	['letterboxed black', `color=0x040404:s=320x136`, 'pad=320:180:0:22', 'black'],
	['letterboxed grey', 'color=gray:s=320x136', 'pad=320:180:0:22', 'flat'],
	['letterboxed fade', 'mandelbrot=s=320x136', `${fade(10)},pad=320:180:0:22`, 'black'],
	['a portrait between bars', 'testsrc2=s=100x180', 'pad=320:180:110:0', 'good'],
	['a grey portrait between bars', 'color=gray:s=100x180', 'pad=320:180:110:0', 'flat'],
	[
		'a cartoon',
		`color=0x80c8ff:${size}`,
		`${box(0, 130, 320, 50, '0x40a040')},${box(100, 60, 40, 70, '0xffe0b0')},${box(105, 70, 5, 5, 'black')}`,
		'good',
	],
	[
		'a cartoon at night',
		`color=0x101830:${size}`,
		`${box(0, 130, 320, 50, '0x182818')},${box(250, 20, 20, 20, '0xf0f0c0')}`,
		'good',
	],
	[
		'a slide with little text',
		`color=white:${size}`,
		`${box(30, 30, 150, 6, '0x202020')},${box(30, 50, 210, 3, '0x404040')}`,
		'good',
	],
	['a terminal', `color=black:${size}`, `${box(10, 10, 60, 2, '0x00ff00')},${box(10, 16, 100, 2, '0x00ff00')}`, 'good'],
	['a title on black', `color=black:${size}`, box(110, 85, 100, 4, 'white'), 'good'],
	[
		'a stage in deep blue light',
		`mandelbrot=${size}`,
		'hue=s=0,eq=contrast=0.8,colorchannelmixer=rr=0:gg=0:bb=1:br=0.9',
		'good',
	],
	['colour bars', `smptehdbars=${size}`, 'null', 'good'],
];

const encode = promisify(execFile);

const encoded = async (source: string, filter: string): Promise<Uint8Array> => {
	const input = ['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', source, '-frames:v', '1'];
	const output = [
		'-vf',
		`${filter},format=yuv420p`,
		'-c:v',
		'libx264',
		'-threads',
		'1',
		'-crf',
		'32',
		'-f',
		'h264',
		'pipe:1',
	];
	return (await encode('ffmpeg', [...input, ...output], { encoding: 'buffer' })).stdout;
};

describe('a picture that a poor encoder has left is judged as a viewer would', () => {
	test.concurrent.each(cases)('%s', async (_what, source, filter, verdict) => {
		expect(judge(decoder.decode('h264', await encoded(source, filter)))).toBe(verdict);
	});
});

describe('samples of every kind', () => {
	const drawn = (
		light: (x: number, y: number) => number,
		changes: Partial<Parameters<typeof makePicture>[0]> = {},
	): Picture =>
		makePicture({
			...{ width: 64, height: 48, sample: (plane, x, y) => (plane === 0 ? light(x, y) : 128) },
			...changes,
		});

	it('of more bits and of full range', () => {
		const wide = { bitDepth: 10, sample: (plane: number) => (plane === 0 ? 64 : 512) };
		expect(judge(drawn(() => 0, wide))).toBe('black');
		expect(judge(drawn(() => 0, { ...wide, sample: (plane) => (plane === 0 ? 940 : 512) }))).toBe('white');
		expect(judge(drawn(() => 0, { ...wide, sample: (plane, x) => (plane === 0 ? 64 + x * 8 : 512) }))).toBe('good');
		// 50 of limited range is 40 of full range.
		expect(judge(drawn(() => 50))).toBe('black');
		expect(judge(drawn(() => 50, { colour: { fullRange: true } }))).toBe('flat');
	});

	it('without colour, with all of it, as green, blue and red', () => {
		for (const chromaFormat of [0, 1, 2, 3] as const) {
			expect(judge(drawn(() => 16, { chromaFormat }))).toBe('black');
			expect(judge(drawn((x) => 16 + 2 * x, { chromaFormat }))).toBe('good');
		}
		const gbr = { chromaFormat: 3, colour: { matrixCoefficients: 0, fullRange: true } } as const;
		expect(judge(drawn(() => 0, { ...gbr, sample: () => 3 }))).toBe('black');
		expect(judge(drawn(() => 0, { ...gbr, sample: () => 250 }))).toBe('white');
		expect(judge(drawn(() => 0, { ...gbr, sample: (plane) => (plane === 2 ? 200 : 10) }))).toBe('flat');
	});

	it('of colour alone', () => {
		expect(
			judge(drawn(() => 0, { sample: (plane, x) => (plane === 0 ? 30 : plane === 1 ? 128 + (x & 16) * 4 : 128) })),
		).toBe('good');
	});

	it('only where the picture is, not in what is cropped', () => {
		const crop = { left: 8, top: 8, width: 32, height: 24 };
		const inside = (x: number, y: number): boolean => x >= 8 && x < 40 && y >= 8 && y < 32;
		expect(judge(drawn((x, y) => (inside(x, y) ? 16 : noise(256, x, y)), { crop }))).toBe('black');
		expect(judge(drawn((x, y) => (inside(x, y) ? noise(256, x, y) : 16), { crop }))).toBe('good');
	});

	it.each([
		[1, 1],
		[2, 2],
		[1, 300],
		[300, 1],
		[15, 17],
		[16, 16],
	])('of a picture of %i by %i', (width, height) => {
		expect(judge(drawn(() => 16, { width, height }))).toBe('black');
		expect(judge(drawn(() => 126, { width, height }))).toBe('flat');
	});
});

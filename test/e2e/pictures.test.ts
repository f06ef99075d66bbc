/** The picture that comes out is the picture that went in: ffmpeg publishes, the whole stack answers, ffmpeg judges. */
import { afterAll, test as base, beforeAll, describe, expect } from 'vitest';
import { h264Cores } from '../../cli/h264-core.ts';
import { createH264Decoder } from '../../src/decoder/h264/decode.ts';
import { packPlanes } from '../support/planes.ts';
import { type ClipOptions, decodeH264, decodePng, publishWithFfmpeg, scaledRgb } from './support/ffmpeg.ts';
import { floatRgb, largestDifference, psnr } from './support/float-conversion.ts';
import { isMissing } from './support/peers.ts';
import { endPeers } from './support/processes.ts';
import { takeSnapshot, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';
import { storedKeyframe } from './support/stored-keyframe.ts';

const test = base.skipIf(isMissing('ffmpeg'));

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack();
});
afterAll(async () => {
	await endPeers();
	await stack?.stop();
});

const decoder = createH264Decoder(h264Cores);

/** Publishes a clip with a single keyframe and gives its object and the snapshot of it. */
const publishAndTake = async (name: string, { encoder = [], ...clip }: ClipOptions, options = {}) => {
	const publisher = publishWithFfmpeg(`${stack.rtmp}/${name}`, {
		rate: 10,
		...clip,
		encoder: ['-g', '600', ...encoder],
	});
	await untilStatus(stack.rest, name, 200, 15_000);
	const snapshot = await takeSnapshot(stack.rest, name, options);
	const { body } = await storedKeyframe(stack, name);
	publisher.kill('SIGKILL');
	if (snapshot.png === null) throw new Error('the stream has gone');
	return { snapshot, png: snapshot.png, body };
};

const tags = (matrix: string, range: string): string[] => ['-colorspace', matrix, '-color_range', range];

interface Case {
	readonly title: string;
	readonly size: string;
	readonly encoder: readonly string[];
	readonly matrix: 'bt601' | 'bt709';
	readonly fullRange?: boolean;
}

// What a stream does not say is BT.709 from 720 lines up, else BT.601, limited range.
const cases: readonly Case[] = [
	{ title: 'Baseline', size: '640x360', encoder: ['-profile:v', 'baseline'], matrix: 'bt601' },
	{ title: 'Main', size: '640x360', encoder: ['-profile:v', 'main'], matrix: 'bt601' },
	{ title: 'High', size: '1280x720', encoder: ['-profile:v', 'high'], matrix: 'bt709' },
	{ title: 'several slices', size: '640x360', encoder: ['-x264-params', 'slices=4'], matrix: 'bt601' },
	{ title: 'a size that is no multiple of 16', size: '320x214', encoder: [], matrix: 'bt601' },
	{ title: 'cropped on both sides', size: '1918x1078', encoder: [], matrix: 'bt709' },
	{ title: 'full HD', size: '1920x1080', encoder: [], matrix: 'bt709' },
	{ title: 'BT.601 limited', size: '1280x720', encoder: tags('smpte170m', 'tv'), matrix: 'bt601' },
	{ title: 'BT.601 full', size: '640x360', encoder: tags('bt470bg', 'pc'), matrix: 'bt601', fullRange: true },
	{ title: 'BT.709 limited', size: '640x360', encoder: tags('bt709', 'tv'), matrix: 'bt709' },
	{ title: 'BT.709 full', size: '640x360', encoder: tags('bt709', 'pc'), matrix: 'bt709', fullRange: true },
];

describe('planes equal those of ffmpeg, RGB is within 1 of an accurate conversion', () => {
	for (const [index, { title, size, encoder, matrix, fullRange = false }] of cases.entries())
		test(`${title}, ${size}`, async () => {
			const { snapshot, png, body } = await publishAndTake(`case-${index}`, { size, encoder });
			const [width = 0, height = 0] = size.split('x').map(Number);
			expect(snapshot).toMatchObject({ width, height });
			expect(Date.now() - snapshot.timestamp).toBeLessThan(15_000);
			const yuv = await decodeH264(body);
			expect(packPlanes(decoder.decode(body)).equals(yuv), 'planes').toBe(true);
			const expected = floatRgb(yuv, { width, height, matrix, fullRange });
			expect(largestDifference(await decodePng(png), expected)).toBeLessThanOrEqual(1);
		});
});

test('setsar: pixels come out square', async () => {
	const { snapshot, png, body } = await publishAndTake('sar', { size: '720x576', filter: 'setsar=16/11' });
	expect(snapshot).toMatchObject({ width: 1047, height: 576 });
	expect(psnr(await decodePng(png), await scaledRgb(body, '1047:576'))).toBeGreaterThan(30);
});

test('a smaller picture keeps its shape, a larger one is not made', async () => {
	const { snapshot, png, body } = await publishAndTake(
		'small',
		{ size: '1280x720', encoder: tags('bt709', 'tv') },
		{ width: 320, height: 320 },
	);
	expect(snapshot).toMatchObject({ width: 320, height: 180 });
	expect(psnr(await decodePng(png), await scaledRgb(body, '320:180'))).toBeGreaterThan(30);
	const { snapshot: large } = await publishAndTake('large', { size: '320x214' }, { width: 4000 });
	expect(large).toMatchObject({ width: 320, height: 214 });
});

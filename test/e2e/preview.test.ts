/** Previews against pictures that ffmpeg makes of the same keyframe, and in a browser. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, test as base, beforeAll, describe, expect } from 'vitest';
import type { KeyframeInfo } from '../../src/shared/keyframe-object.ts';
import { launchBrowser } from './support/browser.ts';
import { startTestEdge, type TestEdge } from './support/edge.ts';
import { encodeKeyframe, rgbOf } from './support/ffmpeg.ts';
import { psnr } from './support/float-conversion.ts';
import { isMissing } from './support/peers.ts';

const test = base.skipIf(isMissing('ffmpeg'));

let edge: TestEdge;
beforeAll(async () => {
	edge = await startTestEdge();
});
afterAll(() => edge?.stop());

const get = async (path: string) => {
	const response = await fetch(edge.url + path);
	const size = ['width', 'height'].map((side) => Number(response.headers.get(`x-snapshot-${side}`)));
	return { response, size, bytes: new Uint8Array(await response.arrayBuffer()) };
};

const x264 = ['-c:v', 'libx264', '-crf', '14'];
// The converter takes what is not tagged for BT.601 below 720 lines, as ffmpeg does at any size.
const bt601 = 'scale=in_color_matrix=bt601';
const h264 = ['-f', 'h264'];
// Without hard edges of colour: converters differ in how they spread chroma.
const soft = 'gblur=sigma=4';

interface ParameterCase {
	readonly query: string;
	/** What ffmpeg does to the same keyframe. */
	readonly filter: string;
	readonly size: readonly [number, number];
	readonly info?: Partial<KeyframeInfo>;
}

const cases: readonly ParameterCase[] = [
	{ query: '', filter: bt601, size: [640, 360] },
	{ query: 'width=320', filter: `${bt601}:w=320:h=180`, size: [320, 180] },
	{ query: 'h=90', filter: `${bt601}:w=160:h=90`, size: [160, 90] },
	{ query: 'width=1920', filter: bt601, size: [640, 360] },
	{ query: 'width=320&height=320', filter: `${bt601}:w=320:h=180`, size: [320, 180] },
	{ query: 'width=180&height=180&fit=cover', filter: `crop=360:360,${bt601}:w=180:h=180`, size: [180, 180] },
	{ query: 'width=160&height=320&fit=cover', filter: `crop=180:360,${bt601}:w=160:h=320`, size: [160, 320] },
	{ query: 'width=720&height=720&fit=cover', filter: `crop=360:360,${bt601}`, size: [360, 360] },
	{ query: 'width=160&height=160&fit=fill', filter: `${bt601}:w=160:h=160`, size: [160, 160] },
	{ query: 'rotate=90', filter: `${bt601},transpose=clock`, size: [360, 640] },
	{ query: 'rotate=-90', filter: `${bt601},transpose=cclock`, size: [360, 640] },
	{ query: 'rotate=180', filter: `${bt601},hflip,vflip`, size: [640, 360] },
	{ query: 'rotate=90&height=320', filter: `${bt601}:w=320:h=180,transpose=clock`, size: [180, 320] },
	{ query: 'width=180', filter: `${bt601}:w=320:h=180,transpose=clock`, size: [180, 320], info: { rotation: 90 } },
	{ query: 'rotate=270', filter: bt601, size: [640, 360], info: { rotation: 90 } },
];

describe('parameters', () => {
	let body: Buffer;
	beforeAll(async () => {
		body = await encodeKeyframe('640x360', x264, 'h264', soft);
	});

	test.each(cases)('$query', async ({ query, filter, size, info }) => {
		await edge.publish('parameters', body, info);
		const { response, size: said, bytes } = await get(`/preview/parameters.png?${query}&max_age=600`);
		expect([response.status, said]).toEqual([200, size]);
		expect(psnr(await rgbOf(bytes), await rgbOf(body, filter, h264))).toBeGreaterThan(38);
	});

	test.each(['jpg', 'webp'])('quality of %s', async (format) => {
		await edge.publish('quality', body);
		const reference = await rgbOf(body, bt601, h264);
		const made = [];
		for (const quality of [10, 50, 90]) {
			const { bytes } = await get(`/preview/quality.${format}?quality=${quality}`);
			made.push({ size: bytes.length, likeness: psnr(await rgbOf(bytes), reference) });
		}
		for (const measure of ['size', 'likeness'] as const)
			expect(made.map((one) => one[measure])).toEqual(made.map((one) => one[measure]).sort((a, b) => a - b));
		expect(made[0]?.likeness).toBeGreaterThan(28);
		expect(made[2]?.likeness).toBeGreaterThan(38);
	});

	test('anamorphic pictures come with square pixels, also inside of a box', async () => {
		const wide = await encodeKeyframe('480x360', x264, 'h264', `${soft},setsar=16/9`);
		await edge.publish('anamorphic', wide);
		expect((await get('/preview/anamorphic.png')).size).toEqual([853, 360]);
		const { size, bytes } = await get('/preview/anamorphic.png?width=180&height=180&fit=cover');
		expect(size).toEqual([180, 180]);
		const reference = await rgbOf(wide, `crop=202:360,${bt601}:w=180:h=180`, h264);
		expect(psnr(await rgbOf(bytes), reference)).toBeGreaterThan(30);
		const mp4 = await get('/preview/anamorphic.mp4');
		expect((await rgbOf(mp4.bytes)).length).toBe(480 * 360 * 3);
	});

	test('4K', async () => {
		const large = await encodeKeyframe('3840x2160', x264, 'h264');
		await edge.publish('4k', large);
		expect((await get('/preview/4k.jpg?width=1280')).size).toEqual([1280, 720]);
		const whole = await get('/preview/4k.png');
		expect([whole.response.status, whole.size]).toEqual([200, [3840, 2160]]);
		// As much as an encoder may be given: 2560 × 1920 pixels in the shape of the picture.
		for (const format of ['jpg', 'webp']) {
			const { size, bytes } = await get(`/preview/4k.${format}`);
			expect(size).toEqual([2956, 1662]);
			expect((await rgbOf(bytes)).length).toBe(2956 * 1662 * 3);
		}
	});
});

const fixture = (path: string): Uint8Array => new Uint8Array(readFileSync(`test/fixtures/${path}`));

const codecs = [
	{ codec: 'h264', path: 'h264/x264/size-318x214.264', width: 318, height: 214 },
	{ codec: 'vp8', path: 'vp8/odd.vp8', width: 175, height: 143 },
	{ codec: 'vp9', path: 'vp9/odd.vp9', width: 175, height: 143 },
	{ codec: 'av1', path: 'av1/odd.av1', width: 175, height: 143 },
	{ codec: 'jpeg', path: 'jpeg/420-odd.jpg', width: 175, height: 143 },
] as const;

describe.each(codecs)('every format of $codec', ({ codec, path, width, height }) => {
	beforeAll(() => edge.publish(`formats-${codec}`, fixture(path), { codec, width, height }));

	test('opens in ffmpeg and shows the same picture', async () => {
		// Small, so that what a codec does to noise and to edges of colour does not count.
		const small = 'scale=43:35';
		const reference = await rgbOf((await get(`/preview/formats-${codec}.png`)).bytes, small);
		for (const format of ['jpg', 'webp', ...(codec === 'jpeg' ? [] : ['mp4'])]) {
			const { response, size, bytes } = await get(`/preview/formats-${codec}.${format}`);
			expect([response.status, size]).toEqual([200, [width, height]]);
			expect((await rgbOf(bytes)).length).toBe(width * height * 3);
			const likeness = psnr(await rgbOf(bytes, small), reference);
			expect({ format, likeness, isAlike: likeness > 32 }).toMatchObject({ isAlike: true });
		}
	});
});

test('what needs no decoder is not decoded', async () => {
	await edge.publish('as-is-vp8', fixture('vp8/odd.vp8'), { codec: 'vp8', width: 175, height: 143 });
	await edge.publish('as-is-jpeg', fixture('jpeg/420-odd.jpg'), { codec: 'jpeg', width: 175, height: 143 });
	const hevc = await encodeKeyframe('320x180', ['-c:v', 'libx265', '-x265-params', 'log-level=none'], 'hevc');
	await edge.publish('as-is-hevc', hevc, { codec: 'hevc', width: 320, height: 180 });
	const timing = async (path: string) => (await get(path)).response.headers.get('server-timing');
	for (const path of ['as-is-vp8.webp', 'as-is-vp8.mp4', 'as-is-jpeg.jpg', 'as-is-hevc.mp4'])
		expect(await timing(`/preview/${path}`)).toMatch(/^fetch;dur=[0-9.]+, cache;desc=miss$/);
	expect((await get('/preview/as-is-jpeg.jpg')).bytes).toEqual(fixture('jpeg/420-odd.jpg'));
	expect(await timing('/preview/as-is-vp8.webp?width=96')).toContain('decode');
	expect((await rgbOf((await get('/preview/as-is-hevc.mp4')).bytes)).length).toBe(320 * 180 * 3);
	for (const query of ['width=96', 'height=96', 'quality=50'])
		expect((await get(`/preview/as-is-vp8.mp4?${query}`)).response.status).toBe(400);
	expect((await get('/preview/as-is-jpeg.mp4')).response.status).toBe(501);
});

/** Size of an image, as the browser sees it. */
const imageSize = (page: Page, src: string): Promise<number[]> =>
	page.evaluate(`(async () => {
		const image = new Image();
		image.src = ${JSON.stringify(src)};
		await image.decode();
		return [image.naturalWidth, image.naturalHeight];
	})()`);

/** Size of a video's first frame, or why there is none. */
const videoSize = (page: Page, src: string): Promise<unknown> =>
	page.evaluate(`new Promise((resolve) => {
		const video = Object.assign(document.createElement('video'), { preload: 'auto', muted: true });
		video.onloadeddata = () => resolve([video.videoWidth, video.videoHeight]);
		video.onerror = () => resolve(video.error.message);
		video.src = ${JSON.stringify(src)};
	})`);

describe('in Chromium', () => {
	const test = base.skipIf(isMissing('chromium') || isMissing('ffmpeg'));
	let browser: Browser;
	beforeAll(async () => {
		if (!isMissing('chromium')) browser = await launchBrowser();
	});
	afterAll(() => browser?.close());

	const open = async () => {
		const page = await browser.newPage();
		await page.goto(`${edge.url}/health`);
		return page;
	};

	test('pictures open as images, keyframes as videos', async () => {
		const page = await open();
		for (const { codec, path, width, height } of codecs) {
			await edge.publish(`browser-${codec}`, fixture(path), { codec, width, height });
			for (const format of ['png', 'jpg', 'webp', '']) {
				const src = `/preview/browser-${codec}${format === '' ? '' : `.${format}`}`;
				expect([src, await imageSize(page, src)]).toEqual([src, [width, height]]);
			}
		}
		for (const codec of ['h264', 'vp9', 'av1']) {
			const { width, height } = codecs.find((one) => one.codec === codec) ?? { width: 0, height: 0 };
			const size = await videoSize(page, `/preview/browser-${codec}.mp4`);
			expect([codec, size]).toEqual([codec, [width, height]]);
		}
		await page.close();
	});

	test('a hundred images on a page cost one decode, a placeholder is shown', async () => {
		const page = await open();
		const timings: string[] = [];
		page.on('response', (response) => timings.push(response.headers()['server-timing'] ?? ''));
		await edge.publish('crowd', fixture('h264/x264/size-1280x720-slices.264'));
		// The browser would ask once for a hundred equal images: a parameter that shapes nothing makes them differ.
		const loaded = await page.evaluate(`(async () => {
			const images = Array.from({ length: 100 }, (_, index) => {
				const image = document.body.appendChild(new Image());
				image.src = '/preview/crowd.' + ['jpg', 'webp'][index % 2] + '?width=320&max_age=' + (1000 + index);
				return image;
			});
			await Promise.all(images.map((image) => image.decode()));
			return images.filter((image) => image.naturalWidth === 320).length;
		})()`);
		expect([loaded, timings.length]).toEqual([100, 100]);
		expect(timings.filter((timing) => timing.includes('decode')).length).toBe(1);
		expect(timings.filter((timing) => timing.includes('encode')).length).toBe(2);
		expect(await imageSize(page, '/preview/nobody.jpg?placeholder=1')).toEqual([320, 180]);
		await page.close();
	});
});

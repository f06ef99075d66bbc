/** Kept keyframes from a real publisher to pictures of the past: `time=`, an animation, a storyboard; ffmpeg is the judge. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as base, beforeAll, describe, expect } from 'vitest';
import type { ObjectStore } from '../../ingest-node/store/port.ts';
import { historyKey, historyPrefix, parseHistoryKey } from '../../src/shared/history-key.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { eventually } from '../ingest/support/eventually.ts';
import { launchBrowser } from './support/browser.ts';
import { publishWithFfmpeg, rgbOf } from './support/ffmpeg.ts';
import { psnr } from './support/float-conversion.ts';
import { isMissing } from './support/peers.ts';
import { endPeers } from './support/processes.ts';
import { untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const test = base.skipIf(isMissing('ffmpeg'));

const name = parseStreamName('app/past');
const folder = mkdtempSync(join(tmpdir(), 'livestill-history-'));

let stack: TestStack;
let store: ObjectStore;
/** Capture times of what is kept. */
let times: readonly number[];

beforeAll(async () => {
	if (isMissing('ffmpeg')) return;
	stack = await startTestStack({ HISTORY_RETENTION: '1h', HISTORY_INTERVAL: '1s' });
	store = stack.store;
	// Two keyframes a second of a picture that moves; soft, since converters differ at hard edges of colour.
	const clip = { size: '480x270', rate: 10, filter: 'gblur=sigma=3', encoder: ['-g', '5', '-crf', '14'] };
	const publisher = publishWithFfmpeg(stack.rtmp.replace(/live$/, name), clip);
	await eventually(
		'four kept keyframes',
		async () => (await store.list(historyPrefix(name), { limit: 9 })).keys.length >= 4,
		20_000,
	);
	publisher.kill('SIGTERM');
	await eventually('the end', async () => (await fetch(`${stack.rest}/preview/${name}.jpg`)).status === 404);
	const { keys } = await store.list(historyPrefix(name), { limit: 1000 });
	times = keys.map((key) => parseHistoryKey(key)?.capturedAt ?? 0);
});
afterAll(async () => {
	await endPeers();
	await stack?.stop();
	rmSync(folder, { recursive: true, force: true });
});

const get = async (path: string) => {
	const response = await fetch(stack.rest + path);
	return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
};

const keptBody = async (time: number): Promise<Uint8Array> => {
	const object = await store.get(historyKey(name, time));
	if (object === null) throw new Error(`nothing is kept of ${time}`);
	return object.body;
};

/** ffmpeg's picture of a kept keyframe. */
const reference = async (time: number, size: string): Promise<Buffer> =>
	rgbOf(await keptBody(time), `scale=in_color_matrix=bt601:${size}`, ['-f', 'h264']);

const range = () => {
	const [first = 0] = times;
	return `from=${Math.floor(first / 1000)}&to=${Math.ceil((times.at(-1) ?? 0) / 1000)}&interval=1`;
};

describe('of a stream that has ended', () => {
	test('one keyframe is kept for each second', () => {
		expect(times.length).toBeGreaterThanOrEqual(4);
		const distances = times
			.slice(1)
			.map((time, index) => Math.floor(time / 1000) - Math.floor((times[index] ?? 0) / 1000));
		for (const distance of distances) expect(distance).toBeGreaterThanOrEqual(1);
	});

	test('each moment has its own picture', async () => {
		const pictures = [];
		for (const time of [times[0] ?? 0, times[3] ?? 0]) {
			const { response, bytes } = await get(`/preview/${name}.png?time=${time + 20}`);
			expect([response.status, response.headers.get('x-snapshot-timestamp')]).toEqual([200, String(time)]);
			const pixels = await rgbOf(bytes);
			expect(psnr(pixels, await reference(time, 'w=480:h=270'))).toBeGreaterThan(38);
			pictures.push(pixels);
		}
		expect(psnr(pictures[0] ?? Buffer.of(), pictures[1] ?? Buffer.of())).toBeLessThan(30);
		expect((await get(`/preview/${name}.png?time=${(times[0] ?? 0) - 60_000}`)).response.status).toBe(404);
	});

	test('an animation shows them one after the other', async () => {
		const { response, bytes } = await get(`/preview/${name}.apng?${range()}&width=240&fps=4`);
		expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/apng']);
		const file = join(folder, 'a.apng');
		writeFileSync(file, bytes);
		const probe = [
			'-v',
			'error',
			'-f',
			'apng',
			'-count_frames',
			'-show_entries',
			'stream=nb_read_frames,width,height',
			'-of',
			'csv=p=0',
		];
		expect(execFileSync('ffprobe', [...probe, file], { encoding: 'utf8' }).trim()).toBe(`240,136,${times.length}`);
		const raw = execFileSync('ffmpeg', [
			...['-v', 'error', '-xerror', '-f', 'apng', '-i', file, '-fps_mode', 'passthrough'],
			...['-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'],
		]);
		const frameBytes = 240 * 136 * 3;
		expect(raw.length).toBe(times.length * frameBytes);
		for (const [index, time] of times.entries()) {
			if (index > 1 && index < times.length - 1) continue;
			const frame = raw.subarray(index * frameBytes, (index + 1) * frameBytes);
			// 135 rows of picture in 136: the last one is black.
			const picture = frame.subarray(0, 240 * 135 * 3);
			expect(psnr(picture, await reference(time, 'w=240:h=135'))).toBeGreaterThan(34);
			expect(frame.subarray(240 * 135 * 3).every((byte) => byte === 0)).toBe(true);
		}
	});

	test('a storyboard has each at the place that its list says', async () => {
		const { response, bytes } = await get(`/preview/${name}/storyboard.vtt?${range()}&width=160&height=90`);
		expect(response.headers.get('content-type')).toBe('text/vtt; charset=utf-8');
		const text = new TextDecoder().decode(bytes);
		const cues = [...text.matchAll(/^(\d\d):(\d\d):(\d\d)\.000 --> .*\n(.*)#xywh=(\d+),(\d+),160,90$/gm)];
		expect(cues).toHaveLength(times.length);
		const from = Number(response.headers.get('x-snapshot-from'));
		const sprite = new Uint8Array(await (await fetch(cues[0]?.[4] ?? '')).arrayBuffer());
		if (process.env.LIVESTILL_SPRITE) writeFileSync(process.env.LIVESTILL_SPRITE, sprite);
		for (const [index, [, hours, minutes, seconds, , x, y]] of cues.entries()) {
			const begin = from + ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
			const time = times[index] ?? 0;
			expect([time >= begin, time < begin + 1000]).toEqual([true, true]);
			if (index > 2 && index < cues.length - 1) continue;
			const tile = await rgbOf(sprite, `crop=160:90:${x}:${y}:exact=1`);
			expect(psnr(tile, await reference(time, 'w=160:h=90'))).toBeGreaterThan(28);
		}
		const formats = await Promise.all(
			['png', 'webp'].map((format) => get((cues[0]?.[4] ?? '').replace(stack.rest, '').replace('.jpg', `.${format}`))),
		);
		for (const { bytes } of formats) expect(psnr(await rgbOf(bytes), await rgbOf(sprite))).toBeGreaterThan(28);
	});

	base.skipIf(isMissing('chromium') || isMissing('ffmpeg'))('they open in Chromium', async () => {
		const browser = await launchBrowser();
		const page = await browser.newPage();
		await page.goto(`${stack.rest}/health`);
		const sizeOf = (path: string): Promise<unknown> =>
			page.evaluate(`(async () => {
				const image = new Image();
				image.src = ${JSON.stringify(path)};
				await image.decode();
				return [image.naturalWidth, image.naturalHeight];
			})()`);
		expect(await sizeOf(`/preview/${name}.apng?${range()}&width=240`)).toEqual([240, 136]);
		expect(await sizeOf(`/preview/${name}/storyboard.webp?${range()}&width=160`)).toEqual([160 * times.length, 90]);
		// An animation is one to the browser, too: its decoder counts the frames.
		const frames = await page.evaluate(`(async () => {
			const response = await fetch(${JSON.stringify(`/preview/${name}.apng?${range()}&width=240`)});
			const decoder = new ImageDecoder({ type: 'image/png', data: await response.arrayBuffer() });
			await decoder.tracks.ready;
			await decoder.completed;
			return [decoder.tracks.selectedTrack.frameCount, decoder.tracks.selectedTrack.animated];
		})()`);
		expect(frames).toEqual([times.length, true]);
		// Tracks of videos read the list.
		const cues = await page.evaluate(`new Promise((resolve, reject) => {
			const video = document.body.appendChild(document.createElement('video'));
			const track = Object.assign(document.createElement('track'), { kind: 'metadata', default: true });
			track.onload = () => resolve([...track.track.cues].map((cue) => cue.text));
			track.onerror = () => reject(new Error('the list cannot be read'));
			track.src = ${JSON.stringify(`/preview/${name}/storyboard.vtt?${range()}`)};
			video.append(track);
			track.track.mode = 'hidden';
		})`);
		expect(cues).toHaveLength(times.length);
		await browser.close();
	});
});

test('a stream that was never there has no past', async () => {
	for (const path of ['nobody.jpg?time=1790000000', 'nobody.apng', 'nobody/storyboard.vtt'])
		expect((await get(`/preview/${path}`)).response.status).toBe(404);
	expect(await untilStatus(stack.rest, 'nobody', 404, 1000)).toBeLessThan(1000);
});

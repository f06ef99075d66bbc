/** The MP4 of one keyframe in players that are not ours: Chromium, GStreamer's demuxer and decoders, ffprobe. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, test as base, beforeAll, describe, expect } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { startTestEdge, type TestEdge } from './support/edge.ts';
import { encodeKeyframe, rgbOf } from './support/ffmpeg.ts';
import { psnr } from './support/float-conversion.ts';
import { isMissing } from './support/peers.ts';

const run = promisify(execFile);
const fixture = (path: string): Uint8Array => new Uint8Array(readFileSync(`test/fixtures/${path}`));

let edge: TestEdge;
let folder: string;
const codecs = ['h264', 'hevc', 'vp8', 'vp9', 'av1'] as const;
const bodies: Readonly<Record<(typeof codecs)[number], () => Promise<Uint8Array>>> = {
	h264: () => encodeKeyframe('320x180', ['-c:v', 'libx264', '-crf', '14'], 'h264'),
	hevc: () => encodeKeyframe('320x180', ['-c:v', 'libx265', '-crf', '14', '-x265-params', 'log-level=none'], 'hevc'),
	vp8: async () => fixture('vp8/odd.vp8'),
	vp9: async () => fixture('vp9/odd.vp9'),
	av1: async () => fixture('av1/odd.av1'),
};
const sizes = { h264: [320, 180], hevc: [320, 180], vp8: [175, 143], vp9: [175, 143], av1: [175, 143] } as const;

beforeAll(async () => {
	if (isMissing('ffmpeg')) return;
	edge = await startTestEdge();
	folder = await mkdtemp(join(tmpdir(), 'livestill-mp4-'));
	for (const codec of codecs) {
		const [w, h] = sizes[codec];
		await edge.publish(codec, await bodies[codec](), { codec, width: w, height: h });
	}
});
afterAll(async () => {
	await edge?.stop();
	if (folder !== undefined) await rm(folder, { recursive: true });
});

const fetched = async (path: string): Promise<Uint8Array> => {
	const response = await fetch(edge.url + path);
	expect([path, response.status]).toEqual([path, 200]);
	return new Uint8Array(await response.arrayBuffer());
};

base.skipIf(isMissing('ffmpeg'))('ffprobe knows what is in it', async () => {
	for (const codec of codecs) {
		const file = join(folder, `${codec}.mp4`);
		await writeFile(file, await fetched(`/preview/${codec}.mp4`));
		const fields = ['-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0', '-count_packets'];
		const { stdout } = await run('ffprobe', ['-v', 'error', ...fields, file]);
		expect(stdout.trim()).toBe([codec, ...sizes[codec]].join(','));
	}
});

// Of each codec the elements that take the stream apart and decode it: libde265 for HEVC, which Chromium has no decoder for. Its
// only decoder of H.264 here, openh264, wants a second picture before it shows the first.
const decoders = {
	hevc: 'h265parse ! libde265dec',
	vp8: 'vp8dec',
	vp9: 'vp9parse ! vp9dec',
	av1: 'av1parse ! av1dec',
} as const;

describe('GStreamer', () => {
	base.skipIf(isMissing('gstreamer') || isMissing('ffmpeg')).each(Object.keys(decoders) as (keyof typeof decoders)[])(
		'%s is the picture of the preview',
		async (codec) => {
			const [from, to] = [join(folder, `gst-${codec}.mp4`), join(folder, `${codec}.rgb`)];
			await writeFile(from, await fetched(`/preview/${codec}.mp4`));
			const pipeline = `filesrc location=${from} ! qtdemux ! ${decoders[codec]} ! videoconvert ! video/x-raw,format=RGB ! filesink location=${to}`;
			await run('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
			const [w, h] = sizes[codec];
			const padded = await readFile(to);
			// Rows of GStreamer's RGB are multiples of four bytes.
			const stride = Math.ceil((w * 3) / 4) * 4;
			expect(padded.length).toBe(stride * h);
			const rows = Array.from({ length: h }, (_, row) => padded.subarray(row * stride, row * stride + w * 3));
			const ours = await rgbOf(await fetched(`/preview/${codec}.png`));
			expect(psnr(Buffer.concat(rows), ours)).toBeGreaterThan(28);
		},
	);
});

interface Opened {
	readonly size?: readonly number[];
	readonly error?: string;
	readonly canPlay: string;
}

base.skipIf(isMissing('chromium') || isMissing('ffmpeg'))('Chromium shows what it has a decoder for', async () => {
	const browser = await launchBrowser();
	try {
		const page = await browser.newPage();
		await page.goto(`${edge.url}/health`);
		const open = (codec: string): Promise<Opened> =>
			page.evaluate(`new Promise((resolve) => {
				const video = Object.assign(document.createElement('video'), { preload: 'auto', muted: true });
				const canPlay = video.canPlayType('video/mp4; codecs="hvc1.1.6.L93.B0"');
				video.onloadeddata = () => resolve({ size: [video.videoWidth, video.videoHeight], canPlay });
				video.onerror = () => resolve({ error: video.error.message, canPlay });
				video.src = '/preview/${codec}.mp4';
			})`);
		const opened: Record<string, Opened> = {};
		for (const codec of codecs) opened[codec] = await open(codec);
		for (const codec of ['h264', 'vp8', 'vp9', 'av1'] as const)
			expect([codec, opened[codec]?.size]).toEqual([codec, sizes[codec]]);
		// Chromium as distributions build it has no HEVC, and says so.
		const { canPlay, error, size } = opened.hevc ?? { canPlay: '' };
		if (canPlay === '') expect(error).toContain('no supported streams');
		else expect(size).toEqual(sizes.hevc);
	} finally {
		await browser.close();
	}
});

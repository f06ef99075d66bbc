/** Publishers of other people against the RTMP server. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificate } from '../../local/certificate.ts';
import { splitAnnexB } from '../../src/shared/h264/annex-b.ts';
import { isSlice, nalType, nalUnitType } from '../../src/shared/h264/nal.ts';
import { isMissing } from '../e2e/support/peers.ts';
import { endPeers, startPeer } from '../e2e/support/processes.ts';
import { eventually } from './support/eventually.ts';
import { type RtmpNode, startRtmpNode } from './support/rtmp-node.ts';

const run = promisify(execFile);

let node: RtmpNode;
beforeAll(async () => {
	node = await startRtmpNode();
});
afterAll(async () => {
	await endPeers();
	await node.stop();
});

const url = (name: string): string => `rtmp://127.0.0.1:${node.port}/live/${name}`;

/** What ffprobe says of a stored body: codec, profile, size and number of pictures. */
const probe = async (body: Uint8Array, format: string): Promise<string> => {
	const entries = 'stream=codec_name,profile,width,height,nb_read_frames';
	const probing = run('ffprobe', [
		...['-v', 'error', '-f', format, '-count_frames', '-show_entries', entries, '-of', 'csv=p=0', '-i', 'pipe:0'],
	]);
	probing.child.stdin?.end(body);
	const { stdout, stderr } = await probing;
	return (stdout + stderr).trim();
};

const ffmpeg = (url: string, ...encoder: readonly string[]) =>
	startPeer('ffmpeg', [
		...['-hide_banner', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=322x218:rate=15'],
		...['-f', 'lavfi', '-i', 'sine', '-c:v', 'libx264', '-preset', 'veryfast', '-g', '15', '-c:a', 'aac'],
		...[...encoder, '-f', 'flv', url],
	]);

const keyframe = (name: string, after = 0, at = node) =>
	eventually(
		`keyframe of ${name}`,
		() => {
			const object = at.object(name);
			return object !== null && object.info.sequence > after && object;
		},
		15_000,
	);

const gone = (name: string, within = 1000, at = node) =>
	eventually('the tombstone', () => at.object(name)?.info.leaseUntil === 0, within);

describe.skipIf(isMissing('ffmpeg'))('ffmpeg', () => {
	const kinds: readonly [string, readonly string[], string][] = [
		['baseline', ['-profile:v', 'baseline', '-pix_fmt', 'yuv420p'], 'Constrained Baseline'],
		['main with B pictures', ['-profile:v', 'main', '-bf', '3', '-pix_fmt', 'yuv420p'], 'Main'],
		['high with slices', ['-profile:v', 'high', '-x264-params', 'slices=4', '-pix_fmt', 'yuv420p'], 'High'],
		['high 4:4:4', ['-pix_fmt', 'yuv444p'], 'High 4:4:4 Predictive'],
		[
			'open GOPs, whose I pictures are no IDR',
			['-x264-params', 'open-gop=1', '-bf', '2', '-pix_fmt', 'yuv420p'],
			'High',
		],
	];
	it.concurrent.each(kinds)('%s', async (title, encoder, profile) => {
		// ffmpeg wants no blanks in a URL.
		const name = title.replace(/\W+/g, '-');
		const publisher = ffmpeg(`${url(name)}?key=secret`, ...encoder);
		const object = await keyframe(name, 1);
		expect(object.info).toMatchObject({ codec: 'h264', width: 322, height: 218, protocol: 'rtmp' });
		expect(object.info.keyframeInterval).toBeGreaterThan(500);
		expect(await probe(object.body, 'h264')).toBe(`h264,${profile},322,218,1`);
		const slices = splitAnnexB(object.body).filter(isSlice).map(nalUnitType);
		expect(new Set(slices)).toEqual(new Set([name.startsWith('open') ? nalType.slice : nalType.sliceIdr]));
		publisher.kill('SIGINT');
		await gone(name);
		expect(JSON.stringify(node.log)).not.toContain('secret');
	});

	it.concurrent('killed', async () => {
		const publisher = ffmpeg(url('killed'));
		await keyframe('killed');
		publisher.kill('SIGKILL');
		await gone('killed');
	});

	it.concurrent('refused a name that is taken', async () => {
		ffmpeg(url('taken'));
		const { session } = (await keyframe('taken')).info;
		const second = ffmpeg(url('taken'));
		await expect(second.ended).resolves.not.toBe(0);
		expect((await keyframe('taken', 1)).info.session).toBe(session);
	});

	it.concurrent('over TLS', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'livestill-'));
		const { certFile, keyFile } = await ensureCertificate(folder);
		const tls = await startRtmpNode({ tls: { cert: await readFile(certFile), key: await readFile(keyFile) } });
		const publisher = ffmpeg(`rtmps://127.0.0.1:${tls.port}/live/tls`);
		await keyframe('tls', 0, tls);
		publisher.kill('SIGINT');
		await gone('tls', 1000, tls);
		await tls.stop();
		await rm(folder, { recursive: true });
	});
});

describe.skipIf(isMissing('gstreamer'))('GStreamer', () => {
	it.concurrent.each(['rtmp2sink', 'rtmpsink'])('%s', async (sink) => {
		const caps = 'video/x-raw,width=322,height=218,framerate=15/1,format=I420';
		const publisher = startPeer('gst-launch-1.0', [
			...['-q', '-e', 'videotestsrc', 'is-live=true', '!', caps, '!', 'x264enc', 'key-int-max=15', '!', 'h264parse'],
			...['!', 'flvmux', 'streamable=true', '!', sink, `location=${url(sink)}`],
		]);
		const object = await keyframe(sink, 1);
		expect(object.info).toMatchObject({ codec: 'h264', width: 322, height: 218 });
		expect(await probe(object.body, 'h264')).toMatch(/^h264,High,322,218,1$/);
		publisher.kill('SIGINT');
		// It drains its encoder before it says goodbye.
		await gone(sink, 10_000);
	});
});

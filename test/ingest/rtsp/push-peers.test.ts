/** Publishers of other people against the RTSP server. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificate } from '../../../local/certificate.ts';
import { parseStreamName } from '../../../src/shared/stream-name.ts';
import { isMissing } from '../../e2e/support/peers.ts';
import { endPeers, type Peer, startPeer } from '../../e2e/support/processes.ts';
import { eventually } from '../support/eventually.ts';
import { type RtspNode, startRtspNode } from '../support/rtsp-node.ts';

const run = promisify(execFile);
const token = 'a:secret';
const coded = encodeURIComponent(token);

let node: RtspNode;
beforeAll(async () => {
	node = await startRtspNode({ token });
});
afterAll(async () => {
	await endPeers();
	await node.stop();
	expect(JSON.stringify(node.log)).not.toContain('secret');
	expect(node.log.filter(({ level }) => level === 'error')).toEqual([]);
});

const url = (name: string, userinfo = `camera:${coded}@`): string =>
	`rtsp://${userinfo}127.0.0.1:${node.port}/live/${name}`;

/** A frame as a file that ffprobe opens. */
const ivf = (frame: Uint8Array, fourCc: string): Uint8Array => {
	const header = Buffer.alloc(44);
	header.write(`DKIF\0\0 \0${fourCc}`, 'latin1');
	header.writeUInt32LE(1, 16);
	header.writeUInt32LE(1, 20);
	header.writeUInt32LE(1, 24);
	header.writeUInt32LE(frame.length, 32);
	return Buffer.concat([header, frame]);
};

const containers: Readonly<Record<string, readonly [format: string, wrap: (body: Uint8Array) => Uint8Array]>> = {
	h264: ['h264', (body) => body],
	hevc: ['hevc', (body) => body],
	vp8: ['ivf', (body) => ivf(body, 'VP80')],
	vp9: ['ivf', (body) => ivf(body, 'VP90')],
	mjpeg: ['mjpeg', (body) => body],
};

/** What ffprobe says of a stored body: codec, size, layout and number of pictures. */
const probe = async (body: Uint8Array, codec: string): Promise<string> => {
	const [format = '', wrap = (bytes: Uint8Array) => bytes] = containers[codec] ?? [];
	const entries = 'stream=codec_name,width,height,pix_fmt,nb_read_frames';
	const probing = run('ffprobe', [
		...['-v', 'error', '-f', format, '-count_frames', '-show_entries', entries, '-of', 'csv=p=0', '-i', 'pipe:0'],
	]);
	probing.child.stdin?.end(wrap(body));
	const { stdout, stderr } = await probing;
	return (stdout + stderr).trim();
};

const keyframe = (name: string, after = 0, at = node) =>
	eventually(
		`keyframe of ${name}`,
		() => {
			const object = at.object(name);
			return object !== null && object.info.sequence > after && object;
		},
		25_000,
	);

const gone = (name: string, within = 1000, at = node) =>
	eventually('the tombstone', () => at.object(name)?.info.leaseUntil === 0, within);

const countersOf = (name: string): Readonly<Record<string, number>> =>
	node.hub.status(parseStreamName(name))?.counters ?? {};

const ffmpeg = (to: string, lower: string, encoder: readonly string[]): Peer =>
	startPeer('ffmpeg', [
		...['-hide_banner', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x208:rate=10'],
		...['-f', 'lavfi', '-i', 'sine', '-threads', '1', ...encoder, '-c:a', 'aac'],
		...['-f', 'rtsp', '-rtsp_transport', lower, to],
	]);

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '10'];

describe.skipIf(isMissing('ffmpeg'))('ffmpeg', () => {
	const kinds: readonly [string, 'tcp' | 'udp', readonly string[], string][] = [
		['H.264', 'tcp', x264, 'h264,320,208,yuv420p,1'],
		['H.264', 'udp', x264, 'h264,320,208,yuv420p,1'],
		[
			'H.264 with B pictures and slices',
			'tcp',
			['-c:v', 'libx264', '-bf', '2', '-slices', '3', '-pix_fmt', 'yuv420p', '-g', '10'],
			'h264,320,208,yuv420p,1',
		],
		[
			'H.265',
			'tcp',
			['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-x265-params', 'keyint=10:log-level=none'],
			'hevc,320,208,yuv420p,1',
		],
		[
			'H.265',
			'udp',
			['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-x265-params', 'keyint=10:log-level=none'],
			'hevc,320,208,yuv420p,1',
		],
		['VP8', 'tcp', ['-c:v', 'libvpx', '-deadline', 'realtime', '-g', '10'], 'vp8,320,208,yuv420p,1'],
		['VP8', 'udp', ['-c:v', 'libvpx', '-deadline', 'realtime', '-g', '10'], 'vp8,320,208,yuv420p,1'],
		[
			'VP9',
			'tcp',
			['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-g', '10', '-strict', 'experimental'],
			'vp9,320,208,yuv420p,1',
		],
		['JPEG', 'tcp', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-huffman', 'default'], 'mjpeg,320,208,yuvj420p,1'],
		['JPEG', 'udp', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-huffman', 'default'], 'mjpeg,320,208,yuvj420p,1'],
	];
	it.concurrent.each(kinds)('%s over %s', async (title, lower, encoder, expected) => {
		const name = `ffmpeg-${title}-${lower}`.replace(/\W+/g, '-');
		const publisher = ffmpeg(url(name), lower, encoder);
		const object = await keyframe(name, 1);
		expect(object.info).toMatchObject({ width: 320, height: 208, protocol: 'rtsp', rotation: 0 });
		expect(await probe(object.body, expected.split(',')[0] ?? '')).toBe(expected);
		expect(countersOf(name)).toMatchObject({ lost: 0, malformed: 0, damaged: 0, sources: 1, foreign: 0 });
		expect(countersOf(name).ignored).toBeGreaterThan(0);
		publisher.kill('SIGINT');
		await gone(name, 10_000);
	});

	it.concurrent.each(['tcp', 'udp'] as const)('killed over %s', async (lower) => {
		const name = `killed-${lower}`;
		const publisher = ffmpeg(url(name), lower, x264);
		await keyframe(name);
		publisher.kill('SIGKILL');
		await gone(name);
	});

	it.concurrent('with the token in the query', async () => {
		const publisher = ffmpeg(`${url('query', '')}?token=${coded}`, 'tcp', x264);
		await keyframe('query');
		publisher.kill('SIGKILL');
	});

	it.concurrent.each([
		['a wrong password', 'camera:wrong@'],
		['no password', ''],
	])('with %s is refused, and there is no stream', async (what, userinfo) => {
		const name = what.replaceAll(' ', '-');
		const publisher = ffmpeg(url(name, userinfo), 'tcp', x264);
		expect(await publisher.ended).not.toBe(0);
		expect(publisher.output()).toContain('401 Unauthorized');
		expect(node.object(name)).toBeNull();
	});

	it.concurrent('is told that a name is taken, and by what is played here', async () => {
		const first = ffmpeg(url('taken'), 'tcp', x264);
		const { session } = (await keyframe('taken')).info;
		const second = ffmpeg(url('taken'), 'udp', x264);
		await expect(second.ended).resolves.not.toBe(0);
		expect(second.output()).toContain('403 Stream name is already in use');
		expect((await keyframe('taken', 1)).info.session).toBe(session);
		const player = startPeer('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-i', url('taken'), '-f', 'null', '-']);
		await expect(player.ended).resolves.not.toBe(0);
		expect(player.output()).toContain('405 Nothing is played over RTSP here');
		first.kill('SIGKILL');
	});

	it.concurrent('is told that a codec is not taken', async () => {
		const publisher = ffmpeg(url('mpeg4'), 'tcp', ['-c:v', 'mpeg4']);
		expect(await publisher.ended).not.toBe(0);
		expect(publisher.output()).toContain('415 No video that can be taken: mp4v-es mpeg4-generic');
	});

	it.concurrent('over TLS', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'livestill-'));
		const { certFile, keyFile } = await ensureCertificate(folder);
		const tls = await startRtspNode({ token, tls: { cert: await readFile(certFile), key: await readFile(keyFile) } });
		const publisher = ffmpeg(`rtsps://camera:${coded}@127.0.0.1:${tls.port}/live/tls`, 'tcp', x264);
		await keyframe('tls', 0, tls);
		publisher.kill('SIGINT');
		await gone('tls', 1000, tls);
		await tls.stop();
		await rm(folder, { recursive: true });
	});
});

describe.skipIf(isMissing('rtspclientsink'))('GStreamer', () => {
	const kinds: readonly [string, 'tcp' | 'udp', string, string, string][] = [
		['H.264', 'tcp', 'I420', 'x264enc key-int-max=10 speed-preset=ultrafast ! h264parse', 'h264,320,208,yuv420p,1'],
		['H.264', 'udp', 'I420', 'x264enc key-int-max=10 speed-preset=ultrafast ! h264parse', 'h264,320,208,yuv420p,1'],
		['H.265', 'udp', 'I420', 'x265enc key-int-max=10 speed-preset=ultrafast ! h265parse', 'hevc,320,208,yuv420p,1'],
		[
			'VP8',
			'tcp',
			'I420',
			'vp8enc deadline=1 keyframe-max-dist=10 ! video/x-vp8,profile=(string)0',
			'vp8,320,208,yuv420p,1',
		],
		[
			'VP9',
			'udp',
			'I420',
			'vp9enc deadline=1 cpu-used=8 keyframe-max-dist=10 ! video/x-vp9,profile=(string)0',
			'vp9,320,208,yuv420p,1',
		],
		['JPEG 4:2:0', 'tcp', 'I420', 'jpegenc', 'mjpeg,320,208,yuvj420p,1'],
		['JPEG 4:2:2', 'udp', 'Y42B', 'jpegenc', 'mjpeg,320,208,yuvj422p,1'],
	];
	it.concurrent.each(kinds)('%s over %s', async (title, lower, format, encoder, expected) => {
		const name = `gst-${title}-${lower}`.replace(/\W+/g, '-');
		const caps = `video/x-raw,width=320,height=208,framerate=10/1,format=${format}`;
		const publisher = startPeer('gst-launch-1.0', [
			...`-q -e videotestsrc is-live=true ! ${caps} ! ${encoder} ! rtspclientsink protocols=${lower}`.split(' '),
			`location=${url(name)}`,
		]);
		const object = await keyframe(name, 1);
		expect(object.info).toMatchObject({ width: 320, height: 208, protocol: 'rtsp' });
		expect(await probe(object.body, expected.split(',')[0] ?? '')).toBe(expected);
		expect(countersOf(name)).toMatchObject({ lost: 0, malformed: 0, damaged: 0, sources: 1, foreign: 0 });
		publisher.kill('SIGINT');
		// It drains its encoder before it says goodbye.
		await gone(name, 10_000);
	});

	it.concurrent('with a wrong password is refused, and there is no stream', async () => {
		const publisher = startPeer('gst-launch-1.0', [
			...'-q videotestsrc is-live=true ! x264enc ! h264parse ! rtspclientsink protocols=tcp'.split(' '),
			`location=${url('gst-wrong', 'camera:wrong@')}`,
		]);
		await eventually('the refusal', () => /[Uu]nauthorized/.test(publisher.output()), 20_000);
		publisher.kill('SIGKILL');
		expect(node.object('gst-wrong')).toBeNull();
	});
});

/** Streams that are pushed over RTSP, from the encoder to the picture. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectRtsp } from '../ingest/support/rtsp-publisher.ts';
import { decodePng } from './support/ffmpeg.ts';
import { isMissing } from './support/peers.ts';
import { endPeers, type Peer, startPeer } from './support/processes.ts';
import { takeSnapshot, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const token = 'a-token';

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack({ PUBLISH_TOKEN: token });
});
afterAll(async () => {
	await endPeers();
	await stack?.stop();
});

const url = (name: string): string => `${stack.rtsp.replace('://', `://camera:${token}@`)}/${name}`;

const ffmpeg = (name: string, lower: string, encoder: readonly string[], size = '320x208'): Peer =>
	startPeer('ffmpeg', [
		...['-hide_banner', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=10`],
		...['-threads', '1', ...encoder, '-g', '10', '-f', 'rtsp', '-rtsp_transport', lower, url(name)],
	]);

describe.skipIf(isMissing('ffmpeg'))('ffmpeg', () => {
	test.each([
		['h264', 'tcp', ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']],
		['vp8', 'udp', ['-c:v', 'libvpx', '-deadline', 'realtime']],
		['jpeg', 'tcp', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-huffman', 'default']],
	])('%s over %s is a picture; killed, it is 404 soon', async (codec, lower, encoder) => {
		const publisher = ffmpeg(codec, lower, encoder);
		await untilStatus(stack.rest, codec, 200, 15_000);
		expect(await takeSnapshot(stack.rest, codec)).toMatchObject({ width: 320, height: 208 });
		publisher.kill('SIGKILL');
		await untilStatus(stack.rest, codec, 404, 3000);
	});

	test('a portrait picture with samples that are not square', async () => {
		const encoder = ['-vf', 'setsar=2/1', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
		const publisher = ffmpeg('portrait', 'udp', encoder, '120x320');
		await untilStatus(stack.rest, 'portrait', 200, 15_000);
		expect(await takeSnapshot(stack.rest, 'portrait')).toMatchObject({ width: 240, height: 320 });
		publisher.kill('SIGKILL');
	});

	test('a picture of a camera that was held upright, as its SEI says', async () => {
		const halves = ['red', 'blue'].map(
			(colour, half) => `drawbox=x=iw/2*${half}:y=0:w=iw/2:h=ih:color=${colour}:t=fill`,
		);
		const encoder = ['-vf', halves.join(), '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
		// A quarter of a turn anticlockwise: what is right comes to the top.
		const upright = ['-bsf:v', 'h264_metadata=display_orientation=insert:rotate=90'];
		const publisher = ffmpeg('upright', 'tcp', [...encoder, ...upright]);
		await untilStatus(stack.rest, 'upright', 200, 15_000);
		const { png, ...shown } = await takeSnapshot(stack.rest, 'upright');
		expect(shown).toMatchObject({ width: 208, height: 320 });
		const rgb = await decodePng(png ?? new Uint8Array(0));
		const colourAt = (y: number): string => {
			const [red = 0, , blue = 0] = rgb.subarray((y * 208 + 104) * 3);
			return red > 200 && blue < 60 ? 'red' : blue > 200 && red < 60 ? 'blue' : `${red}, ${blue}`;
		};
		expect([40, 280].map(colourAt)).toEqual(['blue', 'red']);
		publisher.kill('SIGKILL');
	});
});

test('a publisher that never sends a keyframe is 500 NO_KEYFRAME, and one that says nothing 404', async () => {
	const port = Number(new URL(stack.rtsp.replace('rtsp', 'http')).port);
	const publisher = await connectRtsp(port, `silent?token=${token}`);
	await publisher.record();
	await untilStatus(stack.rest, 'silent', 500, 8000);
	expect((await takeSnapshot(stack.rest, 'silent')).code).toBe('NO_KEYFRAME');
	await publisher.peer.closed;
	await untilStatus(stack.rest, 'silent', 404, 3000);
});

/** Streams that ffmpeg pushes over RTSP, played in Chromium. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChromiumStack, startChromiumStack } from './support/chromium-stack.ts';
import { isMissing } from './support/peers.ts';
import { endPeers, startPeer } from './support/processes.ts';
import { until, untilStatus } from './support/rest.ts';
import { playByWhep, untilMoving } from './support/whep-page.ts';

const timeout = 20_000;

describe.skipIf(isMissing('chromium') || isMissing('ffmpeg'))('an RTSP stream in Chromium', () => {
	let node: ChromiumStack;
	beforeAll(async () => {
		node = await startChromiumStack();
	});
	afterAll(async () => {
		await endPeers();
		await node?.stop();
	});

	const push = async (name: string, transport: 'tcp' | 'udp', encoder: readonly string[]) => {
		const publisher = startPeer('ffmpeg', [
			...['-hide_banner', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=20'],
			...['-pix_fmt', 'yuv420p', '-g', '20', ...encoder],
			...['-f', 'rtsp', '-rtsp_transport', transport, `${node.stack.urls.rtsp}/live/${name}`],
		]);
		await untilStatus(node.stack.rest, name, 200, timeout);
		return publisher;
	};
	const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency'];

	test.each(['tcp', 'udp'] as const)('moves: H.264 over %s', async (transport) => {
		await push(`h264-${transport}`, transport, x264);
		const page = await node.open();
		await playByWhep(page, `h264-${transport}`);
		await untilMoving(page, 'video');
		await page.close();
	});

	test('moves: VP8, packet by packet', async () => {
		const publisher = await push('vp8', 'tcp', [
			'-c:v',
			'libvpx',
			'-deadline',
			'realtime',
			'-cpu-used',
			'8',
			'-b:v',
			'500k',
		]);
		const page = await node.open();
		const answer = await playByWhep(page, 'vp8');
		expect(answer).toContain('VP8/90000');
		await untilMoving(page, 'video');
		publisher.kill('SIGTERM');
		await until('nothing to play', timeout, async () => {
			const again = await playByWhep(page, 'vp8').catch((error: Error) => error.message);
			return again.includes('404');
		});
		await page.close();
	});

	test('is refused with B-frames', async () => {
		await push('reordered', 'tcp', ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2']);
		const page = await node.open();
		await expect(playByWhep(page, 'reordered')).rejects.toThrow(/406 .*B-frames/);
		await page.close();
	});
});

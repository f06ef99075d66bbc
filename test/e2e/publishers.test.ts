/** Publishers other than ffmpeg. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publish } from '../../local/rtmp-publisher.ts';
import { isMissing } from './support/peers.ts';
import { endPeers, startPeer } from './support/processes.ts';
import { takeSnapshot, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack();
});
afterAll(async () => {
	await endPeers();
	await stack?.stop();
});

test.skipIf(isMissing('gstreamer'))('GStreamer rtmp2sink', async () => {
	const publisher = startPeer('gst-launch-1.0', [
		...['-q', '-e', 'videotestsrc', 'is-live=true', '!', 'video/x-raw,format=I420,width=320,height=214,framerate=25/1'],
		...['!', 'x264enc', 'key-int-max=25', 'tune=zerolatency', '!', 'h264parse', '!', 'flvmux', 'streamable=true'],
		...['!', 'rtmp2sink', `location=${stack.rtmp}/gst`],
	]);
	await untilStatus(stack.rest, 'gst', 200, 15_000);
	expect(await takeSnapshot(stack.rest, 'gst')).toMatchObject({ width: 320, height: 214 });
	publisher.kill('SIGINT');
	await untilStatus(stack.rest, 'gst', 404, 5000);
});

test('our own, over an application other than live', async () => {
	const flv = await readFile(join(import.meta.dirname, '../../local/demo-clip.flv'));
	const publisher = await publish({ url: `${stack.urls.rtmp}/studio/one`, source: { flv }, loop: true });
	await untilStatus(stack.rest, 'studio/one', 200, 10_000);
	expect(await takeSnapshot(stack.rest, 'studio/one')).toMatchObject({ width: 1280, height: 720 });
	expect((await takeSnapshot(stack.rest, 'one')).status).toBe(404);
	await publisher.stop();
	await untilStatus(stack.rest, 'studio/one', 404, 2000);
});

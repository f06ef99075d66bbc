/** What real publishers sent, FFmpeg 8 with enhanced RTMP among them, sent again to the whole stack. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captures, fixture } from '../ingest/support/fixtures.ts';
import { rawPeer } from '../ingest/support/tcp.ts';
import { isMissing } from './support/peers.ts';
import { takeSnapshot, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';
import { expectSamePlanes } from './support/stored-keyframe.ts';

// The publisher's farewell at the end of a capture would end the stream.
const farewell = 400;

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack();
});
afterAll(async () => {
	await stack?.stop();
});

test.skipIf(isMissing('ffmpeg')).each(captures)('$file', async ({ file, name, codec }) => {
	const bytes = fixture(file);
	const publisher = await rawPeer(Number(new URL(stack.rtmp).port));
	publisher.write(bytes.subarray(0, bytes.length - farewell));
	await untilStatus(stack.rest, name, 200, 10_000);
	expect(await takeSnapshot(stack.rest, name)).toMatchObject({ status: 200, width: 98, height: 66 });
	expect(await expectSamePlanes(stack, name)).toBe(codec);
	publisher.socket.destroy();
	await untilStatus(stack.rest, name, 404, 3000);
});

/** Pictures that are fresher than the store: the edge asks the ingest node, over real HTTP, through the whole stack. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, test as base, beforeAll, expect } from 'vitest';
import { parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { publishWithFfmpeg } from './support/ffmpeg.ts';
import { isMissing } from './support/peers.ts';
import { endPeers } from './support/processes.ts';
import { takeSnapshot, until, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const test = base.skipIf(isMissing('ffmpeg'));

// The store sees one keyframe an hour.
let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack({ PUSH_INTERVAL: '1h' });
});
afterAll(async () => {
	await endPeers();
	await stack?.stop();
});

const stored = async (name: string) => {
	const object = await stack.store.get(liveKey(parseStreamName(name)));
	return object === null ? null : parseMetadata(object.metadata);
};

test('a POST gives a keyframe of the last GOP, though the stored one is old', async () => {
	publishWithFfmpeg(`${stack.rtmp}/fresh`);
	await untilStatus(stack.rest, 'fresh', 200, 10_000);
	await sleep(3000);
	const { capturedAt: storedAt } = (await stored('fresh')) ?? { capturedAt: 0 };
	expect(Date.now() - storedAt).toBeGreaterThan(3000);
	for (let count = 0; count < 5; count += 1) {
		const asked = Date.now();
		const { status, timestamp, serverTiming } = await takeSnapshot(stack.rest, 'fresh', { maxAge: 2 });
		expect([status, asked - timestamp < 1500]).toEqual([200, true]);
		expect(serverTiming).toMatch(/^fetch;dur=[\d.]+, refresh;dur=[\d.]+/);
		await sleep(500);
	}
	expect((await stored('fresh'))?.capturedAt).toBe(storedAt);
});

test('a picture is made once, however often it is asked for', async () => {
	const publisher = publishWithFfmpeg(`${stack.rtmp}/slow`, { encoder: ['-g', '10000'] });
	await untilStatus(stack.rest, 'slow', 200, 10_000);
	await sleep(1500);
	const first = await takeSnapshot(stack.rest, 'slow');
	const second = await takeSnapshot(stack.rest, 'slow');
	// There is no newer keyframe: the node says so, and the stored one, with its time, is what there is.
	expect([first.status, second.status, second.timestamp]).toEqual([200, 200, first.timestamp]);
	expect(second.serverTiming).toMatch(/refresh;dur=.*cache;desc=hit$/);
	expect((await takeSnapshot(stack.rest, 'slow', { maxAge: 1 })).code).toBe('FRAME_TOO_OLD');
	publisher.kill('SIGINT');
	expect(await untilStatus(stack.rest, 'slow', 404, 2000)).toBeLessThan(1000);
});

test('without the ingest node the stored picture has to do, until it is back and knows the stream no more', async () => {
	const own = await startTestStack({ PUSH_INTERVAL: '1h' });
	try {
		publishWithFfmpeg(`${own.rtmp}/orphan`);
		await untilStatus(own.rest, 'orphan', 200, 10_000);
		await sleep(1500);
		const fresh = await takeSnapshot(own.rest, 'orphan');
		process.kill(own.ingestPid() ?? 0, 'SIGKILL');
		const stale = await takeSnapshot(own.rest, 'orphan');
		expect(stale.timestamp).toBeLessThanOrEqual(fresh.timestamp);
		expect((await takeSnapshot(own.rest, 'orphan', { maxAge: 0.5 })).code).toMatch(/FRAME_TOO_OLD|STREAM_NOT_FOUND/);
		// The lease would last for hours.
		await until(
			'the restarted node to say so',
			20_000,
			async () => (await takeSnapshot(own.rest, 'orphan')).status === 404,
		);
	} finally {
		await own.stop();
	}
});

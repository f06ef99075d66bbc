/** When a stream is there, and when it is not: publishers and processes that end in every way. */
import { afterAll, test as base, beforeAll, describe, expect } from 'vitest';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { publishWithFfmpeg } from './support/ffmpeg.ts';
import { isMissing } from './support/peers.ts';
import { endPeers } from './support/processes.ts';
import { takeSnapshot, until, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const test = base.skipIf(isMissing('ffmpeg'));

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack();
});
afterAll(async () => {
	await endPeers();
	await stack?.stop();
});

const publishUntilLive = async (name: string) => {
	const publisher = publishWithFfmpeg(`${stack.rtmp}/${name}`);
	await untilStatus(stack.rest, name, 200, 10_000);
	return publisher;
};

describe.concurrent('a publisher', () => {
	test('that stops is not found within a second', async () => {
		const publisher = await publishUntilLive('stops');
		publisher.kill('SIGINT');
		expect(await untilStatus(stack.rest, 'stops', 404, 2000)).toBeLessThan(1000);
		expect((await takeSnapshot(stack.rest, 'stops')).code).toBe('STREAM_NOT_FOUND');
	});

	test('that is killed is not found when its connection dies', async () => {
		const publisher = await publishUntilLive('is-killed');
		publisher.kill('SIGKILL');
		expect(await untilStatus(stack.rest, 'is-killed', 404, 5000)).toBeLessThan(2000);
	});

	test('that comes back is shown as it is now', async () => {
		const first = await publishUntilLive('returns');
		const before = await takeSnapshot(stack.rest, 'returns');
		first.kill('SIGINT');
		await untilStatus(stack.rest, 'returns', 404, 2000);
		const second = await publishUntilLive('returns');
		expect((await takeSnapshot(stack.rest, 'returns')).timestamp).toBeGreaterThan(before.timestamp);
		second.kill('SIGINT');
	});

	test('gives newer pictures as time goes by', async () => {
		const publisher = await publishUntilLive('moves');
		const { timestamp } = await takeSnapshot(stack.rest, 'moves');
		// Keyframes come every second and are pushed every two.
		await until('a newer picture', 5000, async () => (await takeSnapshot(stack.rest, 'moves')).timestamp > timestamp);
		publisher.kill('SIGINT');
	});
});

// A stack of its own, beside the tests above: a lease takes half a minute.
test.concurrent('an ingest node that is killed leaves its streams until their lease ends, never longer', async () => {
	const { rest, rtmp, store, ingestPid, stop } = await startTestStack();
	try {
		const publisher = publishWithFfmpeg(`${rtmp}/orphan`);
		await untilStatus(rest, 'orphan', 200, 10_000);
		const pid = ingestPid() ?? 0;
		process.kill(pid, 'SIGKILL');
		await publisher.ended;
		const object = await store.get(liveKey(parseStreamName('orphan')));
		const leaseUntil = Number(object?.metadata['lease-until']);
		const last = Number(object?.metadata['captured-at']);
		await until('the end of the lease', 40_000, async () => {
			const asked = Date.now();
			const { status, timestamp } = await takeSnapshot(rest, 'orphan');
			if (status === 200) expect(timestamp).toBe(last);
			if (asked > leaseUntil) expect(status).toBe(404);
			return status === 404;
		});
		expect(Date.now() - leaseUntil).toBeLessThan(1000);
		// The ingest node is long back, on the port that publishers know.
		expect(ingestPid()).not.toBe(pid);
		publishWithFfmpeg(`${rtmp}/orphan`);
		await untilStatus(rest, 'orphan', 200, 10_000);
	} finally {
		await stop();
	}
});

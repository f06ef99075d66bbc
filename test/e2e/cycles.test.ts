/** Publishers and players that come and go leave nothing behind. The longer run: `test/soak/webrtc-cycles.ts`. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../ingest/support/eventually.ts';
import { endWebRtc } from '../ingest/support/webrtc-peer.ts';
import { heldBy, probeSettings } from './support/ingest-memory.ts';
import { startTestStack, type TestStack } from './support/stack.ts';
import { runCycles, streamsOf } from './support/webrtc-cycles.ts';

const warmUp = 100;
const count = 100;

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack(probeSettings);
});
afterAll(async () => {
	await stack?.stop();
	endWebRtc();
});

test.skipIf(process.platform !== 'linux')(
	`${count} cycles leave memory, descriptors and threads as they were`,
	async () => {
		const quiet = () => eventually('all streams have ended', async () => (await streamsOf(stack)).length === 0, 15_000);
		await runCycles({ stack, count: warmUp, seed: 1, parallel: 4 });
		await quiet();
		const before = await heldBy(stack);
		await runCycles({ stack, count, seed: 2, parallel: 4, from: warmUp });
		await quiet();
		// HTTP connections stay for some seconds.
		await eventually(
			'descriptors as before',
			async () => (await heldBy(stack)).descriptors <= before.descriptors + 2,
			15_000,
		);
		const after = await heldBy(stack);
		expect(after.threads).toBeLessThanOrEqual(before.threads + 1);
		// A session that is not let go of keeps 40 KB alive; the compiler's own growth is 1 KB a cycle.
		expect((after.live - before.live) * 1024).toBeLessThan(12 * count);
		expect(after.resident - before.resident).toBeLessThan(20);
	},
);

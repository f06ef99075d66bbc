/** A browser publishes over a network that loses packets. The longer run: `test/soak/lossy-network.ts`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLossy } from './support/lossy-snapshots.ts';
import { type LossyStack, startLossyStack } from './support/lossy-stack.ts';
import { isMissing } from './support/peers.ts';

// Other systems have one loopback address.
const cannotRun = isMissing('chromium') || isMissing('ffmpeg') || process.platform !== 'linux';

describe.skipIf(cannotRun)('a browser over a bad network', () => {
	let node: LossyStack;
	beforeAll(async () => {
		node = await startLossyStack(1);
	});
	afterAll(() => node?.stop());

	test.each([
		{ loss: 0.05, codec: 'h264' },
		{ loss: 0.15, codec: 'vp8' },
	])('that loses $loss of all packets publishes $codec: pictures stay right', async ({ loss, codec }) => {
		const run = { name: `${codec}-${loss}`, codec, loss, seconds: 3, count: 6, interval: 50 };
		const { statuses, broken, lags, untruth, counters, dropped } = await runLossy(node, run);
		expect(statuses.filter((status) => status !== '200')).toEqual([]);
		expect(broken).toBe(0);
		// What could not be repaired in time is older, and says so.
		expect(untruth).toBeLessThan(1500);
		expect(Math.min(...lags)).toBeGreaterThan(-10_000);
		expect(dropped).toBeGreaterThan(10);
		expect(counters.nacks).toBeGreaterThan(0);
		expect(counters.recovered).toBeGreaterThan(0);
		expect(counters.keyframeRequests).toBeGreaterThan(2);
	});
});

/** A browser publishes a clock; every picture of it shows a time after the POST that asked for it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChromiumStack, startChromiumStack } from './support/chromium-stack.ts';
import { publishClockOverWhip } from './support/clock-publishers.ts';
import { isMissing } from './support/peers.ts';
import { untilStatus } from './support/rest.ts';
import { takeShots } from './support/shutter-lag.ts';

const count = 20;

describe.skipIf(isMissing('chromium') || isMissing('ffmpeg'))('a clock in Chromium', () => {
	let node: ChromiumStack;
	beforeAll(async () => {
		node = await startChromiumStack({ PUSH_INTERVAL: '1h' });
	});
	afterAll(() => node?.stop());

	// `npm run bench shutter` takes 100.
	test('shows a time after the POST, and hardly later', async () => {
		await publishClockOverWhip(node, 'clock');
		await untilStatus(node.stack.rest, 'clock', 200, 15_000);
		// A demand for a frame of now is met, too.
		const options = (index: number): object => (index % 4 === 3 ? { maxAge: 0 } : {});
		const shots = await takeShots(node.stack.rest, 'clock', { count, pause: 100, options });
		// On a machine that is too busy for a keyframe within half a second the answer is older, and says so.
		expect(shots.filter(({ code }) => code !== null && code !== 'FRAME_TOO_OLD')).toEqual([]);
		const lags = shots.flatMap(({ saysFresh, lag }) => (saysFresh && lag !== null ? [lag] : []));
		console.info(`shutter: ${lags.length} of ${count} fresh, ${lags.sort((a, b) => a - b)}`);
		expect(lags.length).toBeGreaterThan(0.7 * count);
		expect(Math.min(...lags)).toBeGreaterThanOrEqual(0);
		expect(lags[Math.floor(lags.length * 0.9)]).toBeLessThan(600);
	});
});

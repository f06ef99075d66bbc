/** Shutter lag: a browser publishes a clock over WebRTC, and each of many POSTs gets a picture of it. */

import { findChromium } from '../test/e2e/support/browser.ts';
import { startChromiumStack } from '../test/e2e/support/chromium-stack.ts';
import { publishClockOverWhip } from '../test/e2e/support/clock-publishers.ts';
import { untilStatus } from '../test/e2e/support/rest.ts';
import { takeShots } from '../test/e2e/support/shutter-lag.ts';
import type { Section } from './report.ts';
import { median, percentile } from './statistics.ts';

const count = 100;

export const benchShutter = async (hasFfmpeg: boolean): Promise<Section[]> => {
	if (!hasFfmpeg || findChromium() === null) {
		console.warn('!!! shutter lag needs Chromium and ffmpeg: not measured');
		return [];
	}
	// The store is of no help: it sees one keyframe an hour.
	const node = await startChromiumStack({ PUSH_INTERVAL: '1h' });
	try {
		await publishClockOverWhip(node, 'clock');
		await untilStatus(node.stack.rest, 'clock', 200, 15_000);
		const shots = await takeShots(node.stack.rest, 'clock', { count, pause: 300 });
		const lags = shots.flatMap(({ lag }) => (lag === null ? [] : [lag]));
		const took = shots.map((shot) => shot.took);
		const row = (what: string, values: readonly number[]) => [
			...[what, median(values), percentile(values, 0.95), Math.min(...values), Math.max(...values)],
		];
		const newer = lags.filter((lag) => lag >= 0).length;
		return [
			{
				title: `Shutter lag over WebRTC, ms, ${count} POSTs: ${lags.length} pictures, ${newer} of them newer than their POST`,
				head: ['from the POST', 'median', 'p95', 'least', 'most'],
				rows: [row('to the time that the picture shows', lags), row('to the answer', took)],
			},
		];
	} finally {
		await node.stop();
	}
};

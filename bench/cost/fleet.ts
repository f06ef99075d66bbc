/** Many streams, one after the other: they share a price list and nothing else. */
import { mostLists, shortPause, sweepPeriod } from '../../ingest-node/history/sweeper.ts';
import { mostKeys } from '../../ingest-node/store/port.ts';
import { type Bill, billOf, type Usage } from './prices.ts';
import type { CostSettings } from './settings.ts';
import { simulateStream } from './stream.ts';
import { createTally, month, monthlyUsage, type Tally } from './tally.ts';
import { drawTrace } from './traffic.ts';

/**
 * Lists that the sweeps of kept keyframes take in a month. Each node goes through all streams: a list for each that keeps as many
 * keyframes as a list shows, less when they keep fewer. Pauses are three quarters of their length on average.
 */
export const sweepLists = (settings: CostSettings): number => {
	const { history, isSwept, streams, streamsPerNode } = settings;
	if (history === null || !isSwept) return 0;
	const nodes = Math.ceil(streams / streamsPerNode);
	const kept = history.retention / history.interval;
	const lists = Math.max(1, Math.ceil(streams * Math.min(1, kept / mostKeys)));
	const pauses = (Math.ceil(lists / mostLists) - 1) * shortPause + sweepPeriod(history.retention);
	return nodes * lists * (month / (0.75 * pauses));
};

export interface Outcome {
	readonly settings: CostSettings;
	readonly tally: Tally;
	readonly usage: Usage;
	readonly bill: Bill;
	/** Months of 30 days that streams were live, in a month. */
	readonly streamMonths: number;
}

export interface Extent {
	readonly seed: number;
	/** Milliseconds. */
	readonly duration: number;
	/** Streams that are simulated; what they use is taken for all. */
	readonly sample: number;
}

/** Simulates a while and makes a month of it. The same seed gives the same outcome. */
export const simulate = (settings: CostSettings, { seed, duration, sample }: Extent): Outcome => {
	const { keyframeBytes, history, streams } = settings;
	const simulated = Math.min(sample, streams);
	const tally = createTally();
	for (let stream = 0; stream < simulated; stream += 1)
		simulateStream(drawTrace(settings, seed, stream, duration), settings, duration, tally);
	const scale = streams / simulated;
	const retention = history?.retention ?? 0;
	const usage = monthlyUsage(tally, { duration, scale, keyframeBytes, retention, listsPerMonth: sweepLists(settings) });
	return { settings, tally, usage, bill: billOf(usage), streamMonths: (scale * tally.liveTime) / duration };
};

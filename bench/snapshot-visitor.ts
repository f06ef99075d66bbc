/** Somebody who takes snapshots of a load's streams at a steady rate. */
import { takeSnapshot } from '../test/e2e/support/rest.ts';
import { median } from './statistics.ts';

export interface Visits {
	readonly taken: number;
	readonly failed: number;
	/** Milliseconds to the answer. */
	readonly median: number;
	readonly p95: number;
	/** Milliseconds from the capture to the answer, the largest. */
	readonly oldest: number;
}

/** @param rate snapshots a second, one stream after the other */
export const startVisiting = (rest: string, names: readonly string[], rate: number): (() => Promise<Visits>) => {
	const times: number[] = [];
	const ages: number[] = [];
	let failed = 0;
	let count = 0;
	const pending = new Set<Promise<void>>();
	const visit = async (): Promise<void> => {
		const name = names[(count * 7) % names.length];
		count += 1;
		if (name === undefined) return;
		const began = performance.now();
		const answer = await takeSnapshot(rest, name).catch(() => null);
		if (answer?.status !== 200) failed += 1;
		else {
			times.push(performance.now() - began);
			ages.push(Date.now() - answer.timestamp);
		}
	};
	const timer = setInterval(() => {
		const visiting: Promise<void> = visit().finally(() => pending.delete(visiting));
		pending.add(visiting);
	}, 1000 / rate);
	return async () => {
		clearInterval(timer);
		await Promise.all(pending);
		const sorted = [...times].sort((a, b) => a - b);
		const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
		return { taken: times.length, failed, median: median(times), p95, oldest: Math.max(...ages) };
	};
};

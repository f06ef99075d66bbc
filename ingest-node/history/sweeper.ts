/** Sweeps again and again: soon after the start, then a few times per retention. */
import type { Clock } from '../clock.ts';
import type { ObjectStore } from '../store/port.ts';
import { sweepHistory } from './sweep.ts';

export interface SweeperOptions {
	readonly store: Pick<ObjectStore, 'list' | 'remove'>;
	readonly clock: Clock;
	/** Milliseconds that keyframes are kept. */
	readonly retention: number;
	/** 0 ≤ x < 1: nodes that started together do not sweep together. */
	readonly random: () => number;
	/** A part of a sweep is done, or failed. */
	readonly onSwept: (deleted: number, error?: unknown) => void;
}

/** A tenth of the retention, within these milliseconds: how much longer than promised a keyframe may be there. */
const shortestPeriod = 10_000;
const longestPeriod = 3_600_000;
/** Milliseconds until the first sweep, at most: whoever restarts often has to sweep, too. */
const firstSweep = 20_000;
/** Milliseconds between two sweeps, at most. */
export const sweepPeriod = (retention: number): number =>
	Math.min(longestPeriod, Math.max(shortestPeriod, retention / 10));
/** List calls of one go, and the milliseconds until the next one of the same sweep, at most. */
export const mostLists = 100;
export const shortPause = 5000;

/** Returns what ends it. */
export const startSweeper = ({ store, clock, retention, random, onSwept }: SweeperOptions): (() => void) => {
	const period = sweepPeriod(retention);
	let cursor: string | undefined;
	let isClosed = false;
	let cancel = (): void => {};

	const sweep = async (): Promise<void> => {
		try {
			const swept = await sweepHistory({ store, before: clock.now() - retention, cursor, mostLists });
			cursor = swept.cursor;
			onSwept(swept.deleted);
		} catch (error) {
			onSwept(0, error);
		}
		if (!isClosed) wait(cursor === undefined ? period : shortPause);
	};
	const wait = (milliseconds: number): void => {
		cancel = clock.after(milliseconds * (0.5 + random() / 2), () => void sweep());
	};
	wait(Math.min(firstSweep, period));
	return () => {
		isClosed = true;
		cancel();
	};
};

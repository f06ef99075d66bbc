/** When a worker that has ended is started again: at once the first time, then later each time, until one has lived for a minute. */
import type { Clock } from '../clock.ts';

export interface Restarts {
	started(slot: number): void;
	/** Milliseconds until the next start. */
	next(slot: number): number;
}

const firstPause = 50;
const longestPause = 30_000;
const healthyAfter = 60_000;

export const createRestarts = (clock: Pick<Clock, 'monotonic'>): Restarts => {
	const startedAt = new Map<number, number>();
	const pauses = new Map<number, number>();
	return {
		started: (slot) => {
			startedAt.set(slot, clock.monotonic());
		},
		next: (slot) => {
			const isHealthy = clock.monotonic() - (startedAt.get(slot) ?? 0) > healthyAfter;
			const pause = isHealthy ? firstPause : (pauses.get(slot) ?? firstPause);
			pauses.set(slot, Math.min(longestPause, 2 * pause));
			return pause;
		},
	};
};

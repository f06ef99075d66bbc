/** Pauses between tries: longer each time, and jittered, so that those who failed together do not come back together. */
import type { Clock } from './clock.ts';

/** First pause and longest one, milliseconds. */
export interface BackoffBounds {
	readonly first: number;
	readonly longest: number;
}

const usualBounds: BackoffBounds = { first: 200, longest: 5000 };

export interface Backoff {
	/** Monotonic time before which nothing is to be tried. */
	readonly until: number;
	/** A try has failed: the next one is later than the one before was. */
	failed(): void;
	/** The next try is not before this time, monotonic. */
	postpone(until: number): void;
	/** Forgets all pauses. */
	reset(): void;
}

/** @param random 0 ≤ x < 1 */
export const createBackoff = (clock: Clock, random: () => number, bounds = usualBounds): Backoff => {
	let failures = 0;
	let until = 0;
	return {
		get until() {
			return until;
		},
		failed: () => {
			const pause = Math.min(bounds.longest, bounds.first * 2 ** failures);
			failures += 1;
			until = clock.monotonic() + pause * (0.5 + random() / 2);
		},
		postpone: (time) => {
			until = time;
		},
		reset: () => {
			failures = 0;
			until = 0;
		},
	};
};

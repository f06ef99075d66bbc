/** Counts errors that may come with every packet and reports them once a second, so that one bad peer cannot flood the log. */
import type { Clock } from './clock.ts';

export interface ErrorCounter {
	count(message: string): void;
	/** Reports what is counted and not reported yet. */
	flush(): void;
	/** All errors so far. */
	readonly total: number;
}

/** Milliseconds from the first error of a batch to its report. */
const reportInterval = 1000;

/** @param report called with the number of errors of the last second and the message of the newest */
export const createErrorCounter = (clock: Clock, report: (count: number, last: string) => void): ErrorCounter => {
	let total = 0;
	let count = 0;
	let last = '';
	let cancel = (): void => {};
	const flush = (): void => {
		cancel();
		if (count > 0) report(count, last);
		count = 0;
	};
	return {
		count: (message) => {
			total += 1;
			count += 1;
			last = message;
			if (count === 1) cancel = clock.after(reportInterval, flush);
		},
		flush,
		get total() {
			return total;
		},
	};
};

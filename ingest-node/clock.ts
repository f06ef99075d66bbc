/**
 * Time as the ingest node knows it. Everything that waits takes a {@link Clock}, so that tests own the hours.
 */
export interface Clock {
	/** Wall clock, epoch milliseconds: what other machines are told. */
	now(): number;
	/** Milliseconds that never jump: what durations and leases are measured with. */
	monotonic(): number;
	/** Runs `action` once after `milliseconds`; the result cancels it. */
	after(milliseconds: number, action: () => void): () => void;
}

/** The clock of this process. Its timers keep nothing alive: servers and sessions do that. */
export const systemClock: Clock = {
	now: () => Date.now(),
	monotonic: () => performance.now(),
	after: (milliseconds, action) => {
		const timer = setTimeout(action, Math.max(0, milliseconds));
		timer.unref();
		return () => clearTimeout(timer);
	},
};

/** Resolves after `milliseconds` of `clock`. */
export const delay = (clock: Clock, milliseconds: number): Promise<void> =>
	new Promise((resolve) => {
		clock.after(milliseconds, resolve);
	});

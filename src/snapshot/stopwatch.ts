/** Where the time of a snapshot went. */
export const phases = ['fetch', 'refresh', 'decode', 'convert', 'encode'] as const;

type Phase = (typeof phases)[number];

/** Milliseconds per phase that was entered, and what the cache said. */
export interface Stopwatch {
	readonly laps: ReadonlyMap<Phase, number>;
	cache: 'hit' | 'miss' | null;
	/** Runs `work` and adds its time to `phase`, also when it throws. */
	measure<T>(phase: Phase, work: () => T): T;
	/** The same for work that waits. */
	measureAsync<T>(phase: Phase, work: () => Promise<T>): Promise<T>;
}

/** @param now milliseconds of any clock. Deployed Workers see it stand still between two I/O operations. */
export const createStopwatch = (now: () => number): Stopwatch => {
	const laps = new Map<Phase, number>();
	const add = (phase: Phase, since: number): void => {
		laps.set(phase, (laps.get(phase) ?? 0) + now() - since);
	};
	return {
		laps,
		cache: null,
		measure: (phase, work) => {
			const since = now();
			try {
				return work();
			} finally {
				add(phase, since);
			}
		},
		measureAsync: async (phase, work) => {
			const since = now();
			try {
				return await work();
			} finally {
				add(phase, since);
			}
		},
	};
};

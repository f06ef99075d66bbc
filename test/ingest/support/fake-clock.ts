import type { Clock } from '../../../ingest-node/clock.ts';

export interface FakeClock extends Clock {
	/** Lets time pass: runs what is due in its order and, before and after each, whatever promises have made possible. */
	advance(milliseconds: number): Promise<void>;
	/** Moves the wall clock alone. */
	shiftWallClock(milliseconds: number): void;
	readonly pendingTimers: number;
}

interface Timer {
	readonly at: number;
	readonly order: number;
	readonly action: () => void;
}

/** Microtasks that one event of the code under test may need to settle. */
const settle = async (): Promise<void> => {
	for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
};

/** A clock that stands still until it is told to move; starts at epoch second 1,000,000. */
export const createFakeClock = (): FakeClock => {
	const timers = new Set<Timer>();
	let time = 0;
	let wallOffset = 1_000_000_000;
	let order = 0;
	const next = (until: number): Timer | undefined =>
		[...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
	return {
		now: () => time + wallOffset,
		monotonic: () => time,
		after: (milliseconds, action) => {
			order += 1;
			const timer = { at: time + Math.max(0, milliseconds), order, action };
			timers.add(timer);
			return () => {
				timers.delete(timer);
			};
		},
		advance: async (milliseconds) => {
			const until = time + milliseconds;
			await settle();
			for (let timer = next(until); timer !== undefined; timer = next(until)) {
				timers.delete(timer);
				time = Math.max(time, timer.at);
				timer.action();
				await settle();
			}
			time = until;
			await settle();
		},
		shiftWallClock: (milliseconds) => {
			wallOffset += milliseconds;
		},
		get pendingTimers() {
			return timers.size;
		},
	};
};

/**
 * A wall clock that is kept by the object store's. Leases are promises between machines, so all of them should read one
 * clock, and the store is the one thing that all of them talk to. A machine whose own clock is right keeps it: the store
 * tells its time to the second only (`Date`, RFC 9110 § 6.6.1).
 */
import type { Clock } from './clock.ts';

/** Milliseconds that the two may differ before the store's time counts. */
const tolerance = 2000;

export interface StoreClock extends Clock {
	/**
	 * What the store's clock said, in whole seconds, at some moment between `sentAt` and `receivedAt` of this clock. Epoch
	 * milliseconds all.
	 */
	observe(storeTime: number, sentAt: number, receivedAt: number): void;
	/** Milliseconds by which this clock is ahead of the machine's. */
	readonly offset: number;
}

/** @param onCorrection hears the new offset when it has changed */
export const createStoreClock = (machine: Clock, onCorrection: (offset: number) => void = () => {}): StoreClock => {
	let offset = 0;
	return {
		...machine,
		now: () => machine.now() + offset,
		observe: (storeTime, sentAt, receivedAt) => {
			// The store's clock is ahead of ours by something between the two.
			const least = storeTime - receivedAt;
			const most = storeTime + 1000 - sentAt;
			// Our clock was set in between: another answer will come.
			if (least > most) return;
			if (least <= tolerance && most >= -tolerance) return;
			const corrected = offset + Math.round((least + most) / 2);
			offset = Math.abs(corrected) <= tolerance ? 0 : corrected;
			onCorrection(offset);
		},
		get offset() {
			return offset;
		},
	};
};

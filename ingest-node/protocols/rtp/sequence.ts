/** Arithmetic of sequence numbers and timestamps, which wrap. RFC 3550 § 5.1, RFC 1982. */

/** The sequence number behind `sequence`. */
export const nextSequence = (sequence: number): number => (sequence + 1) & 0xffff;

/** How far sequence number `a` is ahead of `b`: −32,768 … 32,767. */
export const sequenceDistance = (a: number, b: number): number => ((a - b) << 16) >> 16;

/** How far timestamp `a` is ahead of `b`: −2^31 … 2^31 − 1. */
export const timestampDistance = (a: number, b: number): number => (a - b) | 0;

/**
 * Turns values that wrap into ones that do not: each is taken as the nearest to the one before. The first stays what it
 * is; a result may be negative when the first values came out of order.
 */
const createUnwrapper = (distance: (a: number, b: number) => number): ((value: number) => number) => {
	let last: number | null = null;
	return (value) => {
		last = last === null ? value : last + distance(value, last);
		return last;
	};
};

/** Unwraps 16-bit sequence numbers. */
export const createSequenceUnwrapper = (): ((sequence: number) => number) =>
	createUnwrapper((a, b) => sequenceDistance(a, b & 0xffff));

/** Milliseconds of 32-bit timestamps of a clock of `clockRate` hertz, from 0 at the first, without a wrap. */
export const createTimeline = (clockRate: number): ((timestamp: number) => number) => {
	const unwrap = createUnwrapper((a, b) => timestampDistance(a, b % 2 ** 32));
	let first: number | null = null;
	return (timestamp) => {
		const ticks = unwrap(timestamp);
		first ??= ticks;
		return ((ticks - first) * 1000) / clockRate;
	};
};

/** NaN of none. */
export const mean = (values: readonly number[]): number =>
	values.reduce((sum, value) => sum + value, 0) / values.length;

/** The middle of the values; the mean of the two middle ones of an even number. NaN of none. */
export const median = (values: readonly number[]): number => {
	const sorted = [...values].sort((a, b) => a - b);
	const upper = sorted[sorted.length >> 1] ?? Number.NaN;
	const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
	return (lower + upper) / 2;
};

/** Median of the ratios of values measured in the same round: what else the machine did touches both. */
export const medianRatio = (values: readonly number[], references: readonly number[]): number =>
	median(values.flatMap((value, round) => (references[round] === undefined ? [] : [value / references[round]])));

/** The value that a share of the values do not exceed, by the nearest rank; NaN of none. */
export const percentile = (values: readonly number[], share: number): number =>
	[...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? Number.NaN;

/** Which source samples an output sample is made of, along one axis. */
export interface AxisTaps {
	/** First source sample of each output sample. */
	readonly first: Int32Array;
	/** Where each output sample's weights begin in `weights`; one entry more than output samples. */
	readonly from: Int32Array;
	/** Weights; those of one output sample add up to 1. */
	readonly weights: Float64Array;
}

/** A stretch of source samples, in samples; may begin inside of one and end beyond the last. */
export interface Span {
	readonly start: number;
	readonly length: number;
	/** Samples that may be used: up to `available - 1`. */
	readonly available: number;
}

/** Each output sample is the mean of the source it covers. */
const areaTaps = ({ start, length, available }: Span, count: number): AxisTaps => {
	const step = length / count;
	const first = new Int32Array(count);
	const from = new Int32Array(count + 1);
	const weights: number[] = [];
	for (let index = 0; index < count; index++) {
		const begin = start + index * step;
		const end = Math.min(begin + step, available);
		const low = Math.min(Math.floor(begin), available - 1);
		first[index] = low;
		for (let source = low; source < end; source++) {
			const covered = Math.min(end, source + 1) - Math.max(begin, source);
			// A rounding error of `begin + step` is not a sample.
			if (covered > 1e-9 || source === low) weights.push(Math.max(covered, 0));
		}
		let total = 0;
		const own = from[index] as number;
		for (let at = own; at < weights.length; at++) total += weights[at] as number;
		for (let at = own; at < weights.length; at++) weights[at] = total > 0 ? (weights[at] as number) / total : 1;
		from[index + 1] = weights.length;
	}
	return { first, from, weights: Float64Array.from(weights) };
};

/** Each output sample is a mixture of the two source samples whose centres are nearest. */
const linearTaps = ({ start, length, available }: Span, count: number): AxisTaps => {
	const step = length / count;
	const least = Math.floor(start);
	const most = Math.min(Math.ceil(start + length), available) - 1;
	const first = new Int32Array(count);
	const from = new Int32Array(count + 1);
	const weights = new Float64Array(2 * count);
	for (let index = 0; index < count; index++) {
		const centre = Math.min(most, Math.max(least, start + (index + 0.5) * step - 0.5));
		const low = Math.max(least, Math.min(Math.floor(centre), most - 1));
		first[index] = low;
		from[index + 1] = 2 * index + 2;
		weights[2 * index] = 1 - (centre - low);
		weights[2 * index + 1] = centre - low;
	}
	return { first, from, weights };
};

/** Taps that make `count` samples of a span: area average when there are fewer, linear interpolation when there are more. */
export const axisTaps = (span: Span, count: number): AxisTaps =>
	span.length >= count || Math.ceil(span.start + span.length) - Math.floor(span.start) < 2
		? areaTaps(span, count)
		: linearTaps(span, count);

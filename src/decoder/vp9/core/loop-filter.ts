/**
 * The loop filters of VP9 § 8.8, in the shape of libvpx's functions: `s` is the first sample behind the edge, `pitch` the
 * bytes of a row; limits are pointers to bytes.
 *
 * ogv's build of libvpx clamps the narrow filter to 0…255 instead of -128…127: it leaves falling edges alone and overdoes
 * others. `scripts/mend-vp9.mjs` puts these six functions into its place. They must stay free of calls, globals and
 * memory of their own: their bodies are moved into another module.
 */

@inline
function at(s: usize, step: i32, k: i32): i32 {
	return load<u8>(s + k * step);
}

@inline
function put(s: usize, step: i32, k: i32, value: i32): void {
	store<u8>(s + k * step, value);
}

@inline
function difference(a: i32, b: i32): i32 {
	return abs(a - b);
}

@inline
function clampSigned(value: i32): i32 {
	return max(-128, min(127, value));
}

@inline
function clampSample(value: i32): i32 {
	return max(0, min(255, value));
}

/** Whether the edge is weak enough to be one of coding. § 8.8.2 filterMask */
@inline
function isFiltered(s: usize, step: i32, edgeLimit: i32, limit: i32): bool {
	const p3 = at(s, step, -4), p2 = at(s, step, -3), p1 = at(s, step, -2), p0 = at(s, step, -1);
	const q0 = at(s, step, 0), q1 = at(s, step, 1), q2 = at(s, step, 2), q3 = at(s, step, 3);
	const inner = max(
		max(max(difference(p3, p2), difference(p2, p1)), difference(p1, p0)),
		max(max(difference(q1, q0), difference(q2, q1)), difference(q3, q2)),
	);
	return inner <= limit && difference(p0, q0) * 2 + (difference(p1, q1) >> 1) <= edgeLimit;
}

/** Whether samples `from` to `to` from the edge are within 1 of the nearest, on both sides. § 8.8.2 flatMask, flatMask2 */
@inline
function isFlat(s: usize, step: i32, from: i32, to: i32): bool {
	const p0 = at(s, step, -1), q0 = at(s, step, 0);
	let most = 0;
	for (let k = from; k <= to; k++)
		most = max(most, max(difference(at(s, step, -1 - k), p0), difference(at(s, step, k), q0)));
	return most <= 1;
}

/** § 8.8.4 */
@inline
function narrow(s: usize, step: i32, threshold: i32): void {
	const p1 = at(s, step, -2), p0 = at(s, step, -1), q0 = at(s, step, 0), q1 = at(s, step, 1);
	const isHighVariance = max(difference(p1, p0), difference(q1, q0)) > threshold;
	const outer = isHighVariance ? clampSigned(p1 - q1) : 0;
	const filter = clampSigned(outer + 3 * (q0 - p0));
	const filter1 = min(filter + 4, 127) >> 3;
	const filter2 = min(filter + 3, 127) >> 3;
	put(s, step, 0, clampSample(q0 - filter1));
	put(s, step, -1, clampSample(p0 + filter2));
	if (isHighVariance) return;
	const rest = (filter1 + 1) >> 1;
	put(s, step, 1, clampSample(q1 - rest));
	put(s, step, -2, clampSample(p1 + rest));
}

/** Averages `n` samples on each side over their `n` neighbours, whose count with the middle twice is 1 << `shift`. § 8.8.5 */
@inline
function wide(s: usize, step: i32, n: i32, shift: i32): void {
	const first = at(s, step, -1 - n), last = at(s, step, n);
	const half = 1 << (shift - 1);
	let sum = first * n;
	for (let k = -n; k <= 0; k++) sum += at(s, step, k);
	// What the window leaves behind has been overwritten by then: the old samples before the edge, a byte each.
	let old: u64 = 0;
	for (let k = -n; k < 0; k++) {
		const sample = at(s, step, k);
		old |= (<u64>sample) << (8 * (k + n));
		put(s, step, k, (sum + sample + half) >> shift);
		sum += at(s, step, min(k + 1 + n, n)) - first;
	}
	for (let k = 0; k < n; k++) {
		const sample = at(s, step, k);
		put(s, step, k, (sum + sample + half) >> shift);
		sum += last - <i32>((old >> (8 * k)) & 255);
	}
}

/** Filters one line of samples across an edge of a transform of 4, 8 or 16 samples and more. § 8.8.2 */
@inline
function filterLine(size: i32, s: usize, step: i32, edgeLimit: i32, limit: i32, threshold: i32): void {
	if (!isFiltered(s, step, edgeLimit, limit)) return;
	if (size >= 8 && isFlat(s, step, 1, 3)) {
		if (size >= 16 && isFlat(s, step, 4, 7)) wide(s, step, 7, 4);
		else wide(s, step, 3, 3);
	} else narrow(s, step, threshold);
}

@inline
function filterEdge(
	size: i32, s: usize, across: i32, along: i32, lines: i32, blimit: usize, limit: usize, thresh: usize,
): void {
	const edgeLimit = <i32>load<u8>(blimit), innerLimit = <i32>load<u8>(limit), threshold = <i32>load<u8>(thresh);
	for (let line = 0; line < lines; line++) filterLine(size, s + line * along, across, edgeLimit, innerLimit, threshold);
}

export function horizontal4(s: usize, pitch: i32, blimit: usize, limit: usize, thresh: usize): void {
	filterEdge(4, s, pitch, 1, 8, blimit, limit, thresh);
}

export function vertical4(s: usize, pitch: i32, blimit: usize, limit: usize, thresh: usize): void {
	filterEdge(4, s, 1, pitch, 8, blimit, limit, thresh);
}

export function horizontal8(s: usize, pitch: i32, blimit: usize, limit: usize, thresh: usize): void {
	filterEdge(8, s, pitch, 1, 8, blimit, limit, thresh);
}

export function vertical8(s: usize, pitch: i32, blimit: usize, limit: usize, thresh: usize): void {
	filterEdge(8, s, 1, pitch, 8, blimit, limit, thresh);
}

/** @param count groups of eight columns */
export function horizontal16(s: usize, pitch: i32, blimit: usize, limit: usize, thresh: usize, count: i32): void {
	filterEdge(16, s, pitch, 1, 8 * count, blimit, limit, thresh);
}

/** @param count rows */
export function vertical16(s: usize, pitch: i32, blimit: usize, limit: usize, thresh: usize, count: i32): void {
	filterEdge(16, s, 1, pitch, count, blimit, limit, thresh);
}

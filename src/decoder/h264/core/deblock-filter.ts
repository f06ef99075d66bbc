// Formulas of the deblocking filter (§ 8.7.2) for 16 lines across an edge at once: p3 … p0 on one side, q0 … q3 on the other,
// samples as bytes throughout.
//
// Luma edges between macroblocks have bS 4, inner ones bS 3: in intra pictures there is nothing else. Chroma edges carry
// Cb in lanes 0 … 7 and Cr in lanes 8 … 15.

/** What |a - b| stays below the limit by, 0 where it does not. */
// @ts-ignore: decorator
@inline
function margin(a: v128, b: v128, limit: v128): v128 {
  return i8x16.sub_sat_u(limit, v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a)));
}

// @ts-ignore: decorator
@inline
function isZero(a: v128): v128 {
  return i8x16.eq(a, i8x16.splat(0));
}

/** filterSamplesFlag (§ 8.7.2.2): not zero where the edge is filtered. */
// @ts-ignore: decorator
@inline
export function filterSamples(p1: v128, p0: v128, q0: v128, q1: v128, alpha: v128, beta: v128): v128 {
  return i8x16.min_u(margin(p0, q0, alpha), i8x16.min_u(margin(p1, p0, beta), margin(q1, q0, beta)));
}

/** Lanes that are left alone, by what `filterSamples` says. */
// @ts-ignore: decorator
@inline
export function untouched(filter: v128): v128 {
  return isZero(filter);
}

/** Lanes where ap >= beta, or aq for the other side (§ 8.7.2.3). */
// @ts-ignore: decorator
@inline
export function isFar(p2: v128, p0: v128, beta: v128): v128 {
  return isZero(margin(p2, p0, beta));
}

/** (a + b) >> 1: `avgr_u` without its rounding. */
// @ts-ignore: decorator
@inline
function floorAverage(a: v128, b: v128): v128 {
  return i8x16.sub(i8x16.avgr_u(a, b), v128.and(v128.xor(a, b), i8x16.splat(1)));
}

/** tC of luma (8-465): tC0 + (ap < beta) + (aq < beta), 0 where nothing is filtered. Masks are -1. */
// @ts-ignore: decorator
@inline
export function lumaTc(tc0: v128, farP: v128, farQ: v128, none: v128): v128 {
  const greatest = i8x16.add(tc0, i8x16.splat(2));
  return v128.andnot(i8x16.add(greatest, i8x16.add(farP, farQ)), none);
}

/** tC of chroma (8-466) */
// @ts-ignore: decorator
@inline
export function chromaTc(tc0: v128, none: v128): v128 {
  return v128.andnot(i8x16.add(tc0, i8x16.splat(1)), none);
}

const STEP_ZERO: i32 = 128 + 33;

/**
 * ((q0 - p0) * 4 + (p1 - q1) + 4) >> 3 of (8-467), more by STEP_ZERO. It is the floor of half of (q0 - p0) + (p1 - q1 >> 2) + 1, and
 * rounded averages with complements halve differences: avgr(a, 255 - b) is 128 + (a - b >> 1). What saturates is far beyond any tC.
 */
// @ts-ignore: decorator
@inline
export function stepOf(p1: v128, p0: v128, q0: v128, q1: v128): v128 {
  const outer = i8x16.avgr_u(i8x16.avgr_u(p1, v128.not(q1)), i8x16.splat(3)); // 66 + (p1 - q1 >> 2)
  const odd = v128.and(v128.xor(p0, q0), i8x16.splat(1));
  const inner = i8x16.avgr_u(q0, v128.not(p0)); // 128 + (q0 - p0 >> 1)
  return i8x16.add_sat_u(inner, i8x16.avgr_u(outer, odd));
}

/** The part of the step that goes up, and the one that goes down, both at most tC. */
// @ts-ignore: decorator
@inline
export function upOf(step: v128, tc: v128): v128 {
  return i8x16.min_u(i8x16.sub_sat_u(step, i8x16.splat(<i8>STEP_ZERO)), tc);
}
// @ts-ignore: decorator
@inline
export function downOf(step: v128, tc: v128): v128 {
  return i8x16.min_u(i8x16.sub_sat_u(i8x16.splat(<i8>STEP_ZERO), step), tc);
}

/** Clip1(sample + up - down) (8-468, 8-469); one of the two is 0. */
// @ts-ignore: decorator
@inline
export function moved(sample: v128, up: v128, down: v128): v128 {
  return i8x16.sub_sat_u(i8x16.add_sat_u(sample, up), down);
}

/** p1 + Clip3(-tC0, tC0, (p2 + ((p0 + q0 + 1) >> 1) - 2 * p1) >> 1) (8-470), p1 where far or not filtered; q1 likewise. */
// @ts-ignore: decorator
@inline
export function normal1(p2: v128, p1: v128, p0: v128, q0: v128, tc0: v128, far: v128, none: v128): v128 {
  const limit = v128.andnot(tc0, v128.or(far, none));
  const target = floorAverage(p2, i8x16.avgr_u(p0, q0));
  return i8x16.max_u(i8x16.min_u(target, i8x16.add_sat_u(p1, limit)), i8x16.sub_sat_u(p1, limit));
}

/** (2 * p1 + p0 + q1 + 2) >> 2 (8-479, 8-486): p0 with bS 4 where the side is far, and in chroma. */
// @ts-ignore: decorator
@inline
export function weak0(p1: v128, p0: v128, q1: v128): v128 {
  return i8x16.avgr_u(floorAverage(p0, q1), p1);
}

/** Lanes of a side that the long filters of bS 4 change (8-475): near enough on the side, and across the edge. */
// @ts-ignore: decorator
@inline
export function isSmooth(p2: v128, p0: v128, q0: v128, alpha: v128, beta: v128, none: v128): v128 {
  const across = isFar(p0, q0, i8x16.add(i8x16.shr_u(alpha, 2), i8x16.splat(2)));
  return v128.not(v128.or(none, v128.or(across, isFar(p2, p0, beta))));
}

// The long filters of bS 4 in 16 bits, 8 lanes each; `sum` is p2 + p1 + p0 + q0 + 2.
// @ts-ignore: decorator
@inline
function sumLow(p2: v128, p1: v128, p0: v128, q0: v128): v128 {
  const outer = i16x8.add(i16x8.extend_low_i8x16_u(p2), i16x8.extend_low_i8x16_u(p1));
  const inner = i16x8.add(i16x8.extend_low_i8x16_u(p0), i16x8.extend_low_i8x16_u(q0));
  return i16x8.add(i16x8.add(outer, inner), i16x8.splat(2));
}
// @ts-ignore: decorator
@inline
function sumHigh(p2: v128, p1: v128, p0: v128, q0: v128): v128 {
  const outer = i16x8.add(i16x8.extend_high_i8x16_u(p2), i16x8.extend_high_i8x16_u(p1));
  const inner = i16x8.add(i16x8.extend_high_i8x16_u(p0), i16x8.extend_high_i8x16_u(q0));
  return i16x8.add(i16x8.add(outer, inner), i16x8.splat(2));
}

/** (p2 + 2 * p1 + 2 * p0 + 2 * q0 + q1 + 4) >> 3 (8-476, 8-483): twice the sum, with q1 in place of a p2. */
// @ts-ignore: decorator
@inline
export function strong0(p2: v128, p1: v128, p0: v128, q0: v128, q1: v128): v128 {
  const low = i16x8.sub(i16x8.extend_low_i8x16_u(q1), i16x8.extend_low_i8x16_u(p2));
  const high = i16x8.sub(i16x8.extend_high_i8x16_u(q1), i16x8.extend_high_i8x16_u(p2));
  return i8x16.narrow_i16x8_u(
    i16x8.shr_u(i16x8.add(i16x8.shl(sumLow(p2, p1, p0, q0), 1), low), 3),
    i16x8.shr_u(i16x8.add(i16x8.shl(sumHigh(p2, p1, p0, q0), 1), high), 3),
  );
}

/** (p2 + p1 + p0 + q0 + 2) >> 2 (8-477, 8-484) */
// @ts-ignore: decorator
@inline
export function strong1(p2: v128, p1: v128, p0: v128, q0: v128): v128 {
  return i8x16.narrow_i16x8_u(i16x8.shr_u(sumLow(p2, p1, p0, q0), 2), i16x8.shr_u(sumHigh(p2, p1, p0, q0), 2));
}

/** (2 * p3 + 3 * p2 + p1 + p0 + q0 + 4) >> 3 (8-478, 8-485): the sum, and twice p3 + p2 + 1. */
// @ts-ignore: decorator
@inline
export function strong2(p3: v128, p2: v128, p1: v128, p0: v128, q0: v128): v128 {
  const low = i16x8.add(i16x8.extend_low_i8x16_u(p3), i16x8.extend_low_i8x16_u(p2));
  const high = i16x8.add(i16x8.extend_high_i8x16_u(p3), i16x8.extend_high_i8x16_u(p2));
  const one = i16x8.splat(1);
  return i8x16.narrow_i16x8_u(
    i16x8.shr_u(i16x8.add(sumLow(p2, p1, p0, q0), i16x8.shl(i16x8.add(low, one), 1)), 3),
    i16x8.shr_u(i16x8.add(sumHigh(p2, p1, p0, q0), i16x8.shl(i16x8.add(high, one), 1)), 3),
  );
}

// Filtering of sample edges (§ 8.7.2): 16 lanes at once, p3 … p0 on one side, q0 … q3 on the other.
//
// Luma edges between macroblocks have bS 4, inner ones bS 3: in intra pictures there is nothing else. Chroma edges carry
// Cb in lanes 0 … 7 and Cr in lanes 8 … 15.

/** Lanes where |a - b| < limit (limit in 0 … 255). */
// @ts-ignore: decorator
@inline
function closer(a: v128, b: v128, limit: v128): v128 {
  const difference = v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
  return i8x16.lt_u(difference, limit);
}

/** filterSamplesFlag (§ 8.7.2.2) */
// @ts-ignore: decorator
@inline
function filterSamples(p1: v128, p0: v128, q0: v128, q1: v128, alpha: v128, beta: v128): v128 {
  return v128.and(closer(p0, q0, alpha), v128.and(closer(p1, p0, beta), closer(q1, q0, beta)));
}

/** Results of the last filter call. */
export let outP2: v128 = i8x16.splat(0);
export let outP1: v128 = i8x16.splat(0);
export let outP0: v128 = i8x16.splat(0);
export let outQ0: v128 = i8x16.splat(0);
export let outQ1: v128 = i8x16.splat(0);
export let outQ2: v128 = i8x16.splat(0);

// @ts-ignore: decorator
@inline
function low(a: v128): v128 {
  return i16x8.extend_low_i8x16_u(a);
}

// @ts-ignore: decorator
@inline
function high(a: v128): v128 {
  return i16x8.extend_high_i8x16_u(a);
}

/** Clip3(-tc, tc, ((q0 - p0) * 4 + (p1 - q1) + 4) >> 3) of 8 lanes */
// @ts-ignore: decorator
@inline
function delta(p1: v128, p0: v128, q0: v128, q1: v128, tc: v128): v128 {
  const step = i16x8.add(i16x8.shl(i16x8.sub(q0, p0), 2), i16x8.add(i16x8.sub(p1, q1), i16x8.splat(4)));
  return i16x8.max_s(i16x8.min_s(i16x8.shr_s(step, 3), tc), i16x8.neg(tc));
}

/** p1 + Clip3(-tc0, tc0, (p2 + ((p0 + q0 + 1) >> 1) - 2 * p1) >> 1) */
// @ts-ignore: decorator
@inline
function second(p2: v128, p1: v128, average: v128, tc0: v128): v128 {
  const odd = v128.and(v128.xor(p2, average), i8x16.splat(1));
  const target = i8x16.sub(i8x16.avgr_u(p2, average), odd);
  return i8x16.max_u(i8x16.min_u(target, i8x16.add_sat_u(p1, tc0)), i8x16.sub_sat_u(p1, tc0));
}

/** Luma, bS < 4 (§ 8.7.2.3). Sets outP1, outP0, outQ0, outQ1. false: nothing changes. */
// @ts-ignore: decorator
@inline
export function lumaNormal(p2: v128, p1: v128, p0: v128, q0: v128, q1: v128, q2: v128, alpha: v128, betas: v128, tc0: v128): bool {
  const filter = filterSamples(p1, p0, q0, q1, alpha, betas);
  if (!v128.any_true(filter)) return false;
  const ap = v128.and(closer(p2, p0, betas), filter);
  const aq = v128.and(closer(q2, q0, betas), filter);
  // tC = tC0 + (ap < beta) + (aq < beta), 0 where nothing is filtered; masks are -1.
  const tc0s = v128.and(tc0, filter);
  const tc = i8x16.sub(i8x16.sub(tc0s, ap), aq);
  const average = i8x16.avgr_u(p0, q0);
  outP1 = v128.bitselect(second(p2, p1, average, tc0s), p1, ap);
  outQ1 = v128.bitselect(second(q2, q1, average, tc0s), q1, aq);
  const dl = delta(low(p1), low(p0), low(q0), low(q1), low(tc));
  const dh = delta(high(p1), high(p0), high(q0), high(q1), high(tc));
  outP0 = i8x16.narrow_i16x8_u(i16x8.add(low(p0), dl), i16x8.add(high(p0), dh));
  outQ0 = i8x16.narrow_i16x8_u(i16x8.sub(low(q0), dl), i16x8.sub(high(q0), dh));
  return true;
}

// One side of the bS 4 luma filter on 8 lanes: sums shared by its three results.
// @ts-ignore: decorator
@inline
function strong0(p2: v128, p1: v128, p0: v128, q0: v128, q1: v128): v128 {
  // (p2 + 2 p1 + 2 p0 + 2 q0 + q1 + 4) >> 3
  const middle = i16x8.add(i16x8.add(p1, p0), q0);
  return i16x8.shr_u(i16x8.add(i16x8.add(i16x8.add(p2, q1), i16x8.shl(middle, 1)), i16x8.splat(4)), 3);
}
// @ts-ignore: decorator
@inline
function strong1(p2: v128, p1: v128, p0: v128, q0: v128): v128 {
  // (p2 + p1 + p0 + q0 + 2) >> 2
  return i16x8.shr_u(i16x8.add(i16x8.add(i16x8.add(p2, p1), i16x8.add(p0, q0)), i16x8.splat(2)), 2);
}
// @ts-ignore: decorator
@inline
function strong2(p3: v128, p2: v128, p1: v128, p0: v128, q0: v128): v128 {
  // (2 p3 + 3 p2 + p1 + p0 + q0 + 4) >> 3
  const outer = i16x8.add(i16x8.shl(i16x8.add(p3, p2), 1), p2);
  return i16x8.shr_u(i16x8.add(i16x8.add(outer, i16x8.add(p1, p0)), i16x8.add(q0, i16x8.splat(4))), 3);
}
// @ts-ignore: decorator
@inline
function weak0(p1: v128, p0: v128, q1: v128): v128 {
  // (2 p1 + p0 + q1 + 2) >> 2
  return i16x8.shr_u(i16x8.add(i16x8.add(i16x8.shl(p1, 1), p0), i16x8.add(q1, i16x8.splat(2))), 2);
}

/** Luma, bS = 4 (§ 8.7.2.4). Sets all results. false: nothing changes. */
// @ts-ignore: decorator
@inline
export function lumaStrong(
  p3: v128,
  p2: v128,
  p1: v128,
  p0: v128,
  q0: v128,
  q1: v128,
  q2: v128,
  q3: v128,
  alpha: v128,
  betas: v128,
): bool {
  const filter = filterSamples(p1, p0, q0, q1, alpha, betas);
  if (!v128.any_true(filter)) return false;
  const near = v128.and(closer(p0, q0, i8x16.add(i8x16.shr_u(alpha, 2), i8x16.splat(2))), filter);
  const ap = v128.and(closer(p2, p0, betas), near);
  const aq = v128.and(closer(q2, q0, betas), near);
  const p3l = low(p3), p2l = low(p2), p1l = low(p1), p0l = low(p0);
  const q0l = low(q0), q1l = low(q1), q2l = low(q2), q3l = low(q3);
  const p3h = high(p3), p2h = high(p2), p1h = high(p1), p0h = high(p0);
  const q0h = high(q0), q1h = high(q1), q2h = high(q2), q3h = high(q3);

  const weakP = i8x16.narrow_i16x8_u(weak0(p1l, p0l, q1l), weak0(p1h, p0h, q1h));
  const strongP0 = i8x16.narrow_i16x8_u(strong0(p2l, p1l, p0l, q0l, q1l), strong0(p2h, p1h, p0h, q0h, q1h));
  const strongP1 = i8x16.narrow_i16x8_u(strong1(p2l, p1l, p0l, q0l), strong1(p2h, p1h, p0h, q0h));
  const strongP2 = i8x16.narrow_i16x8_u(strong2(p3l, p2l, p1l, p0l, q0l), strong2(p3h, p2h, p1h, p0h, q0h));
  outP0 = v128.bitselect(v128.bitselect(strongP0, weakP, ap), p0, filter);
  outP1 = v128.bitselect(strongP1, p1, ap);
  outP2 = v128.bitselect(strongP2, p2, ap);

  const weakQ = i8x16.narrow_i16x8_u(weak0(q1l, q0l, p1l), weak0(q1h, q0h, p1h));
  const strongQ0 = i8x16.narrow_i16x8_u(strong0(q2l, q1l, q0l, p0l, p1l), strong0(q2h, q1h, q0h, p0h, p1h));
  const strongQ1 = i8x16.narrow_i16x8_u(strong1(q2l, q1l, q0l, p0l), strong1(q2h, q1h, q0h, p0h));
  const strongQ2 = i8x16.narrow_i16x8_u(strong2(q3l, q2l, q1l, q0l, p0l), strong2(q3h, q2h, q1h, q0h, p0h));
  outQ0 = v128.bitselect(v128.bitselect(strongQ0, weakQ, aq), q0, filter);
  outQ1 = v128.bitselect(strongQ1, q1, aq);
  outQ2 = v128.bitselect(strongQ2, q2, aq);
  return true;
}

/** Chroma, bS < 4. Sets outP0, outQ0. false: nothing changes. */
// @ts-ignore: decorator
@inline
export function chromaNormal(p1: v128, p0: v128, q0: v128, q1: v128, alpha: v128, beta: v128, tc0: v128): bool {
  const filter = filterSamples(p1, p0, q0, q1, alpha, beta);
  if (!v128.any_true(filter)) return false;
  const limit = v128.and(i8x16.add(tc0, i8x16.splat(1)), filter);
  const dl = delta(low(p1), low(p0), low(q0), low(q1), low(limit));
  const dh = delta(high(p1), high(p0), high(q0), high(q1), high(limit));
  outP0 = i8x16.narrow_i16x8_u(i16x8.add(low(p0), dl), i16x8.add(high(p0), dh));
  outQ0 = i8x16.narrow_i16x8_u(i16x8.sub(low(q0), dl), i16x8.sub(high(q0), dh));
  return true;
}

/** Chroma, bS = 4. Sets outP0, outQ0. false: nothing changes. */
// @ts-ignore: decorator
@inline
export function chromaStrong(p1: v128, p0: v128, q0: v128, q1: v128, alpha: v128, beta: v128): bool {
  const filter = filterSamples(p1, p0, q0, q1, alpha, beta);
  if (!v128.any_true(filter)) return false;
  const p = i8x16.narrow_i16x8_u(weak0(low(p1), low(p0), low(q1)), weak0(high(p1), high(p0), high(q1)));
  const q = i8x16.narrow_i16x8_u(weak0(low(q1), low(q0), low(p1)), weak0(high(q1), high(q0), high(p1)));
  outP0 = v128.bitselect(p, p0, filter);
  outQ0 = v128.bitselect(q, q0, filter);
  return true;
}

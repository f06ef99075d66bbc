// Filtering of sample edges (§ 8.7.2.5.3 … § 8.7.2.5.8): eight lines across an edge at once, in two segments of four. Line i is
// lane i; p3 … p0, q0 … q3 are eight vectors `pitch` bytes apart.
//
// 16 bits hold all sums up to 10-bit samples; deeper ones are filtered lane by lane.

import { cover, COVER_DEBLOCK } from "./coverage";
import { mostOf } from "./sample";

/** Parameters by lane, i16: tC, β, and all ones where the samples of a side may change. */
export const tcLanes: usize = memory.data(16, 16);
export const betaLanes: usize = memory.data(16, 16);
export const changeP: usize = memory.data(16, 16);
export const changeQ: usize = memory.data(16, 16);

/** Deepest samples for vectors of 16 bits. */
export const VECTOR_DEPTH: i32 = 10;

// @ts-ignore: decorator
@inline
function clip3(low: v128, high: v128, value: v128): v128 {
  return i16x8.max_s(low, i16x8.min_s(high, value));
}

/** The first line of each segment in all its lanes. */
// @ts-ignore: decorator
@inline
function line0(a: v128): v128 {
  return v128.shuffle<i16>(a, a, 0, 0, 0, 0, 4, 4, 4, 4);
}

/** The last line of each segment in all its lanes. */
// @ts-ignore: decorator
@inline
function line3(a: v128): v128 {
  return v128.shuffle<i16>(a, a, 3, 3, 3, 3, 7, 7, 7, 7);
}

// @ts-ignore: decorator
@inline
function distance(a: v128, b: v128): v128 {
  return i16x8.abs(i16x8.sub(a, b));
}

/** |p2 - 2 p1 + p0| */
// @ts-ignore: decorator
@inline
function bend(a2: v128, a1: v128, a0: v128): v128 {
  return i16x8.abs(i16x8.add(i16x8.sub(a2, i16x8.shl(a1, 1)), a0));
}

/** One side's second sample of the weak filter. */
// @ts-ignore: decorator
@inline
function weak1(a2: v128, a1: v128, a0: v128, delta: v128, halfTc: v128, most: v128): v128 {
  const target = i16x8.sub(i16x8.avgr_u(a2, a0), a1);
  const change = clip3(i16x8.neg(halfTc), halfTc, i16x8.shr_s(i16x8.add(target, delta), 1));
  return clip3(i16x8.splat(0), most, i16x8.add(a1, change));
}

/** Filters a luma edge; `at`: p3 of the first line. */
export function filterLuma(at: usize, pitch: usize, depth: i32, direction: i32): void {
  const p3 = v128.load(at);
  const p2 = v128.load(at + pitch);
  const p1 = v128.load(at + 2 * pitch);
  const p0 = v128.load(at + 3 * pitch);
  const q0 = v128.load(at + 4 * pitch);
  const q1 = v128.load(at + 5 * pitch);
  const q2 = v128.load(at + 6 * pitch);
  const q3 = v128.load(at + 7 * pitch);
  const beta = v128.load(betaLanes);
  const tc = v128.load(tcLanes);
  const dp = bend(p2, p1, p0);
  const dq = bend(q2, q1, q0);
  const dpq = i16x8.add(dp, dq);
  const filtered = i16x8.lt_s(i16x8.add(line0(dpq), line3(dpq)), beta);
  if (!v128.any_true(filtered)) return;
  const allowP = v128.and(filtered, v128.load(changeP));
  const allowQ = v128.and(filtered, v128.load(changeQ));

  // dSam of the lines 0 and 3 decides between the two filters.
  const steep = i16x8.add(distance(p3, p0), distance(q0, q3));
  const tc52 = i16x8.shr_s(i16x8.add(i16x8.add(i16x8.shl(tc, 2), tc), i16x8.splat(1)), 1);
  const sam = v128.and(
    v128.and(i16x8.lt_s(i16x8.shl(dpq, 1), i16x8.shr_s(beta, 2)), i16x8.lt_s(steep, i16x8.shr_s(beta, 3))),
    i16x8.lt_s(distance(p0, q0), tc52),
  );
  const strong = v128.and(line0(sam), line3(sam));
  const most = mostOf(depth);
  const tc2 = i16x8.shl(tc, 1);

  let n0 = p0, n1 = p1, n2 = p2, m0 = q0, m1 = q1, m2 = q2;
  if (v128.any_true(v128.and(strong, filtered))) {
    cover(COVER_DEBLOCK + direction);
    const two = i16x8.splat(2);
    const four = i16x8.splat(4);
    const middle = i16x8.add(p0, q0);
    const pSum = i16x8.add(i16x8.add(p1, middle), p2);
    const qSum = i16x8.add(i16x8.add(q1, middle), q2);
    // (p2 + 2 p1 + 2 p0 + 2 q0 + q1 + 4) >> 3 and so on
    n0 = i16x8.shr_s(i16x8.add(i16x8.add(pSum, i16x8.add(p1, middle)), i16x8.add(q1, four)), 3);
    n1 = i16x8.shr_s(i16x8.add(pSum, two), 2);
    n2 = i16x8.shr_s(i16x8.add(i16x8.add(pSum, i16x8.shl(i16x8.add(p3, p2), 1)), four), 3);
    m0 = i16x8.shr_s(i16x8.add(i16x8.add(qSum, i16x8.add(q1, middle)), i16x8.add(p1, four)), 3);
    m1 = i16x8.shr_s(i16x8.add(qSum, two), 2);
    m2 = i16x8.shr_s(i16x8.add(i16x8.add(qSum, i16x8.shl(i16x8.add(q3, q2), 1)), four), 3);
    n0 = clip3(i16x8.sub(p0, tc2), i16x8.add(p0, tc2), n0);
    n1 = clip3(i16x8.sub(p1, tc2), i16x8.add(p1, tc2), n1);
    n2 = clip3(i16x8.sub(p2, tc2), i16x8.add(p2, tc2), n2);
    m0 = clip3(i16x8.sub(q0, tc2), i16x8.add(q0, tc2), m0);
    m1 = clip3(i16x8.sub(q1, tc2), i16x8.add(q1, tc2), m1);
    m2 = clip3(i16x8.sub(q2, tc2), i16x8.add(q2, tc2), m2);
  }
  if (v128.any_true(v128.andnot(filtered, strong))) {
    cover(COVER_DEBLOCK + 2 + direction);
    // (9 (q0 - p0) - 3 (q1 - p1) + 8) >> 4
    const near = i16x8.sub(q0, p0);
    const far = i16x8.sub(q1, p1);
    const raised = i16x8.sub(i16x8.add(i16x8.shl(near, 3), near), i16x8.add(i16x8.shl(far, 1), far));
    let delta = i16x8.shr_s(i16x8.add(raised, i16x8.splat(8)), 4);
    const tc10 = i16x8.mul(tc, i16x8.splat(10));
    const small = i16x8.lt_s(i16x8.abs(delta), tc10);
    delta = v128.and(clip3(i16x8.neg(tc), tc, delta), small);
    const halfTc = i16x8.shr_s(tc, 1);
    const sideLimit = i16x8.shr_s(i16x8.add(beta, i16x8.shr_s(beta, 1)), 3);
    const flatP = v128.and(i16x8.lt_s(i16x8.add(line0(dp), line3(dp)), sideLimit), small);
    const flatQ = v128.and(i16x8.lt_s(i16x8.add(line0(dq), line3(dq)), sideLimit), small);
    const zero = i16x8.splat(0);
    const w0 = clip3(zero, most, i16x8.add(p0, delta));
    const z0 = clip3(zero, most, i16x8.sub(q0, delta));
    const w1 = v128.bitselect(weak1(p2, p1, p0, delta, halfTc, most), p1, flatP);
    const z1 = v128.bitselect(weak1(q2, q1, q0, i16x8.neg(delta), halfTc, most), q1, flatQ);
    n0 = v128.bitselect(n0, w0, strong);
    n1 = v128.bitselect(n1, w1, strong);
    n2 = v128.bitselect(n2, p2, strong);
    m0 = v128.bitselect(m0, z0, strong);
    m1 = v128.bitselect(m1, z1, strong);
    m2 = v128.bitselect(m2, q2, strong);
  }
  v128.store(at + pitch, v128.bitselect(n2, p2, allowP));
  v128.store(at + 2 * pitch, v128.bitselect(n1, p1, allowP));
  v128.store(at + 3 * pitch, v128.bitselect(n0, p0, allowP));
  v128.store(at + 4 * pitch, v128.bitselect(m0, q0, allowQ));
  v128.store(at + 5 * pitch, v128.bitselect(m1, q1, allowQ));
  v128.store(at + 6 * pitch, v128.bitselect(m2, q2, allowQ));
}

/** Filters a chroma edge; `at`: p1 of the first line. */
export function filterChroma(at: usize, pitch: usize, depth: i32): void {
  const p1 = v128.load(at);
  const p0 = v128.load(at + pitch);
  const q0 = v128.load(at + 2 * pitch);
  const q1 = v128.load(at + 3 * pitch);
  const tc = v128.load(tcLanes);
  const most = mostOf(depth);
  const zero = i16x8.splat(0);
  // (((q0 - p0) << 2) + p1 - q1 + 4) >> 3
  const raised = i16x8.add(i16x8.shl(i16x8.sub(q0, p0), 2), i16x8.add(i16x8.sub(p1, q1), i16x8.splat(4)));
  const delta = clip3(i16x8.neg(tc), tc, i16x8.shr_s(raised, 3));
  const n0 = clip3(zero, most, i16x8.add(p0, delta));
  const m0 = clip3(zero, most, i16x8.sub(q0, delta));
  v128.store(at + pitch, v128.bitselect(n0, p0, v128.load(changeP)));
  v128.store(at + 2 * pitch, v128.bitselect(m0, q0, v128.load(changeQ)));
}

// One edge of a macroblock: loads the samples on both sides (turned by 90° for vertical edges), filters, stores.

import {
  chromaTc,
  downOf,
  filterSamples,
  isFar,
  isSmooth,
  lumaTc,
  moved,
  normal1,
  stepOf,
  strong0,
  strong1,
  strong2,
  untouched,
  upOf,
  weak0,
} from "./deblock-filter";
import { cover, COVER_DEBLOCK } from "./coverage";

// @ts-ignore: decorator
@inline
export function zipLow8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
// @ts-ignore: decorator
@inline
export function zipHigh8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
// @ts-ignore: decorator
@inline
export function zipLow16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}
// @ts-ignore: decorator
@inline
export function zipHigh16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}
// @ts-ignore: decorator
@inline
export function zipLow32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 0, 4, 1, 5);
}
// @ts-ignore: decorator
@inline
export function zipHigh32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 2, 6, 3, 7);
}
// @ts-ignore: decorator
@inline
export function zipLow64(a: v128, b: v128): v128 {
  return v128.shuffle<u64>(a, b, 0, 2);
}
// @ts-ignore: decorator
@inline
export function zipHigh64(a: v128, b: v128): v128 {
  return v128.shuffle<u64>(a, b, 1, 3);
}

/** Luma edge between rows: 16 columns at `samples`, whose row is q0. */
// @ts-ignore: decorator
@inline
export function lumaHorizontal(samples: usize, stride: usize, strong: bool, alpha: v128, beta: v128, tc0: v128): void {
  cover(COVER_DEBLOCK + (strong ? 1 : 3));
  filterRows(samples, stride, strong, alpha, beta, tc0);
}

/** Filters between the rows `samples` - `stride` and `samples`, of 16 lines. Returns whether anything has changed. */
export function filterRows(samples: usize, stride: usize, strong: bool, alpha: v128, beta: v128, tc0: v128): bool {
  const p1 = v128.load(samples - 2 * stride);
  const p0 = v128.load(samples - stride);
  const q0 = v128.load(samples);
  const q1 = v128.load(samples + stride);
  const filter = filterSamples(p1, p0, q0, q1, alpha, beta);
  if (!v128.any_true(filter)) return false;
  const none = untouched(filter);
  const p2 = v128.load(samples - 3 * stride);
  const q2 = v128.load(samples + 2 * stride);
  if (!strong) {
    const farP = isFar(p2, p0, beta);
    const farQ = isFar(q2, q0, beta);
    const tc = lumaTc(tc0, farP, farQ, none);
    const step = stepOf(p1, p0, q0, q1);
    const up = upOf(step, tc);
    const down = downOf(step, tc);
    v128.store(samples - 2 * stride, normal1(p2, p1, p0, q0, tc0, farP, none));
    v128.store(samples - stride, moved(p0, up, down));
    v128.store(samples, moved(q0, down, up));
    v128.store(samples + stride, normal1(q2, q1, q0, p0, tc0, farQ, none));
    return true;
  }
  const smoothP = isSmooth(p2, p0, q0, alpha, beta, none);
  const smoothQ = isSmooth(q2, q0, p0, alpha, beta, none);
  let n0 = v128.bitselect(p0, weak0(p1, p0, q1), none);
  let m0 = v128.bitselect(q0, weak0(q1, q0, p1), none);
  if (v128.any_true(smoothP)) {
    const p3 = v128.load(samples - 4 * stride);
    n0 = v128.bitselect(strong0(p2, p1, p0, q0, q1), n0, smoothP);
    v128.store(samples - 2 * stride, v128.bitselect(strong1(p2, p1, p0, q0), p1, smoothP));
    v128.store(samples - 3 * stride, v128.bitselect(strong2(p3, p2, p1, p0, q0), p2, smoothP));
  }
  if (v128.any_true(smoothQ)) {
    const q3 = v128.load(samples + 3 * stride);
    m0 = v128.bitselect(strong0(q2, q1, q0, p0, p1), m0, smoothQ);
    v128.store(samples + stride, v128.bitselect(strong1(q2, q1, q0, p0), q1, smoothQ));
    v128.store(samples + 2 * stride, v128.bitselect(strong2(q3, q2, q1, q0, p0), q2, smoothQ));
  }
  v128.store(samples - stride, n0);
  v128.store(samples, m0);
  return true;
}

/** Luma edge between columns: 16 rows at `samples`, whose column is q0. */
export function lumaVertical(samples: usize, stride: usize, strong: bool, alpha: v128, beta: v128, tc0: v128): void {
  cover(COVER_DEBLOCK + (strong ? 0 : 2));
  const base = samples - 4;
  const half = base + 8 * stride;
  // 16 rows of 8 samples; row r beside row r + 8, then three more interleavings turn rows into columns.
  const a0 = zipLow8(v128.load64_zero(base), v128.load64_zero(half));
  const a1 = zipLow8(v128.load64_zero(base + stride), v128.load64_zero(half + stride));
  const a2 = zipLow8(v128.load64_zero(base + 2 * stride), v128.load64_zero(half + 2 * stride));
  const a3 = zipLow8(v128.load64_zero(base + 3 * stride), v128.load64_zero(half + 3 * stride));
  const a4 = zipLow8(v128.load64_zero(base + 4 * stride), v128.load64_zero(half + 4 * stride));
  const a5 = zipLow8(v128.load64_zero(base + 5 * stride), v128.load64_zero(half + 5 * stride));
  const a6 = zipLow8(v128.load64_zero(base + 6 * stride), v128.load64_zero(half + 6 * stride));
  const a7 = zipLow8(v128.load64_zero(base + 7 * stride), v128.load64_zero(half + 7 * stride));
  const b0 = zipLow8(a0, a4), b1 = zipHigh8(a0, a4);
  const b2 = zipLow8(a1, a5), b3 = zipHigh8(a1, a5);
  const b4 = zipLow8(a2, a6), b5 = zipHigh8(a2, a6);
  const b6 = zipLow8(a3, a7), b7 = zipHigh8(a3, a7);
  const c0 = zipLow8(b0, b4), c1 = zipHigh8(b0, b4);
  const c2 = zipLow8(b2, b6), c3 = zipHigh8(b2, b6);
  const c4 = zipLow8(b1, b5), c5 = zipHigh8(b1, b5);
  const c6 = zipLow8(b3, b7), c7 = zipHigh8(b3, b7);
  const p3 = zipLow8(c0, c2), p2 = zipHigh8(c0, c2);
  const p1 = zipLow8(c1, c3), p0 = zipHigh8(c1, c3);
  const q0 = zipLow8(c4, c6), q1 = zipHigh8(c4, c6);
  const q2 = zipLow8(c5, c7), q3 = zipHigh8(c5, c7);
  const filter = filterSamples(p1, p0, q0, q1, alpha, beta);
  if (!v128.any_true(filter)) return;
  const none = untouched(filter);
  if (!strong) {
    // Only p1 … q1 change: four samples a row.
    const farP = isFar(p2, p0, beta);
    const farQ = isFar(q2, q0, beta);
    const tc = lumaTc(tc0, farP, farQ, none);
    const step = stepOf(p1, p0, q0, q1);
    const up = upOf(step, tc);
    const down = downOf(step, tc);
    const n1 = normal1(p2, p1, p0, q0, tc0, farP, none), n0 = moved(p0, up, down);
    const m0 = moved(q0, down, up), m1 = normal1(q2, q1, q0, p0, tc0, farQ, none);
    const e0 = zipLow8(n1, n0), e1 = zipHigh8(n1, n0);
    const e2 = zipLow8(m0, m1), e3 = zipHigh8(m0, m1);
    storeFours(base + 2, stride, zipLow16(e0, e2), zipHigh16(e0, e2));
    storeFours(half + 2, stride, zipLow16(e1, e3), zipHigh16(e1, e3));
    return;
  }
  const smoothP = isSmooth(p2, p0, q0, alpha, beta, none);
  const smoothQ = isSmooth(q2, q0, p0, alpha, beta, none);
  let n2 = p2, n1 = p1, n0 = v128.bitselect(p0, weak0(p1, p0, q1), none);
  let m2 = q2, m1 = q1, m0 = v128.bitselect(q0, weak0(q1, q0, p1), none);
  if (v128.any_true(smoothP)) {
    n0 = v128.bitselect(strong0(p2, p1, p0, q0, q1), n0, smoothP);
    n1 = v128.bitselect(strong1(p2, p1, p0, q0), p1, smoothP);
    n2 = v128.bitselect(strong2(p3, p2, p1, p0, q0), p2, smoothP);
  }
  if (v128.any_true(smoothQ)) {
    m0 = v128.bitselect(strong0(q2, q1, q0, p0, p1), m0, smoothQ);
    m1 = v128.bitselect(strong1(q2, q1, q0, p0), q1, smoothQ);
    m2 = v128.bitselect(strong2(q3, q2, q1, q0, p0), q2, smoothQ);
  }
  // Back: pairs of columns, fours, eights; each result holds two rows.
  const d0 = zipLow8(p3, n2), d1 = zipHigh8(p3, n2);
  const d2 = zipLow8(n1, n0), d3 = zipHigh8(n1, n0);
  const d4 = zipLow8(m0, m1), d5 = zipHigh8(m0, m1);
  const d6 = zipLow8(m2, q3), d7 = zipHigh8(m2, q3);
  storeRows(base, stride, zipLow16(d0, d2), zipHigh16(d0, d2), zipLow16(d4, d6), zipHigh16(d4, d6));
  storeRows(half, stride, zipLow16(d1, d3), zipHigh16(d1, d3), zipLow16(d5, d7), zipHigh16(d5, d7));
}

// Eight rows of 4 samples: rows 0 … 3, 4 … 7.
// @ts-ignore: decorator
@inline
export function storeFours(row: usize, stride: usize, upper: v128, lower: v128): void {
  v128.store32_lane(row, upper, 0);
  v128.store32_lane(row + stride, upper, 1);
  v128.store32_lane(row + 2 * stride, upper, 2);
  v128.store32_lane(row + 3 * stride, upper, 3);
  v128.store32_lane(row + 4 * stride, lower, 0);
  v128.store32_lane(row + 5 * stride, lower, 1);
  v128.store32_lane(row + 6 * stride, lower, 2);
  v128.store32_lane(row + 7 * stride, lower, 3);
}

// Eight rows of 8 samples from their left fours (rows 0 … 3, 4 … 7) and right fours.
// @ts-ignore: decorator
@inline
export function storeRows(row: usize, stride: usize, left0: v128, left4: v128, right0: v128, right4: v128): void {
  const r01 = zipLow32(left0, right0), r23 = zipHigh32(left0, right0);
  const r45 = zipLow32(left4, right4), r67 = zipHigh32(left4, right4);
  v128.store64_lane(row, r01, 0);
  v128.store64_lane(row + stride, r01, 1);
  v128.store64_lane(row + 2 * stride, r23, 0);
  v128.store64_lane(row + 3 * stride, r23, 1);
  v128.store64_lane(row + 4 * stride, r45, 0);
  v128.store64_lane(row + 5 * stride, r45, 1);
  v128.store64_lane(row + 6 * stride, r67, 0);
  v128.store64_lane(row + 7 * stride, r67, 1);
}

// @ts-ignore: decorator
@inline
function loadBoth(cb: usize, cr: usize): v128 {
  return v128.load64_lane(cr, v128.load64_zero(cb), 1);
}

// @ts-ignore: decorator
@inline
function storeBoth(cb: usize, cr: usize, value: v128): void {
  v128.store64_lane(cb, value, 0);
  v128.store64_lane(cr, value, 1);
}

/** Chroma edge between rows of Cb and Cr: 8 columns each, whose row is q0. Thresholds by lane. */
export function chromaHorizontal(
  cb: usize,
  cr: usize,
  stride: usize,
  strong: bool,
  alpha: v128,
  beta: v128,
  tc0: v128,
): void {
  const p1 = loadBoth(cb - 2 * stride, cr - 2 * stride);
  const p0 = loadBoth(cb - stride, cr - stride);
  const q0 = loadBoth(cb, cr);
  const q1 = loadBoth(cb + stride, cr + stride);
  cover(COVER_DEBLOCK + (strong ? 5 : 7));
  const filter = filterSamples(p1, p0, q0, q1, alpha, beta);
  if (!v128.any_true(filter)) return;
  const none = untouched(filter);
  let n0: v128, m0: v128;
  if (strong) {
    n0 = v128.bitselect(p0, weak0(p1, p0, q1), none);
    m0 = v128.bitselect(q0, weak0(q1, q0, p1), none);
  } else {
    const tc = chromaTc(tc0, none);
    const step = stepOf(p1, p0, q0, q1);
    const up = upOf(step, tc);
    const down = downOf(step, tc);
    n0 = moved(p0, up, down);
    m0 = moved(q0, down, up);
  }
  storeBoth(cb - stride, cr - stride, n0);
  storeBoth(cb, cr, m0);
}

// Four rows of 4 samples each in one vector.
// @ts-ignore: decorator
@inline
export function loadFour(at: usize, stride: usize): v128 {
  let v = v128.load32_zero(at);
  v = v128.load32_lane(at + stride, v, 1);
  v = v128.load32_lane(at + 2 * stride, v, 2);
  return v128.load32_lane(at + 3 * stride, v, 3);
}

/** Chroma edge between columns of Cb and Cr: 8 rows each, whose column is q0. */
export function chromaVertical(
  cb: usize,
  cr: usize,
  stride: usize,
  strong: bool,
  alpha: v128,
  beta: v128,
  tc0: v128,
): void {
  // Rows of p1 p0 q0 q1, four in a vector.
  const v0 = loadFour(cb - 2, stride);
  const v1 = loadFour(cb - 2 + 4 * stride, stride);
  const v2 = loadFour(cr - 2, stride);
  const v3 = loadFour(cr - 2 + 4 * stride, stride);
  // Within a vector: samples of one column together; then columns of the four vectors.
  const s0 = columns(v0), s1 = columns(v1), s2 = columns(v2), s3 = columns(v3);
  const p01 = zipLow32(s0, s1), q01 = zipHigh32(s0, s1);
  const p23 = zipLow32(s2, s3), q23 = zipHigh32(s2, s3);
  const p1 = zipLow64(p01, p23), p0 = zipHigh64(p01, p23);
  const q0 = zipLow64(q01, q23), q1 = zipHigh64(q01, q23);
  cover(COVER_DEBLOCK + (strong ? 4 : 6));
  const filter = filterSamples(p1, p0, q0, q1, alpha, beta);
  if (!v128.any_true(filter)) return;
  const none = untouched(filter);
  let n0: v128, m0: v128;
  if (strong) {
    n0 = v128.bitselect(p0, weak0(p1, p0, q1), none);
    m0 = v128.bitselect(q0, weak0(q1, q0, p1), none);
  } else {
    const tc = chromaTc(tc0, none);
    const step = stepOf(p1, p0, q0, q1);
    const up = upOf(step, tc);
    const down = downOf(step, tc);
    n0 = moved(p0, up, down);
    m0 = moved(q0, down, up);
  }
  // Only p0 and q0 change: one 16-bit store a row.
  storePairs(cb - 1, stride, zipLow8(n0, m0));
  storePairs(cr - 1, stride, zipHigh8(n0, m0));
}

// @ts-ignore: decorator
@inline
export function columns(v: v128): v128 {
  return v128.shuffle<u8>(v, v, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
}

// @ts-ignore: decorator
@inline
function storePairs(at: usize, stride: usize, pairs: v128): void {
  v128.store16_lane(at, pairs, 0);
  v128.store16_lane(at + stride, pairs, 1);
  v128.store16_lane(at + 2 * stride, pairs, 2);
  v128.store16_lane(at + 3 * stride, pairs, 3);
  v128.store16_lane(at + 4 * stride, pairs, 4);
  v128.store16_lane(at + 5 * stride, pairs, 5);
  v128.store16_lane(at + 6 * stride, pairs, 6);
  v128.store16_lane(at + 7 * stride, pairs, 7);
}

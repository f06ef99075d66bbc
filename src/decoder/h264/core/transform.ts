// Inverse transforms (§ 8.5.12, § 8.5.13) of 8-bit pictures: coefficients onto predicted samples. Every function leaves the
// coefficients that it used at zero. 16-bit lanes hold everything that a conforming 8-bit stream may contain (§ 8.5.12:
// results stay within 16 bits); other streams wrap.

import { cover, COVER_TRANSFORM } from "./coverage";

// @ts-ignore: decorator
@inline
function transpose4(a: v128, b: v128, c: v128, d: v128, k: i32): v128 {
  // Row k of the transposed 4x4 matrix of 32-bit elements.
  const ab = k < 2 ? v128.shuffle<i32>(a, b, 0, 4, 1, 5) : v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd = k < 2 ? v128.shuffle<i32>(c, d, 0, 4, 1, 5) : v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  return k & 1 ? v128.shuffle<i64>(ab, cd, 1, 3) : v128.shuffle<i64>(ab, cd, 0, 2);
}

// @ts-ignore: decorator
@inline
function addRows4(samples: usize, stride: usize, rows01: v128, rows23: v128): void {
  // Residual rows as i16 onto 4x4 samples.
  let p: v128 = i32x4.splat(0);
  p = v128.load32_lane(samples, p, 0);
  p = v128.load32_lane(samples + stride, p, 1);
  p = v128.load32_lane(samples + 2 * stride, p, 2);
  p = v128.load32_lane(samples + 3 * stride, p, 3);
  const low = i16x8.add(i16x8.extend_low_i8x16_u(p), rows01);
  const high = i16x8.add(i16x8.extend_high_i8x16_u(p), rows23);
  p = i8x16.narrow_i16x8_u(low, high);
  v128.store32_lane(samples, p, 0);
  v128.store32_lane(samples + stride, p, 1);
  v128.store32_lane(samples + 2 * stride, p, 2);
  v128.store32_lane(samples + 3 * stride, p, 3);
}

/** 4x4 residual block (§ 8.5.12.2). `at`: 16 coefficients, transposed. */
export function add4x4(at: usize, samples: usize, stride: usize): void {
  cover(COVER_TRANSFORM);
  const c0 = v128.load_ext<i16>(at);
  const c1 = v128.load_ext<i16>(at, 8);
  const c2 = v128.load_ext<i16>(at, 16);
  const c3 = v128.load_ext<i16>(at, 24);
  const zero = i32x4.splat(0);
  v128.store(at, zero);
  v128.store(at, zero, 16);
  let e0 = i32x4.add(c0, c2);
  let e1 = i32x4.sub(c0, c2);
  let e2 = i32x4.sub(i32x4.shr_s(c1, 1), c3);
  let e3 = i32x4.add(c1, i32x4.shr_s(c3, 1));
  const f0 = i32x4.add(e0, e3);
  const f1 = i32x4.add(e1, e2);
  const f2 = i32x4.sub(e1, e2);
  const f3 = i32x4.sub(e0, e3);
  const g0 = transpose4(f0, f1, f2, f3, 0);
  const g1 = transpose4(f0, f1, f2, f3, 1);
  const g2 = transpose4(f0, f1, f2, f3, 2);
  const g3 = transpose4(f0, f1, f2, f3, 3);
  const half = i32x4.splat(32);
  e0 = i32x4.add(i32x4.add(g0, g2), half);
  e1 = i32x4.add(i32x4.sub(g0, g2), half);
  e2 = i32x4.sub(i32x4.shr_s(g1, 1), g3);
  e3 = i32x4.add(g1, i32x4.shr_s(g3, 1));
  const r0 = i32x4.shr_s(i32x4.add(e0, e3), 6);
  const r1 = i32x4.shr_s(i32x4.add(e1, e2), 6);
  const r2 = i32x4.shr_s(i32x4.sub(e1, e2), 6);
  const r3 = i32x4.shr_s(i32x4.sub(e0, e3), 6);
  addRows4(samples, stride, i16x8.narrow_i32x4_s(r0, r1), i16x8.narrow_i32x4_s(r2, r3));
}

/** 4x4 residual block whose only coefficient is the first. */
export function addDc4x4(at: usize, samples: usize, stride: usize): void {
  cover(COVER_TRANSFORM + 1);
  const dc = i16x8.splat(<i16>((load<i16>(at) + 32) >> 6));
  store<i16>(at, 0);
  addRows4(samples, stride, dc, dc);
}

/** Two 4x4 residual blocks side by side, each with no coefficient but the first. */
export function addDcPair4x4(at: usize, samples: usize, stride: usize): void {
  cover(COVER_TRANSFORM + 1);
  const left = i16x8.splat(<i16>((load<i16>(at) + 32) >> 6));
  const right = i16x8.splat(<i16>((load<i16>(at, 32) + 32) >> 6));
  const dc = v128.shuffle<u64>(left, right, 0, 2);
  store<i16>(at, 0);
  store<i16>(at, 0, 32);
  for (let y = 0; y < 4; y++) {
    const sum = i16x8.add(v128.load_ext<u8>(samples), dc);
    v128.store64_lane(samples, i8x16.narrow_i16x8_u(sum, sum), 0);
    samples += stride;
  }
}

// @ts-ignore: decorator
@inline
function addRow8(samples: usize, residual: v128): void {
  const sum = i16x8.add(v128.load_ext<u8>(samples), i16x8.shr_s(residual, 6));
  v128.store64_lane(samples, i8x16.narrow_i16x8_u(sum, sum), 0);
}

/** Two 4x4 residual blocks side by side. `at`: 16 coefficients of each, transposed. */
export function addPair4x4(at: usize, samples: usize, stride: usize): void {
  cover(COVER_TRANSFORM);
  const a01 = v128.load(at);
  const a23 = v128.load(at, 16);
  const b01 = v128.load(at, 32);
  const b23 = v128.load(at, 48);
  const zero = i32x4.splat(0);
  v128.store(at, zero);
  v128.store(at, zero, 16);
  v128.store(at, zero, 32);
  v128.store(at, zero, 48);
  // The rounding of the end rides on the DC through both passes.
  const c0 = i16x8.add(v128.shuffle<i64>(a01, b01, 0, 2), i16x8(32, 0, 0, 0, 32, 0, 0, 0));
  const c1 = v128.shuffle<i64>(a01, b01, 1, 3);
  const c2 = v128.shuffle<i64>(a23, b23, 0, 2);
  const c3 = v128.shuffle<i64>(a23, b23, 1, 3);
  let e0 = i16x8.add(c0, c2);
  let e1 = i16x8.sub(c0, c2);
  let e2 = i16x8.sub(i16x8.shr_s(c1, 1), c3);
  let e3 = i16x8.add(c1, i16x8.shr_s(c3, 1));
  const f0 = i16x8.add(e0, e3);
  const f1 = i16x8.add(e1, e2);
  const f2 = i16x8.sub(e1, e2);
  const f3 = i16x8.sub(e0, e3);
  // Transpose: the left block from the lower halves, the right one from the upper halves.
  const l01 = v128.shuffle<i16>(f0, f1, 0, 8, 1, 9, 2, 10, 3, 11);
  const l23 = v128.shuffle<i16>(f2, f3, 0, 8, 1, 9, 2, 10, 3, 11);
  const r01 = v128.shuffle<i16>(f0, f1, 4, 12, 5, 13, 6, 14, 7, 15);
  const r23 = v128.shuffle<i16>(f2, f3, 4, 12, 5, 13, 6, 14, 7, 15);
  const left01 = v128.shuffle<i32>(l01, l23, 0, 4, 1, 5);
  const left23 = v128.shuffle<i32>(l01, l23, 2, 6, 3, 7);
  const right01 = v128.shuffle<i32>(r01, r23, 0, 4, 1, 5);
  const right23 = v128.shuffle<i32>(r01, r23, 2, 6, 3, 7);
  const g0 = v128.shuffle<i64>(left01, right01, 0, 2);
  const g1 = v128.shuffle<i64>(left01, right01, 1, 3);
  const g2 = v128.shuffle<i64>(left23, right23, 0, 2);
  const g3 = v128.shuffle<i64>(left23, right23, 1, 3);
  e0 = i16x8.add(g0, g2);
  e1 = i16x8.sub(g0, g2);
  e2 = i16x8.sub(i16x8.shr_s(g1, 1), g3);
  e3 = i16x8.add(g1, i16x8.shr_s(g3, 1));
  addRow8(samples, i16x8.add(e0, e3));
  addRow8(samples + stride, i16x8.add(e1, e2));
  addRow8(samples + 2 * stride, i16x8.sub(e1, e2));
  addRow8(samples + 3 * stride, i16x8.sub(e0, e3));
}

/** 8x8 residual block (§ 8.5.13). `at`: 64 coefficients, transposed. */
export function add8x8(at: usize, samples: usize, stride: usize): void {
  cover(COVER_TRANSFORM + 2);
  let v0 = v128.load(at);
  let v1 = v128.load(at, 16);
  let v2 = v128.load(at, 32);
  let v3 = v128.load(at, 48);
  let v4 = v128.load(at, 64);
  let v5 = v128.load(at, 80);
  let v6 = v128.load(at, 96);
  let v7 = v128.load(at, 112);
  const zero = i32x4.splat(0);
  v128.store(at, zero);
  v128.store(at, zero, 16);
  v128.store(at, zero, 32);
  v128.store(at, zero, 48);
  v128.store(at, zero, 64);
  v128.store(at, zero, 80);
  v128.store(at, zero, 96);
  v128.store(at, zero, 112);
  // The rounding of the end rides on the DC through both passes.
  v0 = i16x8.add(v0, i16x8.replace_lane(i16x8.splat(0), 0, 32));
  for (let pass = 0; ; pass++) {
    const a0 = i16x8.add(v0, v4);
    const a2 = i16x8.sub(v0, v4);
    const a4 = i16x8.sub(i16x8.shr_s(v2, 1), v6);
    const a6 = i16x8.add(i16x8.shr_s(v6, 1), v2);
    const b0 = i16x8.add(a0, a6);
    const b2 = i16x8.add(a2, a4);
    const b4 = i16x8.sub(a2, a4);
    const b6 = i16x8.sub(a0, a6);
    const a1 = i16x8.sub(i16x8.sub(i16x8.sub(v5, v3), v7), i16x8.shr_s(v7, 1));
    const a3 = i16x8.sub(i16x8.sub(i16x8.add(v1, v7), v3), i16x8.shr_s(v3, 1));
    const a5 = i16x8.add(i16x8.add(i16x8.sub(v7, v1), v5), i16x8.shr_s(v5, 1));
    const a7 = i16x8.add(i16x8.add(i16x8.add(v3, v5), v1), i16x8.shr_s(v1, 1));
    const b1 = i16x8.add(a1, i16x8.shr_s(a7, 2));
    const b7 = i16x8.sub(a7, i16x8.shr_s(a1, 2));
    const b3 = i16x8.add(a3, i16x8.shr_s(a5, 2));
    const b5 = i16x8.sub(i16x8.shr_s(a3, 2), a5);
    v0 = i16x8.add(b0, b7);
    v1 = i16x8.add(b2, b5);
    v2 = i16x8.add(b4, b3);
    v3 = i16x8.add(b6, b1);
    v4 = i16x8.sub(b6, b1);
    v5 = i16x8.sub(b4, b3);
    v6 = i16x8.sub(b2, b5);
    v7 = i16x8.sub(b0, b7);
    if (pass == 1) break;
    // Transpose between row and column transform.
    const s0 = v128.shuffle<i16>(v0, v1, 0, 8, 1, 9, 2, 10, 3, 11);
    const s1 = v128.shuffle<i16>(v0, v1, 4, 12, 5, 13, 6, 14, 7, 15);
    const s2 = v128.shuffle<i16>(v2, v3, 0, 8, 1, 9, 2, 10, 3, 11);
    const s3 = v128.shuffle<i16>(v2, v3, 4, 12, 5, 13, 6, 14, 7, 15);
    const s4 = v128.shuffle<i16>(v4, v5, 0, 8, 1, 9, 2, 10, 3, 11);
    const s5 = v128.shuffle<i16>(v4, v5, 4, 12, 5, 13, 6, 14, 7, 15);
    const s6 = v128.shuffle<i16>(v6, v7, 0, 8, 1, 9, 2, 10, 3, 11);
    const s7 = v128.shuffle<i16>(v6, v7, 4, 12, 5, 13, 6, 14, 7, 15);
    const t0 = v128.shuffle<i32>(s0, s2, 0, 4, 1, 5);
    const t1 = v128.shuffle<i32>(s0, s2, 2, 6, 3, 7);
    const t2 = v128.shuffle<i32>(s1, s3, 0, 4, 1, 5);
    const t3 = v128.shuffle<i32>(s1, s3, 2, 6, 3, 7);
    const t4 = v128.shuffle<i32>(s4, s6, 0, 4, 1, 5);
    const t5 = v128.shuffle<i32>(s4, s6, 2, 6, 3, 7);
    const t6 = v128.shuffle<i32>(s5, s7, 0, 4, 1, 5);
    const t7 = v128.shuffle<i32>(s5, s7, 2, 6, 3, 7);
    v0 = v128.shuffle<i64>(t0, t4, 0, 2);
    v1 = v128.shuffle<i64>(t0, t4, 1, 3);
    v2 = v128.shuffle<i64>(t1, t5, 0, 2);
    v3 = v128.shuffle<i64>(t1, t5, 1, 3);
    v4 = v128.shuffle<i64>(t2, t6, 0, 2);
    v5 = v128.shuffle<i64>(t2, t6, 1, 3);
    v6 = v128.shuffle<i64>(t3, t7, 0, 2);
    v7 = v128.shuffle<i64>(t3, t7, 1, 3);
  }
  addRow8(samples, v0);
  addRow8(samples + stride, v1);
  addRow8(samples + 2 * stride, v2);
  addRow8(samples + 3 * stride, v3);
  addRow8(samples + 4 * stride, v4);
  addRow8(samples + 5 * stride, v5);
  addRow8(samples + 6 * stride, v6);
  addRow8(samples + 7 * stride, v7);
}

/** 8x8 residual block whose only coefficient is the first. */
export function addDc8x8(at: usize, samples: usize, stride: usize): void {
  cover(COVER_TRANSFORM + 3);
  const dc = i16x8.splat(<i16>((load<i16>(at) + 32) >> 6));
  store<i16>(at, 0);
  for (let y = 0; y < 8; y++) {
    const sum = i16x8.add(v128.load_ext<u8>(samples), dc);
    v128.store64_lane(samples, i8x16.narrow_i16x8_u(sum, sum), 0);
    samples += stride;
  }
}

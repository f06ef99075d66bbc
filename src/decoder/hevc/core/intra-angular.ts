// Angular prediction, modes 2 … 34 (§ 8.4.4.2.6).
//
// Modes below 18 look to the left: their block is predicted as if it looked up, and transposed.

import { cover, COVER_EDGE_FILTER } from "./coverage";

/** intraPredAngle by mode (Table 8-5). */
const angles: usize = memory.data<i8>([
  0, 0, 32, 26, 21, 17, 13, 9, 5, 2, 0, -2, -5, -9, -13, -17, -21, -26, -32, -26, -21, -17, -13, -9, -5, -2, 0, 2, 5, 9, 13, 17,
  21, 26, 32,
]);
/** -invAngle of modes 11 … 25 (Table 8-6). */
const inverseAngles: usize = memory.data<i16>([
  4096, 1638, 910, 630, 482, 390, 315, 256, 315, 390, 482, 630, 910, 1638, 4096,
]);

/** ref[−N … 2N], u16, N = 32 at most, with room for a vector behind. */
const line: usize = memory.data(2 * 97 + 32, 16);
const lineOrigin: usize = line + 64;
const transposed: usize = memory.data(32 * 32 * 2, 16);

/** Rows of `weight`ed pairs of neighbours. */
function rows(to: usize, stride: usize, n: i32, from: usize, angle: i32, depth: i32): void {
  let position: i32 = 0;
  for (let y = 0; y < n; y++) {
    position += angle;
    const source = from + <usize>(((position >> 5) + 1) << 1);
    const fraction = position & 31;
    if (fraction == 0) {
      if (n == 4) store<u64>(to, load<u64>(source));
      else for (let x: usize = 0; x < <usize>(2 * n); x += 16) v128.store(to + x, v128.load(source + x));
    } else if (depth <= 10) {
      // 16 bits hold the sum: 32 * 1023 + 16.
      const a = i16x8.splat(<i16>(32 - fraction));
      const b = i16x8.splat(<i16>fraction);
      const half = i16x8.splat(16);
      for (let x: usize = 0; x < <usize>(2 * n); x += 16) {
        const near = i16x8.mul(v128.load(source + x), a);
        const far = i16x8.mul(v128.load(source + x, 2), b);
        const result = i16x8.shr_u(i16x8.add(i16x8.add(near, far), half), 5);
        if (n == 4) v128.store64_lane(to, result, 0);
        else v128.store(to + x, result);
      }
    } else {
      for (let x: usize = 0; x < <usize>(2 * n); x += 2) {
        const near = (32 - fraction) * <i32>load<u16>(source + x);
        store<u16>(to + x, (near + fraction * <i32>load<u16>(source + x, 2) + 16) >> 5);
      }
    }
    to += stride;
  }
}

function transpose(to: usize, stride: usize, n: i32): void {
  const pitch = <usize>n << 1;
  if (n == 4) {
    const a = v128.load(transposed);
    const b = v128.load(transposed, 16);
    const low = v128.shuffle<i16>(a, b, 0, 4, 8, 12, 1, 5, 9, 13);
    const high = v128.shuffle<i16>(a, b, 2, 6, 10, 14, 3, 7, 11, 15);
    v128.store64_lane(to, low, 0);
    v128.store64_lane(to + stride, low, 1);
    v128.store64_lane(to + 2 * stride, high, 0);
    v128.store64_lane(to + 3 * stride, high, 1);
    return;
  }
  for (let y: usize = 0; y < <usize>n; y += 8) {
    for (let x: usize = 0; x < <usize>n; x += 8) {
      transpose8(transposed + x * pitch + (y << 1), pitch, to + y * stride + (x << 1), stride);
    }
  }
}

/** Transposes 8x8 16-bit samples. */
export function transpose8(from: usize, fromStride: usize, to: usize, toStride: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + fromStride);
  const r2 = v128.load(from + 2 * fromStride);
  const r3 = v128.load(from + 3 * fromStride);
  const r4 = v128.load(from + 4 * fromStride);
  const r5 = v128.load(from + 5 * fromStride);
  const r6 = v128.load(from + 6 * fromStride);
  const r7 = v128.load(from + 7 * fromStride);
  const s0 = v128.shuffle<i16>(r0, r1, 0, 8, 1, 9, 2, 10, 3, 11);
  const s1 = v128.shuffle<i16>(r0, r1, 4, 12, 5, 13, 6, 14, 7, 15);
  const s2 = v128.shuffle<i16>(r2, r3, 0, 8, 1, 9, 2, 10, 3, 11);
  const s3 = v128.shuffle<i16>(r2, r3, 4, 12, 5, 13, 6, 14, 7, 15);
  const s4 = v128.shuffle<i16>(r4, r5, 0, 8, 1, 9, 2, 10, 3, 11);
  const s5 = v128.shuffle<i16>(r4, r5, 4, 12, 5, 13, 6, 14, 7, 15);
  const s6 = v128.shuffle<i16>(r6, r7, 0, 8, 1, 9, 2, 10, 3, 11);
  const s7 = v128.shuffle<i16>(r6, r7, 4, 12, 5, 13, 6, 14, 7, 15);
  const t0 = v128.shuffle<i32>(s0, s2, 0, 4, 1, 5);
  const t1 = v128.shuffle<i32>(s0, s2, 2, 6, 3, 7);
  const t2 = v128.shuffle<i32>(s1, s3, 0, 4, 1, 5);
  const t3 = v128.shuffle<i32>(s1, s3, 2, 6, 3, 7);
  const t4 = v128.shuffle<i32>(s4, s6, 0, 4, 1, 5);
  const t5 = v128.shuffle<i32>(s4, s6, 2, 6, 3, 7);
  const t6 = v128.shuffle<i32>(s5, s7, 0, 4, 1, 5);
  const t7 = v128.shuffle<i32>(s5, s7, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(t0, t4, 0, 2));
  v128.store(to + toStride, v128.shuffle<i64>(t0, t4, 1, 3));
  v128.store(to + 2 * toStride, v128.shuffle<i64>(t1, t5, 0, 2));
  v128.store(to + 3 * toStride, v128.shuffle<i64>(t1, t5, 1, 3));
  v128.store(to + 4 * toStride, v128.shuffle<i64>(t2, t6, 0, 2));
  v128.store(to + 5 * toStride, v128.shuffle<i64>(t2, t6, 1, 3));
  v128.store(to + 6 * toStride, v128.shuffle<i64>(t3, t7, 0, 2));
  v128.store(to + 7 * toStride, v128.shuffle<i64>(t3, t7, 1, 3));
}

// @ts-ignore: decorator
@inline
function clip(value: i32, depth: i32): i32 {
  return max(0, min((1 << depth) - 1, value));
}

/** `corner`: address of p[−1][−1] in the line of reference samples. `edges`: straight modes smooth the side they miss. */
export function predictAngle(
  to: usize,
  stride: usize,
  log2: i32,
  mode: i32,
  corner: usize,
  edges: bool,
  depth: i32,
): void {
  const n = 1 << log2;
  const angle: i32 = load<i8>(angles + mode);
  const isVertical = mode >= 18;
  // The side that the mode looks at goes `step` bytes at a time away from the corner, the other one backwards.
  const step: usize = isVertical ? 2 : -2;
  let from = corner;
  if (!isVertical || angle < 0) {
    from = lineOrigin;
    const count = angle < 0 ? n : 2 * n;
    if (isVertical) memory.copy(from, corner, <usize>(2 * (count + 1)));
    else for (let i = 0; i <= count; i++) store<u16>(from + (<usize>i << 1), load<u16>(corner + <usize>i * step));
    if (angle < 0) {
      const inverse: i32 = load<i16>(inverseAngles + ((mode - 11) << 1));
      const last = (n * angle) >> 5;
      for (let i = -1; i >= last; i--) {
        const distance = (-i * inverse + 128) >> 8;
        store<u16>(from + <usize>(i << 1), load<u16>(corner - <usize>distance * step));
      }
    }
  }
  if (isVertical) rows(to, stride, n, from, angle, depth);
  else {
    rows(transposed, <usize>n << 1, n, from, angle, depth);
    transpose(to, stride, n);
  }
  if (angle != 0 || !edges) return;
  cover(COVER_EDGE_FILTER + (isVertical ? 1 : 2));
  const base: i32 = load<u16>(corner);
  const start: i32 = load<u16>(corner + step);
  const along: usize = isVertical ? stride : 2;
  for (let i = 0; i < n; i++) {
    const side: i32 = load<u16>(corner - <usize>(i + 1) * step);
    store<u16>(to, clip(start + ((side - base) >> 1), depth));
    to += along;
  }
}

// Intra_16x16 sample prediction (§ 8.3.3).

import { cover, COVER_INTRA_16X16 } from "./coverage";
import { fail, ERROR_PRED_MODE } from "./slice-state";

// @ts-ignore: decorator
@inline
function fillRows(samples: usize, stride: usize, row: v128): void {
  for (let y = 0; y < 16; y++) {
    v128.store(samples, row);
    samples += stride;
  }
}

// @ts-ignore: decorator
@inline
function sumRow(address: usize): u32 {
  const pairs = i16x8.extadd_pairwise_i8x16_u(v128.load(address));
  const quads = i32x4.extadd_pairwise_i16x8_u(pairs);
  return (
    i32x4.extract_lane(quads, 0) + i32x4.extract_lane(quads, 1) + i32x4.extract_lane(quads, 2) + i32x4.extract_lane(quads, 3)
  );
}

// @ts-ignore: decorator
@inline
function sumColumn(address: usize, stride: usize): u32 {
  let total: u32 = 0;
  for (let y = 0; y < 16; y++) {
    total += load<u8>(address);
    address += stride;
  }
  return total;
}

/** Intra_16x16_Plane */
function plane(samples: usize, stride: usize): void {
  const above = samples - stride;
  const left = samples - 1;
  let h: i32 = 0;
  let v: i32 = 0;
  for (let k: usize = 1; k <= 8; k++) {
    h += <i32>k * (<i32>load<u8>(above + 7 + k) - <i32>load<u8>(above + 7 - k));
    v += <i32>k * (<i32>load<u8>(left + (7 + k) * stride) - <i32>load<u8>(left + 7 * stride - k * stride));
  }
  const b = (5 * h + 32) >> 6;
  const c = (5 * v + 32) >> 6;
  let start = 16 * (<i32>load<u8>(left + 15 * stride) + <i32>load<u8>(above + 15)) + 16 - 7 * (b + c);
  // Values before the shift need 17 bits: 32-bit lanes.
  const lanes = i32x4.mul(i32x4.splat(b), i32x4(0, 1, 2, 3));
  const step = i32x4.splat(4 * b);
  for (let y = 0; y < 16; y++) {
    const p0 = i32x4.add(i32x4.splat(start), lanes);
    const p1 = i32x4.add(p0, step);
    const p2 = i32x4.add(p1, step);
    const p3 = i32x4.add(p2, step);
    const low = i16x8.narrow_i32x4_s(i32x4.shr_s(p0, 5), i32x4.shr_s(p1, 5));
    const high = i16x8.narrow_i32x4_s(i32x4.shr_s(p2, 5), i32x4.shr_s(p3, 5));
    v128.store(samples, i8x16.narrow_i16x8_u(low, high));
    samples += stride;
    start += c;
  }
}

/** Predicts the macroblock at `samples` in place. Fails when `mode` needs neighbours that are not available. */
export function predict16x16(mode: i32, samples: usize, stride: usize, hasLeft: bool, hasTop: bool, hasCorner: bool): void {
  if ((mode == 0 && !hasTop) || (mode == 1 && !hasLeft) || (mode == 3 && !(hasTop && hasLeft && hasCorner))) {
    fail(ERROR_PRED_MODE);
    return;
  }
  if (mode == 0) {
    fillRows(samples, stride, v128.load(samples - stride));
  } else if (mode == 1) {
    let row = samples;
    for (let y = 0; y < 16; y++) {
      v128.store(row, v128.load8_splat(row - 1));
      row += stride;
    }
  } else if (mode == 2) {
    let dc: u32 = 128;
    if (hasLeft && hasTop) dc = (sumRow(samples - stride) + sumColumn(samples - 1, stride) + 16) >> 5;
    else if (hasLeft) dc = (sumColumn(samples - 1, stride) + 8) >> 4;
    else if (hasTop) dc = (sumRow(samples - stride) + 8) >> 4;
    cover(COVER_INTRA_16X16 + (hasLeft ? (hasTop ? 2 : 4) : hasTop ? 5 : 6));
    fillRows(samples, stride, i8x16.splat(<i8>dc));
    return;
  } else {
    plane(samples, stride);
  }
  cover(COVER_INTRA_16X16 + mode);
}

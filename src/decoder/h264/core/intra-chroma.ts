// Intra sample prediction of 4:2:0 and 4:2:2 chroma (§ 8.3.4), 8-bit samples.

import { cover, COVER_INTRA_CHROMA } from "./coverage";
import { fail, ERROR_PRED_MODE } from "./slice-state";

// @ts-ignore: decorator
@inline
function sum4(address: usize, step: usize): u32 {
  return <u32>load<u8>(address) + load<u8>(address + step) + load<u8>(address + 2 * step) + load<u8>(address + 3 * step);
}

/** DC of one 4x4 chroma block from the sums of its neighbours, negative where not available. */
// @ts-ignore: decorator
@inline
function dcOf(first: i32, second: i32): u32 {
  if (first >= 0 && second >= 0) return (first + second + 4) >> 3;
  if (first >= 0) return (first + 2) >> 2;
  if (second >= 0) return (second + 2) >> 2;
  return 128;
}

/** Intra_Chroma_DC (§ 8.3.4.1 to § 8.3.4.3): above the upper right block and beside the lower left ones one side is preferred. */
function predictDc(samples: usize, stride: usize, height: i32, hasLeft: bool, hasTop: bool): void {
  const above = samples - stride;
  const top0: i32 = hasTop ? sum4(above, 1) : -1;
  const top1: i32 = hasTop ? sum4(above + 4, 1) : -1;
  for (let y = 0; y < height; y += 4) {
    const left: i32 = hasLeft ? sum4(samples - 1, stride) : -1;
    let dc0: u32, dc1: u32;
    if (y == 0) {
      dc0 = dcOf(left, top0);
      dc1 = top1 >= 0 ? dcOf(top1, -1) : dcOf(left, -1);
    } else {
      dc0 = left >= 0 ? dcOf(left, -1) : dcOf(top0, -1);
      dc1 = dcOf(left, top1);
    }
    const row = (<u64>(dc1 * 0x01010101) << 32) | <u64>(dc0 * 0x01010101);
    for (let k = 0; k < 4; k++) {
      store<u64>(samples, row);
      samples += stride;
    }
  }
}

/** Intra_Chroma_Plane with xCF = 0; yCF = 0 in 4:2:0, 4 in 4:2:2. */
function plane(samples: usize, stride: usize, height: i32): void {
  const above = samples - stride;
  const left = samples - 1;
  const half: usize = height >> 1;
  let h: i32 = 0;
  let v: i32 = 0;
  for (let k: usize = 1; k <= 4; k++) h += <i32>k * (<i32>load<u8>(above + 3 + k) - <i32>load<u8>(above + 3 - k));
  const middle = left + (half - 1) * stride;
  for (let k: usize = 1; k <= half; k++)
    v += <i32>k * (<i32>load<u8>(middle + k * stride) - <i32>load<u8>(middle - k * stride));
  const b = (34 * h + 32) >> 6;
  const c = ((height == 8 ? 34 : 5) * v + 32) >> 6;
  let start = 16 * (<i32>load<u8>(left + (height - 1) * stride) + <i32>load<u8>(above + 7)) + 16 - 3 * b - <i32>(half - 1) * c;
  const lanes = i32x4.mul(i32x4.splat(b), i32x4(0, 1, 2, 3));
  const step = i32x4.splat(4 * b);
  for (let y = 0; y < height; y++) {
    const p0 = i32x4.add(i32x4.splat(start), lanes);
    const p1 = i32x4.add(p0, step);
    const row = i16x8.narrow_i32x4_s(i32x4.shr_s(p0, 5), i32x4.shr_s(p1, 5));
    v128.store64_lane(samples, i8x16.narrow_i16x8_u(row, row), 0);
    samples += stride;
    start += c;
  }
}

/**
 * Predicts a chroma block of 8 columns and 8 or 16 rows at `samples` in place. Fails when `mode` needs neighbours that are
 * not available.
 */
export function predictChroma(
  mode: i32,
  samples: usize,
  stride: usize,
  height: i32,
  hasLeft: bool,
  hasTop: bool,
  hasCorner: bool,
): void {
  if ((mode == 1 && !hasLeft) || (mode == 2 && !hasTop) || (mode == 3 && !(hasTop && hasLeft && hasCorner))) {
    fail(ERROR_PRED_MODE);
    return;
  }
  if (mode == 0) {
    cover(COVER_INTRA_CHROMA + (hasLeft ? (hasTop ? 0 : 4) : hasTop ? 5 : 6));
    predictDc(samples, stride, height, hasLeft, hasTop);
    return;
  }
  cover(COVER_INTRA_CHROMA + mode);
  if (mode == 1) {
    for (let y = 0; y < height; y++) {
      store<u64>(samples, <u64>load<u8>(samples - 1) * 0x0101010101010101);
      samples += stride;
    }
  } else if (mode == 2) {
    const row = load<u64>(samples - stride);
    for (let y = 0; y < height; y++) {
      store<u64>(samples, row);
      samples += stride;
    }
  } else {
    plane(samples, stride, height);
  }
}

// Intra_4x4 sample prediction (§ 8.3.1.2).
//
// The neighbours lie in one vector, going around the corner:
//   lane 0 … 3: left column from the bottom up, 4: corner, 5 … 12: upper row to the right, 13 … 15: the last one again.
// Two- and three-tap averages of adjacent lanes are computed at once; each directional mode is then one shuffle.

import { cover, COVER_INTRA_4X4 } from "./coverage";
import { fail, ERROR_PRED_MODE } from "./slice-state";

// @ts-ignore: decorator
@inline
function storeBlock(samples: usize, stride: usize, block: v128): void {
  v128.store32_lane(samples, block, 0);
  v128.store32_lane(samples + stride, block, 1);
  v128.store32_lane(samples + 2 * stride, block, 2);
  v128.store32_lane(samples + 3 * stride, block, 3);
}

// @ts-ignore: decorator
@inline
function sum4(address: usize): u32 {
  return <u32>load<u8>(address) + load<u8>(address, 1) + load<u8>(address, 2) + load<u8>(address, 3);
}

// @ts-ignore: decorator
@inline
function sumLeft(address: usize, stride: usize): u32 {
  return (
    <u32>load<u8>(address) + load<u8>(address + stride) + load<u8>(address + 2 * stride) + load<u8>(address + 3 * stride)
  );
}

function predictDc(samples: usize, stride: usize, hasLeft: bool, hasTop: bool): void {
  let dc: u32 = 128;
  if (hasLeft && hasTop) dc = (sum4(samples - stride) + sumLeft(samples - 1, stride) + 4) >> 3;
  else if (hasLeft) dc = (sumLeft(samples - 1, stride) + 2) >> 2;
  else if (hasTop) dc = (sum4(samples - stride) + 2) >> 2;
  cover(COVER_INTRA_4X4 + (hasLeft ? (hasTop ? 2 : 9) : hasTop ? 10 : 11));
  storeBlock(samples, stride, i8x16.splat(<i8>dc));
}

/** Upper neighbours, the right four replaced by the last one where they are not available. */
// @ts-ignore: decorator
@inline
function upperRow(above: usize, hasTopRight: bool): v128 {
  if (hasTopRight) return v128.load64_zero(above);
  const four = v128.load32_zero(above);
  return v128.shuffle<u8>(four, four, 0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3);
}

/** (a + 2 b + c + 2) >> 2 in every lane. */
// @ts-ignore: decorator
@inline
export function filter3(a: v128, b: v128, c: v128): v128 {
  // avgr rounds up; taking back the bit that it rounded by makes (a + c) >> 1 exact.
  const floor = i8x16.sub(i8x16.avgr_u(a, c), v128.and(v128.xor(a, c), i8x16.splat(1)));
  return i8x16.avgr_u(floor, b);
}

/** Predicts the 4x4 block at `samples` in place. Fails when `mode` needs neighbours that are not available. */
export function predict4x4(
  mode: i32,
  samples: usize,
  stride: usize,
  hasLeft: bool,
  hasTop: bool,
  hasTopRight: bool,
  hasCorner: bool,
): void {
  if (mode == 2) {
    predictDc(samples, stride, hasLeft, hasTop);
    return;
  }
  cover(COVER_INTRA_4X4 + mode);
  const above = samples - stride;
  if (mode == 0 || mode == 3 || mode == 7) {
    if (!hasTop) {
      fail(ERROR_PRED_MODE);
      return;
    }
    if (mode == 0) {
      const row = load<u32>(above);
      store<u32>(samples, row);
      store<u32>(samples + stride, row);
      store<u32>(samples + 2 * stride, row);
      store<u32>(samples + 3 * stride, row);
      return;
    }
    const top = upperRow(above, hasTopRight);
    const next = v128.shuffle<u8>(top, top, 1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7);
    const third = v128.shuffle<u8>(top, top, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7);
    const three = filter3(top, next, third);
    if (mode == 3) {
      // Intra_4x4_Diagonal_Down_Left
      storeBlock(samples, stride, v128.shuffle<u8>(three, three, 0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6));
    } else {
      // Intra_4x4_Vertical_Left
      const two = i8x16.avgr_u(top, next);
      storeBlock(samples, stride, v128.shuffle<u8>(two, three, 0, 1, 2, 3, 16, 17, 18, 19, 1, 2, 3, 4, 17, 18, 19, 20));
    }
    return;
  }
  if (!hasLeft || (mode >= 4 && mode <= 6 && !(hasTop && hasCorner))) {
    fail(ERROR_PRED_MODE);
    return;
  }
  const left = samples - 1;
  if (mode == 1) {
    for (let y = 0; y < 4; y++) {
      const row = samples + y * stride;
      store<u32>(row, <u32>load<u8>(row - 1) * 0x01010101);
    }
    return;
  }
  if (mode == 8) {
    // Intra_4x4_Horizontal_Up: lanes 0 … 3 from the top down, then the lowest again.
    let down = i8x16.splat(load<i8>(left + 3 * stride));
    down = v128.load8_lane(left, down, 0);
    down = v128.load8_lane(left + stride, down, 1);
    down = v128.load8_lane(left + 2 * stride, down, 2);
    const next = v128.shuffle<u8>(down, down, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15);
    const third = v128.shuffle<u8>(down, down, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15, 15);
    const two = i8x16.avgr_u(down, next);
    const three = filter3(down, next, third);
    storeBlock(samples, stride, v128.shuffle<u8>(two, three, 0, 16, 1, 17, 1, 17, 2, 18, 2, 18, 3, 19, 3, 19, 3, 19));
    return;
  }
  // Corner modes: lanes 0 … 3 left from the bottom up, 4 corner, 5 … 8 upper row.
  let edge = v128.load32_zero(above);
  edge = v128.shuffle<u8>(edge, edge, 4, 4, 4, 4, 4, 0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4);
  edge = v128.load8_lane(left + 3 * stride, edge, 0);
  edge = v128.load8_lane(left + 2 * stride, edge, 1);
  edge = v128.load8_lane(left + stride, edge, 2);
  edge = v128.load8_lane(left, edge, 3);
  edge = v128.load8_lane(above - 1, edge, 4);
  const next = v128.shuffle<u8>(edge, edge, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15);
  const third = v128.shuffle<u8>(edge, edge, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15, 15);
  // Lane k: two-tap average of lanes k, k + 1; three-tap around lane k + 1.
  const two = i8x16.avgr_u(edge, next);
  const three = filter3(edge, next, third);
  if (mode == 4) {
    // Intra_4x4_Diagonal_Down_Right
    storeBlock(samples, stride, v128.shuffle<u8>(three, three, 3, 4, 5, 6, 2, 3, 4, 5, 1, 2, 3, 4, 0, 1, 2, 3));
  } else if (mode == 5) {
    // Intra_4x4_Vertical_Right
    storeBlock(samples, stride, v128.shuffle<u8>(two, three, 4, 5, 6, 7, 19, 20, 21, 22, 18, 4, 5, 6, 17, 19, 20, 21));
  } else {
    // Intra_4x4_Horizontal_Down
    storeBlock(samples, stride, v128.shuffle<u8>(two, three, 3, 19, 20, 21, 2, 18, 3, 19, 1, 17, 2, 18, 0, 16, 1, 17));
  }
}

// Intra_8x8 sample prediction (§ 8.3.2.2) from filtered neighbours.
//
// The filtered neighbours lie in `edge`, going around the corner: 0 … 7 left column from the bottom up, 8 corner,
// 9 … 24 upper row. Averages of adjacent ones are computed for the whole edge; a mode's rows are windows of them.

import { cover, COVER_INTRA_8X8 } from "./coverage";
import { filter3 } from "./intra-4x4";
import { fail, ERROR_PRED_MODE } from "./slice-state";

/** Rows of the modes that are woven of two averages. */
const woven: usize = memory.data(64, 16);
/** Filtered neighbours. */
const edge: usize = memory.data(64, 16);
/** Lane k: two-tap average of edge k, k + 1. */
const two: usize = memory.data(64, 16);
/** Lane k: three-tap average around edge k + 1. */
const three: usize = memory.data(64, 16);

const CORNER: usize = 8;
const TOP: usize = 9;

/** Reference sample filtering (§ 8.3.2.2.1) into `edge`. */
function filterNeighbours(
  samples: usize,
  stride: usize,
  hasLeft: bool,
  hasTop: bool,
  hasTopRight: bool,
  hasCorner: bool,
): void {
  const above = samples - stride;
  // Neighbours of neighbours come by shifts and shuffles: what was just stored in pieces is slow to load as a whole. A missing
  // corner repeats its neighbour on either side, which makes the two-neighbour filters of the standard.
  if (hasTop) {
    let top = v128.load64_zero(above);
    if (hasTopRight) top = v128.load64_lane(above + 8, top, 1);
    else top = v128.shuffle<u8>(top, top, 0, 1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7);
    const corner = hasCorner ? v128.load8_splat(above - 1) : v128.load8_splat(above);
    const before = v128.shuffle<u8>(corner, top, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
    const behind = v128.shuffle<u8>(top, top, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15);
    v128.store(edge + TOP, filter3(before, top, behind));
  }
  if (hasLeft) {
    // The uppermost sample in the highest byte.
    let left: u64 = 0;
    for (let y: usize = 0; y < 8; y++) left = (left << 8) | load<u8>(samples - 1 + y * stride);
    const corner: u64 = hasCorner ? load<u8>(above - 1) : left >> 56;
    const below = (left << 8) | (left & 0xff);
    const over = (left >> 8) | (corner << 56);
    v128.store64_lane(edge, filter3(i64x2.splat(below), i64x2.splat(left), i64x2.splat(over)), 0);
  }
  if (hasCorner) {
    const corner: u32 = load<u8>(above - 1);
    let value = corner;
    if (hasTop && hasLeft) value = (<u32>load<u8>(above) + 2 * corner + load<u8>(samples - 1) + 2) >> 2;
    else if (hasTop) value = (3 * corner + load<u8>(above) + 2) >> 2;
    else if (hasLeft) value = (3 * corner + load<u8>(samples - 1) + 2) >> 2;
    store<u8>(edge + CORNER, value);
  }
}

// @ts-ignore: decorator
@inline
function averages(): void {
  v128.store(two, i8x16.avgr_u(v128.load(edge), v128.load(edge, 1)));
  v128.store(two, i8x16.avgr_u(v128.load(edge, 16), v128.load(edge, 17)), 16);
  v128.store(three, filter3(v128.load(edge), v128.load(edge, 1), v128.load(edge, 2)));
  v128.store(three, filter3(v128.load(edge, 16), v128.load(edge, 17), v128.load(edge, 18)), 16);
}

// @ts-ignore: decorator
@inline
function sum8(address: usize): u32 {
  let total: u32 = 0;
  for (let i: usize = 0; i < 8; i++) total += load<u8>(address + i);
  return total;
}

function fill(samples: usize, stride: usize, row: u64): void {
  for (let y = 0; y < 8; y++) {
    store<u64>(samples, row);
    samples += stride;
  }
}

function predictDc(samples: usize, stride: usize, hasLeft: bool, hasTop: bool): void {
  let dc: u32 = 128;
  if (hasLeft && hasTop) dc = (sum8(edge) + sum8(edge + TOP) + 8) >> 4;
  else if (hasLeft) dc = (sum8(edge) + 4) >> 3;
  else if (hasTop) dc = (sum8(edge + TOP) + 4) >> 3;
  cover(COVER_INTRA_8X8 + (hasLeft ? (hasTop ? 2 : 9) : hasTop ? 10 : 11));
  fill(samples, stride, <u64>dc * 0x0101010101010101);
}

/** Predicts the 8x8 block at `samples` in place. Fails when `mode` needs neighbours that are not available. */
export function predict8x8(
  mode: i32,
  samples: usize,
  stride: usize,
  hasLeft: bool,
  hasTop: bool,
  hasTopRight: bool,
  hasCorner: bool,
): void {
  const needsTop = mode == 0 || (mode >= 3 && mode <= 7);
  const needsLeft = mode == 1 || (mode >= 4 && mode <= 6) || mode == 8;
  const needsCorner = mode >= 4 && mode <= 6;
  if ((needsTop && !hasTop) || (needsLeft && !hasLeft) || (needsCorner && !hasCorner)) {
    fail(ERROR_PRED_MODE);
    return;
  }
  filterNeighbours(samples, stride, hasLeft, hasTop, hasTopRight, hasCorner);
  if (mode == 2) {
    predictDc(samples, stride, hasLeft, hasTop);
    return;
  }
  cover(COVER_INTRA_8X8 + mode);
  if (mode == 0) {
    fill(samples, stride, load<u64>(edge + TOP));
    return;
  }
  if (mode == 1) {
    for (let y: usize = 0; y < 8; y++) {
      store<u64>(samples, <u64>load<u8>(edge + 7 - y) * 0x0101010101010101);
      samples += stride;
    }
    return;
  }
  if (mode == 8) {
    horizontalUp(samples, stride);
    return;
  }
  // Beyond the last upper neighbour stands the last one again (mode 3 needs it).
  store<u8>(edge + TOP + 16, load<u8>(edge + TOP + 15));
  averages();
  if (mode == 3) {
    // Intra_8x8_Diagonal_Down_Left
    for (let y: usize = 0; y < 8; y++) {
      store<u64>(samples, load<u64>(three + TOP + y));
      samples += stride;
    }
  } else if (mode == 4) {
    // Intra_8x8_Diagonal_Down_Right
    for (let y: usize = 0; y < 8; y++) {
      store<u64>(samples, load<u64>(three + 7 - y));
      samples += stride;
    }
  } else if (mode == 5) {
    verticalRight(samples, stride);
  } else if (mode == 6) {
    horizontalDown(samples, stride);
  } else {
    // Intra_8x8_Vertical_Left
    for (let y: usize = 0; y < 8; y++) {
      store<u64>(samples, load<u64>((y & 1 ? three : two) + TOP + (y >> 1)));
      samples += stride;
    }
  }
}

/** Intra_8x8_Vertical_Right: even rows are two-tap, odd rows three-tap averages; from the left enters the left column. */
function verticalRight(samples: usize, stride: usize): void {
  let even = load<u64>(two + CORNER);
  let odd = load<u64>(three + 7);
  for (let y: usize = 0; y < 8; y += 2) {
    if (y > 0) {
      // What enters lies y - 1 (even rows) and y (odd rows) places down the left column.
      even = (even << 8) | load<u8>(three + 8 - y);
      odd = (odd << 8) | load<u8>(three + 7 - y);
    }
    store<u64>(samples, even);
    store<u64>(samples + stride, odd);
    samples += 2 * stride;
  }
}

/** Intra_8x8_Horizontal_Down: two- and three-tap averages of the left column in turn, then three-tap ones of the top. */
function horizontalDown(samples: usize, stride: usize): void {
  // Row 7 starts at place 0; each row above starts two places further.
  for (let k: usize = 0; k < 8; k++) {
    store<u8>(woven + 2 * k, load<u8>(two + k));
    store<u8>(woven + 2 * k + 1, load<u8>(three + k));
  }
  store<u64>(woven + 16, load<u64>(three + CORNER));
  for (let y: usize = 0; y < 8; y++) {
    store<u64>(samples, load<u64>(woven + 14 - 2 * y));
    samples += stride;
  }
}

/** Intra_8x8_Horizontal_Up: going down the left column, the lowest sample repeated. */
function horizontalUp(samples: usize, stride: usize): void {
  let a: u32 = load<u8>(edge + 7);
  let b: u32 = load<u8>(edge + 6);
  for (let k: usize = 0; k < 8; k++) {
    const c: u32 = k < 6 ? load<u8>(edge + 5 - k) : load<u8>(edge);
    store<u8>(woven + 2 * k, (a + b + 1) >> 1);
    store<u8>(woven + 2 * k + 1, (a + 2 * b + c + 2) >> 2);
    a = b;
    b = c;
  }
  v128.store(woven + 14, v128.load8_splat(edge));
  for (let y: usize = 0; y < 8; y++) {
    store<u64>(samples, load<u64>(woven + 2 * y));
    samples += stride;
  }
}

// Intra_4x4 and Intra_8x8 sample prediction (§ 8.3.1.2, § 8.3.2.2), sample by sample as the standard writes it. Modes are the
// same in both sizes; 8x8 filters its neighbours first.
//
// The neighbours lie in `edge`, going around the corner: size samples of the left column from the bottom up, the corner, twice
// as many of the upper row.

import { cover, COVER_INTRA_4X4, COVER_INTRA_8X8 } from "../coverage";
import { fillSamples, maxSample, putSample, SAMPLE_BYTES, sampleAt } from "../sample";
import { fail, ERROR_PRED_MODE } from "../slice-state";

const edge: usize = memory.data(25 * 4, 16);
const unfiltered: usize = memory.data(25 * 4, 16);

// @ts-ignore: decorator
@inline
function at(neighbours: usize, index: i32): i32 {
  return load<i32>(neighbours + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function put(neighbours: usize, index: i32, value: i32): void {
  store<i32>(neighbours + (<usize>index << 2), value);
}

// @ts-ignore: decorator
@inline
function two(index: i32): i32 {
  return (at(edge, index) + at(edge, index + 1) + 1) >> 1;
}

/** Three-tap filter around `index`. */
// @ts-ignore: decorator
@inline
function three(index: i32): i32 {
  return (at(edge, index - 1) + 2 * at(edge, index) + at(edge, index + 1) + 2) >> 2;
}

function gather(to: usize, size: i32, samples: usize, stride: usize, hasLeft: bool, hasTop: bool, hasTopRight: bool, hasCorner: bool): void {
  const above = samples - stride;
  if (hasLeft) for (let y = 0; y < size; y++) put(to, size - 1 - y, sampleAt(samples + y * stride - SAMPLE_BYTES));
  if (hasCorner) put(to, size, sampleAt(above - SAMPLE_BYTES));
  if (!hasTop) return;
  for (let x = 0; x < size; x++) put(to, size + 1 + x, sampleAt(above + x * SAMPLE_BYTES));
  for (let x = size; x < 2 * size; x++)
    put(to, size + 1 + x, sampleAt(above + (hasTopRight ? x : size - 1) * SAMPLE_BYTES));
}

/** Reference sample filtering of 8x8 (§ 8.3.2.2.1). A neighbour that is not there is replaced by the sample itself. */
function filterNeighbours(hasLeft: bool, hasTop: bool, hasCorner: bool): void {
  const first = hasLeft ? 0 : hasCorner ? 8 : 9;
  const last = hasTop ? 24 : hasCorner ? 8 : 7;
  for (let index = first; index <= last; index++) {
    const here = at(unfiltered, index);
    // Without a corner the column and the row end beside it.
    const before = index == first || (index == 9 && !hasCorner) ? here : at(unfiltered, index - 1);
    const after = index == last || (index == 7 && !hasCorner) ? here : at(unfiltered, index + 1);
    put(edge, index, (before + 2 * here + after + 2) >> 2);
  }
}

/** DC, given the logarithm of the block's size. Returns which variant of the counters it was. */
function predictDc(size: i32, shift: i32, samples: usize, stride: usize, hasLeft: bool, hasTop: bool): i32 {
  let sum = 0;
  if (hasLeft) for (let index = 0; index < size; index++) sum += at(edge, index);
  if (hasTop) for (let index = size + 1; index <= 2 * size; index++) sum += at(edge, index);
  let dc = (maxSample() + 1) >> 1;
  if (hasLeft && hasTop) dc = (sum + size) >> (shift + 1);
  else if (hasLeft || hasTop) dc = (sum + (size >> 1)) >> shift;
  for (let y = 0; y < size; y++) fillSamples(samples + y * stride, dc, size);
  return hasLeft ? (hasTop ? 2 : 9) : hasTop ? 10 : 11;
}

/** A sample of the directional modes. `corner` is the corner's place in `edge`, which is also the size. */
function directional(mode: i32, x: i32, y: i32, corner: i32): i32 {
  const top = corner + 1;
  if (mode == 0) return at(edge, top + x);
  if (mode == 1) return at(edge, corner - 1 - y);
  if (mode == 3) {
    // Diagonal_Down_Left
    if (x + y < 2 * corner - 2) return three(top + x + y + 1);
    return (at(edge, top + x + y) + 3 * at(edge, top + x + y + 1) + 2) >> 2;
  }
  // Diagonal_Down_Right
  if (mode == 4) return three(corner + x - y);
  if (mode == 5) {
    // Vertical_Right
    const z = 2 * x - y;
    if (z < -1) return three(corner - y + 2 * x + 1);
    const place = corner + x - (y >> 1);
    return z & 1 ? three(place) : two(place);
  }
  if (mode == 6) {
    // Horizontal_Down
    const z = 2 * y - x;
    if (z < -1) return three(corner + x - 2 * y - 1);
    const place = corner - y + (x >> 1);
    return z & 1 ? three(place) : two(place - 1);
  }
  if (mode == 7) {
    // Vertical_Left
    const place = top + x + (y >> 1);
    return y & 1 ? three(place + 1) : two(place);
  }
  // Horizontal_Up
  const z = x + 2 * y;
  if (z > 2 * corner - 3) return at(edge, 0);
  if (z == 2 * corner - 3) return (at(edge, 1) + 3 * at(edge, 0) + 2) >> 2;
  const place = corner - 1 - y - (x >> 1);
  return z & 1 ? three(place - 1) : two(place - 1);
}

// Modes that need the upper row, the left column, both with the corner.
const NEEDS_TOP: u32 = 0b0_1111_1001;
const NEEDS_LEFT: u32 = 0b1_0111_0010;
const NEEDS_CORNER: u32 = 0b0_0111_0000;

// @ts-ignore: decorator
@inline
function canPredict(mode: i32, hasLeft: bool, hasTop: bool, hasCorner: bool): bool {
  const bit = <u32>1 << mode;
  if ((NEEDS_TOP & bit && !hasTop) || (NEEDS_LEFT & bit && !hasLeft) || (NEEDS_CORNER & bit && !hasCorner)) {
    fail(ERROR_PRED_MODE);
    return false;
  }
  return true;
}

function predict(mode: i32, size: i32, samples: usize, stride: usize): void {
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) putSample(samples + y * stride + x * SAMPLE_BYTES, directional(mode, x, y, size));
}

export function predict4x4(mode: i32, samples: usize, stride: usize, hasLeft: bool, hasTop: bool, hasTopRight: bool, hasCorner: bool): void {
  if (!canPredict(mode, hasLeft, hasTop, hasCorner)) return;
  gather(edge, 4, samples, stride, hasLeft, hasTop, hasTopRight, hasCorner);
  if (mode == 2) {
    cover(COVER_INTRA_4X4 + predictDc(4, 2, samples, stride, hasLeft, hasTop));
    return;
  }
  cover(COVER_INTRA_4X4 + mode);
  predict(mode, 4, samples, stride);
}

export function predict8x8(mode: i32, samples: usize, stride: usize, hasLeft: bool, hasTop: bool, hasTopRight: bool, hasCorner: bool): void {
  if (!canPredict(mode, hasLeft, hasTop, hasCorner)) return;
  gather(unfiltered, 8, samples, stride, hasLeft, hasTop, hasTopRight, hasCorner);
  if (hasLeft || hasTop) filterNeighbours(hasLeft, hasTop, hasCorner);
  if (mode == 2) {
    cover(COVER_INTRA_8X8 + predictDc(8, 3, samples, stride, hasLeft, hasTop));
    return;
  }
  cover(COVER_INTRA_8X8 + mode);
  predict(mode, 8, samples, stride);
}

// Intra_16x16 and chroma sample prediction (§ 8.3.3, § 8.3.4), sample by sample as the standard writes it.

import { cover, COVER_INTRA_16X16, COVER_INTRA_CHROMA } from "../coverage";
import { clipSample, fillSamples, maxSample, putSample, SAMPLE_BYTES, sampleAt } from "../sample";
import { fail, ERROR_PRED_MODE } from "../slice-state";

function sum(address: usize, step: usize, count: i32): i32 {
  let total = 0;
  for (let k = 0; k < count; k++) total += sampleAt(address + k * step);
  return total;
}

function copyRow(samples: usize, stride: usize, width: i32, height: i32): void {
  for (let y = 0; y < height; y++) memory.copy(samples + y * stride, samples - stride, width * SAMPLE_BYTES);
}

function spreadColumn(samples: usize, stride: usize, width: i32, height: i32): void {
  for (let y = 0; y < height; y++) {
    const row = samples + y * stride;
    fillSamples(row, sampleAt(row - SAMPLE_BYTES), width);
  }
}

/** Differences of the samples on both sides of the middle, weighted by their distance: H or V. */
function gradient(middle: usize, step: usize, half: i32): i32 {
  let total = 0;
  for (let k = 1; k <= half; k++) total += k * (sampleAt(middle + k * step) - sampleAt(middle - k * step));
  return total;
}

/** Plane of a block; `factorX` and `factorY` turn H and V into b and c. */
function predictPlane(samples: usize, stride: usize, width: i32, height: i32, factorX: i32, factorY: i32): void {
  const above = samples - stride;
  const left = samples - SAMPLE_BYTES;
  const halfX = width >> 1;
  const halfY = height >> 1;
  const b = (factorX * gradient(above + (halfX - 1) * SAMPLE_BYTES, SAMPLE_BYTES, halfX) + 32) >> 6;
  const c = (factorY * gradient(left + (halfY - 1) * stride, stride, halfY) + 32) >> 6;
  const a = 16 * (sampleAt(left + (height - 1) * stride) + sampleAt(above + (width - 1) * SAMPLE_BYTES));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = (a + b * (x - halfX + 1) + c * (y - halfY + 1) + 16) >> 5;
      putSample(samples + y * stride + x * SAMPLE_BYTES, clipSample(value));
    }
}

export function predict16x16(mode: i32, samples: usize, stride: usize, hasLeft: bool, hasTop: bool, hasCorner: bool): void {
  if ((mode == 0 && !hasTop) || (mode == 1 && !hasLeft) || (mode == 3 && !(hasTop && hasLeft && hasCorner))) {
    fail(ERROR_PRED_MODE);
    return;
  }
  if (mode == 2) {
    let dc = (maxSample() + 1) >> 1;
    const total =
      (hasTop ? sum(samples - stride, SAMPLE_BYTES, 16) : 0) + (hasLeft ? sum(samples - SAMPLE_BYTES, stride, 16) : 0);
    if (hasLeft && hasTop) dc = (total + 16) >> 5;
    else if (hasLeft || hasTop) dc = (total + 8) >> 4;
    cover(COVER_INTRA_16X16 + (hasLeft ? (hasTop ? 2 : 4) : hasTop ? 5 : 6));
    for (let y = 0; y < 16; y++) fillSamples(samples + y * stride, dc, 16);
    return;
  }
  cover(COVER_INTRA_16X16 + mode);
  if (mode == 0) copyRow(samples, stride, 16, 16);
  else if (mode == 1) spreadColumn(samples, stride, 16, 16);
  else predictPlane(samples, stride, 16, 16, 5, 5);
}

/** DC of the 4x4 chroma block at column x, row y: off the upper left corner and the diagonals one side is preferred. */
function chromaDc(samples: usize, stride: usize, x: i32, y: i32, hasLeft: bool, hasTop: bool): i32 {
  const top = hasTop ? sum(samples - stride + x * SAMPLE_BYTES, SAMPLE_BYTES, 4) : 0;
  const left = hasLeft ? sum(samples + y * stride - SAMPLE_BYTES, stride, 4) : 0;
  const both = (x == 0) == (y == 0);
  if (both && hasLeft && hasTop) return (top + left + 4) >> 3;
  const preferTop = x > 0 && y == 0;
  if (hasTop && (preferTop || !hasLeft)) return (top + 2) >> 2;
  if (hasLeft) return (left + 2) >> 2;
  return (maxSample() + 1) >> 1;
}

/** Chroma of 4:2:0 (`height` 8) and 4:2:2 (16). */
export function predictChroma(mode: i32, samples: usize, stride: usize, height: i32, hasLeft: bool, hasTop: bool, hasCorner: bool): void {
  if ((mode == 1 && !hasLeft) || (mode == 2 && !hasTop) || (mode == 3 && !(hasTop && hasLeft && hasCorner))) {
    fail(ERROR_PRED_MODE);
    return;
  }
  if (mode == 0) {
    cover(COVER_INTRA_CHROMA + (hasLeft ? (hasTop ? 0 : 4) : hasTop ? 5 : 6));
    for (let y = 0; y < height; y += 4)
      for (let x = 0; x < 8; x += 4) {
        const dc = chromaDc(samples, stride, x, y, hasLeft, hasTop);
        for (let row = y; row < y + 4; row++) fillSamples(samples + row * stride + x * SAMPLE_BYTES, dc, 4);
      }
    return;
  }
  cover(COVER_INTRA_CHROMA + mode);
  if (mode == 1) spreadColumn(samples, stride, 8, height);
  else if (mode == 2) copyRow(samples, stride, 8, height);
  else predictPlane(samples, stride, 8, height, 34, height == 8 ? 34 : 5);
}

// Something to look at where macroblocks are missing. They are black; in a picture that is shown all the same, which is only to
// who asks for it, the row above goes on downwards, and what has nothing above it takes the row below.

import {
  chromaArrayType,
  chromaRowBytes,
  chromaRows,
  chromaStride,
  colourPlane,
  isMbaff,
  lumaStride,
  MB_SIZE,
  MB_SLICE,
  mbHeight,
  mbRecord,
  mbWidth,
  planeCb,
  planeCr,
  planeY,
} from "./picture";
import { bitDepth, fillSamples, SAMPLE_BYTES } from "./sample";

/** Rows of macroblocks that are concealed together: in MBAFF the two of a pair, whose rows may be interleaved. */
// @ts-ignore: decorator
@inline
function unitRows(): i32 {
  return isMbaff ? 2 : 1;
}

function blank(plane: usize, x: i32, y: i32, bytes: usize, rows: i32, stride: usize, value: i32): void {
  const top = plane + <usize>(y * rows) * stride + <usize>x * bytes;
  for (let row = 0; row < rows; row++) fillSamples(top + row * stride, value, bytes / SAMPLE_BYTES);
}

/** Makes the macroblock, or the pair, at column `x` of a row of units black: nothing of an older picture shall show there. */
export function blankUnit(x: i32, y: i32): void {
  const grey = 128 << (bitDepth(true) - 8);
  const black = colourPlane > 0 ? grey : 16 << (bitDepth(false) - 8);
  blank(planeY, x, y, 16 * SAMPLE_BYTES, 16 * unitRows(), lumaStride, black);
  if (chromaArrayType == 0) return;
  const rows = chromaRows() * unitRows();
  blank(planeCb, x, y, chromaRowBytes(), rows, chromaStride, grey);
  blank(planeCr, x, y, chromaRowBytes(), rows, chromaStride, grey);
}

/** Whether the macroblock, or one of the pair, at column `x` of a row of units is missing. */
function isMissing(x: i32, y: i32): bool {
  const first = mbRecord((y * mbWidth + x) * unitRows());
  if (load<i32>(first, MB_SLICE) < 0) return true;
  return isMbaff && load<i32>(first + MB_SIZE, MB_SLICE) < 0;
}

/** Copies the row at `from` over `rows` rows from `to` on. */
function spread(to: usize, from: usize, bytes: usize, rows: i32, stride: usize): void {
  for (let row = 0; row < rows; row++) memory.copy(to + row * stride, from, bytes);
}

/** Fills a unit of a plane from the row above it, or below. */
function fillFrom(plane: usize, x: i32, y: i32, bytes: usize, rows: i32, stride: usize, above: bool): void {
  const top = plane + <usize>(y * rows) * stride + <usize>x * bytes;
  spread(top, above ? top - stride : top + <usize>rows * stride, bytes, rows, stride);
}

function fill(x: i32, y: i32, above: bool): void {
  fillFrom(planeY, x, y, 16 * SAMPLE_BYTES, 16 * unitRows(), lumaStride, above);
  if (chromaArrayType == 0) return;
  const rows = chromaRows() * unitRows();
  fillFrom(planeCb, x, y, chromaRowBytes(), rows, chromaStride, above);
  fillFrom(planeCr, x, y, chromaRowBytes(), rows, chromaStride, above);
}

/** Fills the missing macroblocks of the structure or colour plane. What is missing in a whole column stays black. */
export function concealAll(): void {
  const height = mbHeight / unitRows();
  for (let x = 0; x < mbWidth; x++) {
    // The uppermost unit that is there: above it everything is missing.
    let first = 0;
    while (first < height && isMissing(x, first)) first++;
    if (first == height) continue;
    for (let y = first + 1; y < height; y++) if (isMissing(x, y)) fill(x, y, true);
    for (let y = first - 1; y >= 0; y--) fill(x, y, false);
  }
}

// Chroma edges of a macroblock: thresholds, then kernels.

import { lumaEdge, lumaInside } from "./deblock-luma";
import { alphaTable, betaTable, tc0Table } from "./deblock-tables";
import { averageQp, halves, indexOf, isIdle } from "./deblock-thresholds";
import { chromaHorizontal, chromaVertical } from "./kernels";
import { chromaArrayType, chromaRows, MB_OFFSET_A, MB_OFFSET_B, MB_QP_CB, MB_QP_CR } from "./picture";
import { SAMPLE_BYTES, turnToDepth } from "./sample";

export function chromaEdge(
  record: usize,
  other: usize,
  cb: usize,
  cr: usize,
  stride: usize,
  vertical: bool,
  strong: bool,
): void {
  if (chromaArrayType == 0) return;
  turnToDepth(true);
  if (chromaArrayType == 3) {
    lumaEdge(record, other, MB_QP_CB, cb, stride, vertical, strong);
    lumaEdge(record, other, MB_QP_CR, cr, stride, vertical, strong);
    return;
  }
  const averageCb = averageQp(record, other, MB_QP_CB);
  const averageCr = averageQp(record, other, MB_QP_CR);
  const aCb = indexOf(record, averageCb, MB_OFFSET_A);
  const aCr = indexOf(record, averageCr, MB_OFFSET_A);
  const bCb = indexOf(record, averageCb, MB_OFFSET_B);
  const bCr = indexOf(record, averageCr, MB_OFFSET_B);
  if (isIdle(aCb, bCb) && isIdle(aCr, bCr)) return;
  const alpha = halves(v128.load8_splat(alphaTable + aCb), v128.load8_splat(alphaTable + aCr));
  const beta = halves(v128.load8_splat(betaTable + bCb), v128.load8_splat(betaTable + bCr));
  const tc0 = halves(v128.load8_splat(tc0Table + aCb), v128.load8_splat(tc0Table + aCr));
  if (!vertical) {
    chromaHorizontal(cb, cr, stride, strong, alpha, beta, tc0);
    return;
  }
  chromaVertical(cb, cr, stride, strong, alpha, beta, tc0);
  // In 4:2:2 chroma has the rows of luma: eight more.
  if (chromaArrayType == 2) chromaVertical(cb + 8 * stride, cr + 8 * stride, stride, strong, alpha, beta, tc0);
}

/** Chroma edges inside a macroblock: between 4x4 blocks, whatever the transform of luma, but in 4:4:4. */
export function chromaInside(record: usize, cb: usize, cr: usize, stride: usize, step: i32, vertical: bool): void {
  if (chromaArrayType == 3) {
    turnToDepth(true);
    lumaInside(record, MB_QP_CB, cb, stride, step, vertical);
    lumaInside(record, MB_QP_CR, cr, stride, step, vertical);
    return;
  }
  if (vertical) {
    chromaEdge(record, record, cb + 4 * SAMPLE_BYTES, cr + 4 * SAMPLE_BYTES, stride, true, false);
    return;
  }
  for (let row = 4; row < chromaRows(); row += 4) {
    const at = <usize>row * stride;
    chromaEdge(record, record, cb + at, cr + at, stride, false, false);
  }
}

/**
 * All chroma edges inside a macroblock of 4:2:0 or 4:2:2 that is not in a pair. Those between rows have no sample in common with the
 * upper edge, so that they need not wait for it.
 */
export function chromaBlocksInside(record: usize, cb: usize, cr: usize, stride: usize): void {
  const aCb = indexOf(record, load<i8>(record, MB_QP_CB), MB_OFFSET_A);
  const aCr = indexOf(record, load<i8>(record, MB_QP_CR), MB_OFFSET_A);
  const bCb = indexOf(record, load<i8>(record, MB_QP_CB), MB_OFFSET_B);
  const bCr = indexOf(record, load<i8>(record, MB_QP_CR), MB_OFFSET_B);
  if (isIdle(aCb, bCb) && isIdle(aCr, bCr)) return;
  turnToDepth(true);
  const alpha = halves(v128.load8_splat(alphaTable + aCb), v128.load8_splat(alphaTable + aCr));
  const beta = halves(v128.load8_splat(betaTable + bCb), v128.load8_splat(betaTable + bCr));
  const tc0 = halves(v128.load8_splat(tc0Table + aCb), v128.load8_splat(tc0Table + aCr));
  const rows = chromaRows();
  const column = 4 * SAMPLE_BYTES;
  for (let row = 0; row < rows; row += 8) {
    const at = <usize>row * stride + column;
    chromaVertical(cb + at, cr + at, stride, false, alpha, beta, tc0);
  }
  for (let row = 4; row < rows; row += 4) {
    const at = <usize>row * stride;
    chromaHorizontal(cb + at, cr + at, stride, false, alpha, beta, tc0);
  }
}

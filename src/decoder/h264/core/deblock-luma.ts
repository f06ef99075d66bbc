// Luma edges of a macroblock, or those of a plane that is filtered like luma: thresholds, then kernels.

import { alphaTable, betaTable, tc0Table } from "./deblock-tables";
import { averageQp, indexOf, isIdle } from "./deblock-thresholds";
import { lumaVerticals } from "./deblock-turned";
import { lumaHorizontal, lumaVertical } from "./kernels";
import { lumaStride, MB_OFFSET_A, MB_OFFSET_B, MB_QP } from "./picture";
import { SAMPLE_BYTES } from "./sample";

/**
 * One edge of `record` in luma, or in a plane that is filtered like it, at `samples`; `other`: the macroblock on its other side,
 * or itself inside; `qp`: where records have the plane's QP.
 */
export function lumaEdge(record: usize, other: usize, qp: usize, samples: usize, stride: usize, vertical: bool, strong: bool): void {
  const average = averageQp(record, other, qp);
  const a = indexOf(record, average, MB_OFFSET_A);
  const b = indexOf(record, average, MB_OFFSET_B);
  if (isIdle(a, b)) return;
  const alpha = v128.load8_splat(alphaTable + a);
  const beta = v128.load8_splat(betaTable + b);
  const tc0 = v128.load8_splat(tc0Table + a);
  if (vertical) lumaVertical(samples, stride, strong, alpha, beta, tc0);
  else lumaHorizontal(samples, stride, strong, alpha, beta, tc0);
}

/** Edges inside a macroblock in luma or a plane like it, all with bS 3. */
export function lumaInside(record: usize, qp: usize, samples: usize, stride: usize, step: i32, vertical: bool): void {
  const average: i32 = load<i8>(record + qp);
  const a = indexOf(record, average, MB_OFFSET_A);
  const b = indexOf(record, average, MB_OFFSET_B);
  if (isIdle(a, b)) return;
  const alpha = v128.load8_splat(alphaTable + a);
  const beta = v128.load8_splat(betaTable + b);
  const tc0 = v128.load8_splat(tc0Table + a);
  for (let at = step; at < 16; at += step) {
    if (vertical) lumaVertical(samples + at * SAMPLE_BYTES, stride, false, alpha, beta, tc0);
    else lumaHorizontal(samples + <usize>at * stride, stride, false, alpha, beta, tc0);
  }
}

/**
 * All vertical luma edges of a macroblock of 4x4 blocks at once. Returns false where the thresholds leave the inside alone: then the
 * left edge is to be filtered by itself.
 */
export function lumaColumns(record: usize, left: usize, samples: usize): bool {
  const qp: i32 = load<i8>(record, MB_QP);
  const a = indexOf(record, qp, MB_OFFSET_A);
  const b = indexOf(record, qp, MB_OFFSET_B);
  if (isIdle(a, b)) return false;
  let leftAlpha: v128 = i32x4.splat(0);
  let leftBeta: v128 = i32x4.splat(0);
  if (left) {
    const average = averageQp(record, left, MB_QP);
    const leftA = indexOf(record, average, MB_OFFSET_A);
    const leftB = indexOf(record, average, MB_OFFSET_B);
    if (isIdle(leftA, leftB)) left = 0;
    leftAlpha = v128.load8_splat(alphaTable + leftA);
    leftBeta = v128.load8_splat(betaTable + leftB);
  }
  const alpha = v128.load8_splat(alphaTable + a);
  const beta = v128.load8_splat(betaTable + b);
  lumaVerticals(samples, lumaStride, left != 0, leftAlpha, leftBeta, alpha, beta, v128.load8_splat(tc0Table + a));
  return true;
}

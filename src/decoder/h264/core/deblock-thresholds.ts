// Thresholds of an edge from the QPs of its two sides (§ 8.7.2.2). Offsets are those of the macroblock of the q side.

import { alphaTable, betaTable } from "./deblock-tables";
import { MB_OFFSET_A, MB_OFFSET_B } from "./picture";

/** QP of an edge: `qp` is where records have the plane's. */
// @ts-ignore: decorator
@inline
export function averageQp(record: usize, other: usize, qp: usize): i32 {
  return (<i32>load<i8>(record + qp) + <i32>load<i8>(other + qp) + 1) >> 1;
}

/** indexA or indexB, by what `offset` says. */
// @ts-ignore: decorator
@inline
export function indexOf(record: usize, average: i32, offset: usize): usize {
  return <usize>max(0, min(51, average + <i32>load<i8>(record + offset)));
}

// @ts-ignore: decorator
@inline
export function alphaOf(record: usize, other: usize, qp: usize): v128 {
  return v128.load8_splat(alphaTable + indexOf(record, averageQp(record, other, qp), MB_OFFSET_A));
}

// @ts-ignore: decorator
@inline
export function betaOf(record: usize, other: usize, qp: usize): v128 {
  return v128.load8_splat(betaTable + indexOf(record, averageQp(record, other, qp), MB_OFFSET_B));
}

/** Whether indices filter nothing: thresholds are 0 below 16. */
// @ts-ignore: decorator
@inline
export function isIdle(a: usize, b: usize): bool {
  return a < 16 || b < 16;
}

/** Cb in the lower half of a vector, Cr in the upper one. */
// @ts-ignore: decorator
@inline
export function halves(cb: v128, cr: v128): v128 {
  return v128.shuffle<u64>(cb, cr, 0, 2);
}

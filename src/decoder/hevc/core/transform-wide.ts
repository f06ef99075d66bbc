// Inverse transforms for samples of more than 12 bits and for extended_precision_processing_flag: 32-bit coefficients,
// 64-bit sums, no vectors.

import { cover, COVER_WIDE } from "./coverage";
import { extendedPrecision } from "./parameters";
import { lastColumn, lastRow } from "./residual";
import { coefficients } from "./residual-scaling";
import { dctMatrix, dstMatrix } from "./transform-tables";

const between: usize = memory.data(32 * 32 * 4, 16);

// @ts-ignore: decorator
@inline
function factor(isDst: bool, log2: i32, k: i32, n: i32): i64 {
  return <i64>(isDst ? load<i8>(dstMatrix + 4 * k + n) : load<i8>(dctMatrix + (<usize>k << (10 - log2)) + n));
}

/** Transforms `coefficients` into residuals, i32, at `to`, and leaves them at zero. */
export function transformWide(to: usize, log2: i32, isDst: bool, depth: i32): void {
  cover(COVER_WIDE + log2 - 2);
  const n = 1 << log2;
  const largest: i64 = (<i64>1 << (extendedPrecision ? max(15, depth + 6) : 15)) - 1;
  const shift: i64 = max(20 - depth, extendedPrecision ? 11 : 0);
  const round: i64 = shift > 0 ? <i64>1 << (shift - 1) : 0;
  for (let x = 0; x <= lastColumn; x++) {
    for (let y = 0; y < n; y++) {
      let sum: i64 = 64;
      for (let k = 0; k <= lastRow; k++)
        sum += factor(isDst, log2, k, y) * load<i32>(coefficients + (<usize>((k << log2) + x) << 2));
      store<i32>(between + (<usize>((y << log2) + x) << 2), <i32>max(-largest - 1, min(largest, sum >> 7)));
    }
  }
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      let sum: i64 = round;
      for (let k = 0; k <= lastColumn; k++)
        sum += factor(isDst, log2, k, x) * load<i32>(between + (<usize>((y << log2) + k) << 2));
      store<i32>(to + (<usize>((y << log2) + x) << 2), <i32>(sum >> shift));
    }
  }
  memory.fill(coefficients, 0, <usize>(lastRow + 1) << (log2 + 2));
}

// Inverse transforms of coefficients that fit 16 bits (§ 8.6.4.2): two passes of dot products, each of which transposes.

import { cover, COVER_DC_ONLY, COVER_TRANSFORM } from "./coverage";
import { transpose8 } from "./intra-angular";
import { lastColumn, lastRow } from "./residual";
import { coefficients } from "./residual-scaling";
import { dctPairs, dctPairsOffset } from "./transform-tables";

/** Residual of the block in rows, i16. */
export const residuals: usize = memory.data(32 * 32 * 2, 16);
const between: usize = memory.data(32 * 32 * 2, 16);
/** Rows of coefficients in pairs, 64 bytes for each four of them. */
const pairs: usize = memory.data(8 * 64, 16);
/** Eight columns of results. */
const tile: usize = memory.data(32 * 16, 16);

/** Shift behind the first pass; what it leaves fits 16 bits again. */
const FIRST_SHIFT: i32 = 7;

/**
 * Transforms the columns of `from` (N samples a row) and writes them as rows of `to`.
 *
 * @param columns  how many there are; eight at a time are done
 * @param last     row of `from` behind which there are zeros only
 */
function dctColumns(from: usize, to: usize, log2: i32, columns: i32, last: i32, shift: i32): void {
  const n = 1 << log2;
  const pitch = <usize>n << 1;
  const half = n >> 1;
  const table = dctPairs + load<u16>(dctPairsOffset + (<usize>log2 << 1));
  const groups = (last >> 2) + 1;
  const tableStep = <usize>n << 1;
  const rounding = i32x4.splat(1 << (shift - 1));
  for (let column = 0; column < columns; column += 8) {
    let row = from + (<usize>column << 1);
    for (let j: usize = 0; j < <usize>groups; j++) {
      const a = v128.load(row);
      const b = v128.load(row + pitch);
      const c = v128.load(row + 2 * pitch);
      const d = v128.load(row + 3 * pitch);
      row += 4 * pitch;
      const at = pairs + (j << 6);
      v128.store(at, v128.shuffle<i16>(a, c, 0, 8, 1, 9, 2, 10, 3, 11));
      v128.store(at, v128.shuffle<i16>(a, c, 4, 12, 5, 13, 6, 14, 7, 15), 16);
      v128.store(at, v128.shuffle<i16>(b, d, 0, 8, 1, 9, 2, 10, 3, 11), 32);
      v128.store(at, v128.shuffle<i16>(b, d, 4, 12, 5, 13, 6, 14, 7, 15), 48);
    }
    for (let i = 0; i < half; i++) {
      let factors = table + <usize>i * tableStep;
      let even = v128.load32_splat(factors);
      let odd = v128.load32_splat(factors, 4);
      let evenLow = i32x4.dot_i16x8_s(v128.load(pairs), even);
      let evenHigh = i32x4.dot_i16x8_s(v128.load(pairs, 16), even);
      let oddLow = i32x4.dot_i16x8_s(v128.load(pairs, 32), odd);
      let oddHigh = i32x4.dot_i16x8_s(v128.load(pairs, 48), odd);
      for (let j: usize = 1; j < <usize>groups; j++) {
        const at = pairs + (j << 6);
        factors += 8;
        even = v128.load32_splat(factors);
        odd = v128.load32_splat(factors, 4);
        evenLow = i32x4.add(evenLow, i32x4.dot_i16x8_s(v128.load(at), even));
        evenHigh = i32x4.add(evenHigh, i32x4.dot_i16x8_s(v128.load(at, 16), even));
        oddLow = i32x4.add(oddLow, i32x4.dot_i16x8_s(v128.load(at, 32), odd));
        oddHigh = i32x4.add(oddHigh, i32x4.dot_i16x8_s(v128.load(at, 48), odd));
      }
      evenLow = i32x4.add(evenLow, rounding);
      evenHigh = i32x4.add(evenHigh, rounding);
      v128.store(
        tile + (<usize>i << 4),
        i16x8.narrow_i32x4_s(
          i32x4.shr_s(i32x4.add(evenLow, oddLow), shift),
          i32x4.shr_s(i32x4.add(evenHigh, oddHigh), shift),
        ),
      );
      v128.store(
        tile + (<usize>(n - 1 - i) << 4),
        i16x8.narrow_i32x4_s(
          i32x4.shr_s(i32x4.sub(evenLow, oddLow), shift),
          i32x4.shr_s(i32x4.sub(evenHigh, oddHigh), shift),
        ),
      );
    }
    const target = to + <usize>column * pitch;
    for (let i: usize = 0; i < <usize>n; i += 8) transpose8(tile + (i << 4), 16, target + (i << 1), pitch);
  }
}

/** Four columns of 4x4 coefficients, one after the other in `rows`, as rows; `odd` and `even` are of the DCT or the DST. */
// @ts-ignore: decorator
@inline
function columns4(rows01: v128, rows23: v128, isDst: bool, shift: i32): void {
  const rounding = i32x4.splat(1 << (shift - 1));
  let r0: v128, r1: v128, r2: v128, r3: v128;
  if (isDst) {
    const ab = v128.shuffle<i16>(rows01, rows01, 0, 4, 1, 5, 2, 6, 3, 7);
    const cd = v128.shuffle<i16>(rows23, rows23, 0, 4, 1, 5, 2, 6, 3, 7);
    r0 = dst(ab, cd, 0);
    r1 = dst(ab, cd, 1);
    r2 = dst(ab, cd, 2);
    r3 = dst(ab, cd, 3);
  } else {
    const ac = v128.shuffle<i16>(rows01, rows23, 0, 8, 1, 9, 2, 10, 3, 11);
    const bd = v128.shuffle<i16>(rows01, rows23, 4, 12, 5, 13, 6, 14, 7, 15);
    const e0 = i32x4.dot_i16x8_s(ac, v128.load32_splat(dctPairs));
    const o0 = i32x4.dot_i16x8_s(bd, v128.load32_splat(dctPairs, 4));
    const e1 = i32x4.dot_i16x8_s(ac, v128.load32_splat(dctPairs, 8));
    const o1 = i32x4.dot_i16x8_s(bd, v128.load32_splat(dctPairs, 12));
    r0 = i32x4.add(e0, o0);
    r1 = i32x4.add(e1, o1);
    r2 = i32x4.sub(e1, o1);
    r3 = i32x4.sub(e0, o0);
  }
  r0 = i32x4.shr_s(i32x4.add(r0, rounding), shift);
  r1 = i32x4.shr_s(i32x4.add(r1, rounding), shift);
  r2 = i32x4.shr_s(i32x4.add(r2, rounding), shift);
  r3 = i32x4.shr_s(i32x4.add(r3, rounding), shift);
  const r01 = i16x8.narrow_i32x4_s(r0, r1);
  const r23 = i16x8.narrow_i32x4_s(r2, r3);
  out01 = v128.shuffle<i16>(r01, r23, 0, 4, 8, 12, 1, 5, 9, 13);
  out23 = v128.shuffle<i16>(r01, r23, 2, 6, 10, 14, 3, 7, 11, 15);
}

let out01: v128 = i16x8.splat(0);
let out23: v128 = i16x8.splat(0);

// @ts-ignore: decorator
@inline
function dst(ab: v128, cd: v128, n: usize): v128 {
  const first = i32x4.dot_i16x8_s(ab, v128.load32_splat(dstPairs + (n << 3)));
  return i32x4.add(first, i32x4.dot_i16x8_s(cd, v128.load32_splat(dstPairs + (n << 3), 4)));
}

/** The DST's factors of coefficients 0 and 1, 2 and 3 of each output. */
const dstPairs: usize = memory.data<i16>([29, 74, 84, 55, 55, 74, -29, -84, 74, 0, -74, 74, 84, -74, 55, -29]);

function transform4x4(isDst: bool, shift: i32): void {
  columns4(v128.load(coefficients), v128.load(coefficients, 16), isDst, FIRST_SHIFT);
  columns4(out01, out23, isDst, shift);
  v128.store(residuals, out01);
  v128.store(residuals, out23, 16);
}

/**
 * Transforms `coefficients` into `residuals` and leaves them at zero. `isDst`: a 4x4 luma block. `depth`: bits of a sample,
 * 12 at most.
 */
export function transform(log2: i32, isDst: bool, depth: i32): void {
  const shift = 20 - depth;
  const n = 1 << log2;
  if (log2 == 2) {
    cover(COVER_TRANSFORM + i32(!isDst));
    transform4x4(isDst, shift);
  } else if ((lastColumn | lastRow) == 0) {
    cover(COVER_DC_ONLY + log2 - 2);
    const first = (64 * <i32>load<i16>(coefficients) + 64) >> FIRST_SHIFT;
    const value = (64 * first + (1 << (shift - 1))) >> shift;
    const vector = i16x8.splat(<i16>value);
    for (let at: usize = 0; at < <usize>(2 * n * n); at += 16) v128.store(residuals + at, vector);
  } else {
    cover(COVER_TRANSFORM + log2 - 1);
    dctColumns(coefficients, between, log2, lastColumn + 1, lastRow, FIRST_SHIFT);
    dctColumns(between, residuals, log2, n, lastColumn, shift);
  }
  memory.fill(coefficients, 0, <usize>(lastRow + 1) << (log2 + 1));
}

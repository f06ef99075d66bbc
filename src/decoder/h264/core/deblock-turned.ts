// The vertical luma edges of a macroblock of 4x4 blocks: it is turned by 90° once for all four and back. Edge after edge
// (`lumaVertical`) eight columns are turned for every four, and loads wait for the stores of the edge before. With 8x8 blocks there
// are two edges only, which have no column in common.

import { cover, COVER_DEBLOCK } from "./coverage";
import {
  columns,
  filterRows,
  loadFour,
  storeFours,
  storeRows,
  zipHigh16,
  zipHigh32,
  zipHigh64,
  zipHigh8,
  zipLow16,
  zipLow32,
  zipLow64,
  zipLow8,
} from "./deblock-edges";

/** Columns -4 … 15 of the macroblock, 16 bytes each, and the address of column 0. */
const turned: usize = memory.data(320, 16);
const column0: usize = turned + 64;

/** Turns 16 rows of 8 samples into 8 columns at `to`. */
function turn(samples: usize, stride: usize, to: usize): void {
  const half = samples + 8 * stride;
  const a0 = zipLow8(v128.load64_zero(samples), v128.load64_zero(half));
  const a1 = zipLow8(v128.load64_zero(samples + stride), v128.load64_zero(half + stride));
  const a2 = zipLow8(v128.load64_zero(samples + 2 * stride), v128.load64_zero(half + 2 * stride));
  const a3 = zipLow8(v128.load64_zero(samples + 3 * stride), v128.load64_zero(half + 3 * stride));
  const a4 = zipLow8(v128.load64_zero(samples + 4 * stride), v128.load64_zero(half + 4 * stride));
  const a5 = zipLow8(v128.load64_zero(samples + 5 * stride), v128.load64_zero(half + 5 * stride));
  const a6 = zipLow8(v128.load64_zero(samples + 6 * stride), v128.load64_zero(half + 6 * stride));
  const a7 = zipLow8(v128.load64_zero(samples + 7 * stride), v128.load64_zero(half + 7 * stride));
  const b0 = zipLow8(a0, a4), b1 = zipHigh8(a0, a4);
  const b2 = zipLow8(a1, a5), b3 = zipHigh8(a1, a5);
  const b4 = zipLow8(a2, a6), b5 = zipHigh8(a2, a6);
  const b6 = zipLow8(a3, a7), b7 = zipHigh8(a3, a7);
  const c0 = zipLow8(b0, b4), c1 = zipHigh8(b0, b4);
  const c2 = zipLow8(b1, b5), c3 = zipHigh8(b1, b5);
  const c4 = zipLow8(b2, b6), c5 = zipHigh8(b2, b6);
  const c6 = zipLow8(b3, b7), c7 = zipHigh8(b3, b7);
  const d0 = zipLow8(c0, c4), d1 = zipHigh8(c0, c4);
  const d2 = zipLow8(c1, c5), d3 = zipHigh8(c1, c5);
  const d4 = zipLow8(c2, c6), d5 = zipHigh8(c2, c6);
  const d6 = zipLow8(c3, c7), d7 = zipHigh8(c3, c7);
  v128.store(to, d0);
  v128.store(to, d1, 16);
  v128.store(to, d2, 32);
  v128.store(to, d3, 48);
  v128.store(to, d4, 64);
  v128.store(to, d5, 80);
  v128.store(to, d6, 96);
  v128.store(to, d7, 112);
}

/** Turns 8 columns at `from` into 16 rows of 8 samples. */
function turnBack(from: usize, samples: usize, stride: usize): void {
  const c0 = v128.load(from), c1 = v128.load(from, 16), c2 = v128.load(from, 32), c3 = v128.load(from, 48);
  const c4 = v128.load(from, 64), c5 = v128.load(from, 80), c6 = v128.load(from, 96), c7 = v128.load(from, 112);
  const half = samples + 8 * stride;
  const d0 = zipLow8(c0, c1), d2 = zipLow8(c2, c3), d4 = zipLow8(c4, c5), d6 = zipLow8(c6, c7);
  storeRows(samples, stride, zipLow16(d0, d2), zipHigh16(d0, d2), zipLow16(d4, d6), zipHigh16(d4, d6));
  const d1 = zipHigh8(c0, c1), d3 = zipHigh8(c2, c3), d5 = zipHigh8(c4, c5), d7 = zipHigh8(c6, c7);
  storeRows(half, stride, zipLow16(d1, d3), zipHigh16(d1, d3), zipLow16(d5, d7), zipHigh16(d5, d7));
}

/** Columns -4 … -1, which are at `samples`. */
function turnLeft(samples: usize, stride: usize): void {
  const s0 = columns(loadFour(samples, stride));
  const s1 = columns(loadFour(samples + 4 * stride, stride));
  const s2 = columns(loadFour(samples + 8 * stride, stride));
  const s3 = columns(loadFour(samples + 12 * stride, stride));
  const low01 = zipLow32(s0, s1), high01 = zipHigh32(s0, s1);
  const low23 = zipLow32(s2, s3), high23 = zipHigh32(s2, s3);
  v128.store(turned, zipLow64(low01, low23));
  v128.store(turned, zipHigh64(low01, low23), 16);
  v128.store(turned, zipLow64(high01, high23), 32);
  v128.store(turned, zipHigh64(high01, high23), 48);
}

function turnLeftBack(samples: usize, stride: usize): void {
  const p3 = v128.load(turned), p2 = v128.load(turned, 16), p1 = v128.load(turned, 32), p0 = v128.load(turned, 48);
  const d0 = zipLow8(p3, p2), d1 = zipHigh8(p3, p2);
  const d2 = zipLow8(p1, p0), d3 = zipHigh8(p1, p0);
  storeFours(samples, stride, zipLow16(d0, d2), zipHigh16(d0, d2));
  storeFours(samples + 8 * stride, stride, zipLow16(d1, d3), zipHigh16(d1, d3));
}

/**
 * Filters the macroblock at `samples`: its left edge with bS 4, if `left`, with thresholds of its own, and those inside with bS 3.
 */
export function lumaVerticals(
  samples: usize,
  stride: usize,
  left: bool,
  leftAlpha: v128,
  leftBeta: v128,
  alpha: v128,
  beta: v128,
  tc0: v128,
): void {
  turn(samples, stride, column0);
  turn(samples + 8, stride, column0 + 128);
  let changed = false;
  if (left) {
    cover(COVER_DEBLOCK);
    turnLeft(samples - 4, stride);
    changed = filterRows(column0, 16, true, leftAlpha, leftBeta, leftAlpha);
    if (changed) turnLeftBack(samples - 4, stride);
  }
  for (let at = column0 + 64; at < column0 + 256; at += 64) {
    cover(COVER_DEBLOCK + 2);
    if (filterRows(at, 16, false, alpha, beta, tc0)) changed = true;
  }
  if (changed) {
    turnBack(column0, samples, stride);
    turnBack(column0 + 128, samples + 8, stride);
  }
}

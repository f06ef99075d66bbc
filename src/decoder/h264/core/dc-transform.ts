// Transforms of DC levels (§ 8.5.10, § 8.5.11): `dcLevels` into the first coefficients of a plane's blocks. `scale`:
// LevelScale(0, 0) << (qP / 6). Every function leaves the levels at zero.

import { BLOCK_4X4, clear4x4, dcLevels } from "./dequant";
import { coefficientAt, putCoefficient } from "./sample";

const temporary: usize = memory.data(64, 16);

/** Intra_16x16 (§ 8.5.10): 16 blocks at `out`. */
export function lumaDc(scale: i32, out: usize): void {
  for (let x: usize = 0; x < 4; x++) {
    // dcLevels is transposed as every block: 4 * column + row. H is symmetric, so the order of the passes is free.
    const a = coefficientAt(dcLevels, 4 * x);
    const b = coefficientAt(dcLevels, 4 * x + 1);
    const c = coefficientAt(dcLevels, 4 * x + 2);
    const d = coefficientAt(dcLevels, 4 * x + 3);
    store<i32>(temporary + (x << 4), a + b + c + d);
    store<i32>(temporary + (x << 4), a + b - c - d, 4);
    store<i32>(temporary + (x << 4), a - b - c + d, 8);
    store<i32>(temporary + (x << 4), a - b + c - d, 12);
  }
  clear4x4(dcLevels);
  for (let y: usize = 0; y < 4; y++) {
    const a = load<i32>(temporary + (y << 2));
    const b = load<i32>(temporary + (y << 2), 16);
    const c = load<i32>(temporary + (y << 2), 32);
    const d = load<i32>(temporary + (y << 2), 48);
    // Block of column x in row y: luma4x4BlkIdx.
    const row = out + (((y & 2) << 2) + ((y & 1) << 1)) * BLOCK_4X4;
    putCoefficient(row, 0, ((a + b + c + d) * scale + 32) >> 6);
    putCoefficient(row + BLOCK_4X4, 0, ((a + b - c - d) * scale + 32) >> 6);
    putCoefficient(row + 4 * BLOCK_4X4, 0, ((a - b - c + d) * scale + 32) >> 6);
    putCoefficient(row + 5 * BLOCK_4X4, 0, ((a - b + c - d) * scale + 32) >> 6);
  }
}

/** A 4:2:0 chroma plane (§ 8.5.11): four blocks at `out`. */
export function chromaDc(scale: i32, out: usize): void {
  const a = coefficientAt(dcLevels, 0);
  const b = coefficientAt(dcLevels, 1);
  const c = coefficientAt(dcLevels, 2);
  const d = coefficientAt(dcLevels, 3);
  clear4x4(dcLevels);
  putCoefficient(out, 0, ((a + b + c + d) * scale) >> 5);
  putCoefficient(out + BLOCK_4X4, 0, ((a - b + c - d) * scale) >> 5);
  putCoefficient(out + 2 * BLOCK_4X4, 0, ((a + b - c - d) * scale) >> 5);
  putCoefficient(out + 3 * BLOCK_4X4, 0, ((a - b - c + d) * scale) >> 5);
}

/** A 4:2:2 chroma plane (§ 8.5.11): eight blocks at `out`, two a row, as are `dcLevels`. `scale` is that of QP'c,dc. */
export function chromaDc422(scale: i32, out: usize): void {
  for (let x: usize = 0; x < 2; x++) {
    const a = coefficientAt(dcLevels, x);
    const b = coefficientAt(dcLevels, x + 2);
    const c = coefficientAt(dcLevels, x + 4);
    const d = coefficientAt(dcLevels, x + 6);
    store<i32>(temporary + (x << 2), a + b + c + d);
    store<i32>(temporary + (x << 2), a + b - c - d, 8);
    store<i32>(temporary + (x << 2), a - b - c + d, 16);
    store<i32>(temporary + (x << 2), a - b + c - d, 24);
  }
  clear4x4(dcLevels);
  for (let y: usize = 0; y < 4; y++) {
    const left = load<i32>(temporary + (y << 3));
    const right = load<i32>(temporary + (y << 3), 4);
    const row = out + 2 * y * BLOCK_4X4;
    putCoefficient(row, 0, ((left + right) * scale + 32) >> 6);
    putCoefficient(row + BLOCK_4X4, 0, ((left - right) * scale + 32) >> 6);
  }
}

// Level scale tables (§ 8.5.9) and the coefficients they scale.
//
// A table holds LevelScale << (qP / 6), by element of the transposed block, four times that for 4x4 blocks, so that one
// multiplication, one addition and one shift by 6 make all branches of § 8.5.12.1 and § 8.5.13.1.

import { COEFFICIENT_BYTES, HIGH, qpOffset } from "./sample";
import { zigzag4x4, zigzag8x8 } from "./scan-tables";

/** Coefficients of the macroblock: Y, Cb, Cr; 16 per 4x4 block in the order of luma4x4BlkIdx, 64 per 8x8 block. All zero between macroblocks. */
export const coefficients: usize = memory.data(3 * 256 * COEFFICIENT_BYTES, 16);
/** Bytes of a plane's coefficients, of a 4x4 and of an 8x8 block's. */
export const PLANE_COEFFICIENTS: usize = 256 * COEFFICIENT_BYTES;
export const BLOCK_4X4: usize = 16 * COEFFICIENT_BYTES;
export const BLOCK_8X8: usize = 64 * COEFFICIENT_BYTES;
/** DC levels of Intra_16x16 luma (by position in the 4x4 matrix, transposed), or of a chroma plane. */
export const dcLevels: usize = memory.data(16 * COEFFICIENT_BYTES, 16);

const WEIGHTS_SIZE: usize = 3 * 16 + 3 * 64;
/** weightScale lists as the shell writes them, in zig-zag order: Intra Y, Cb, Cr 4x4, then Intra Y, Cb, Cr 8x8. */
export const weights: usize = memory.data(WEIGHTS_SIZE, 16);

/** qP that tables are made for: up to 51, with the 36 of 14-bit samples, and 3 more for chroma DC in 4:2:2. */
const QP_COUNT: i32 = HIGH ? 52 + 36 + 3 : 52 + 3;
const SCALE_SHIFT: i32 = 6;
const scale4x4: usize = memory.data(3 * QP_COUNT * 64, 16);
const scale8x8: usize = memory.data(3 * QP_COUNT * 256, 16);
/** Leaves levels as they are: DC levels are scaled after their transform, lossless levels not at all. */
export const unitScale: usize = memory.data(256, 16);

// normAdjust4x4 (Table 8-16 text, § 8.5.9): for elements (even, even), (odd, odd), others.
const norm4x4: usize = memory.data<u8>([10, 16, 13, 11, 18, 14, 13, 20, 16, 14, 23, 18, 16, 25, 20, 18, 29, 23]);
// normAdjust8x8 (§ 8.5.9): the six classes v_m0 … v_m5.
const norm8x8: usize = memory.data<u8>([
  20, 18, 32, 19, 25, 24, 22, 19, 35, 21, 28, 26, 26, 23, 42, 24, 33, 31,
  28, 25, 45, 26, 35, 33, 32, 28, 51, 30, 40, 38, 36, 32, 58, 34, 46, 43,
]);

function class8x8(x: i32, y: i32): i32 {
  if ((x & 3) == 0 && (y & 3) == 0) return 0;
  if ((x & 1) == 1 && (y & 1) == 1) return 1;
  if ((x & 3) == 2 && (y & 3) == 2) return 2;
  if (((x & 3) == 0 && (y & 1) == 1) || ((x & 1) == 1 && (y & 3) == 0)) return 3;
  if (((x & 3) == 0 && (y & 3) == 2) || ((x & 3) == 2 && (y & 3) == 0)) return 4;
  return 5;
}

/** What the tables were made of last: the weights, how many of their 8x8 lists, up to which qP. */
const builtWeights: usize = memory.data(WEIGHTS_SIZE, 16);
let builtLists8x8: i32 = 0;
let builtCount: i32 = 0;

function isBuilt(lists8x8: i32, count: i32): bool {
  if (lists8x8 != builtLists8x8 || count != builtCount) return false;
  for (let at: usize = 0; at < WEIGHTS_SIZE; at += 16)
    if (v128.any_true(v128.xor(v128.load(weights + at), v128.load(builtWeights + at)))) return false;
  return true;
}

/**
 * Fills the tables from `weights`, unless they are what they should be: in a small picture that takes longer than a row of
 * macroblocks. Of the 8x8 lists the first `lists8x8`, one unless chroma is coded like luma.
 */
export function buildScales(lists8x8: i32): void {
  const count = 52 + 3 + max(qpOffset(false), qpOffset(true));
  if (isBuilt(lists8x8, count)) return;
  builtLists8x8 = lists8x8;
  builtCount = count;
  memory.copy(builtWeights, weights, WEIGHTS_SIZE);
  for (let i = 0; i < 64; i++) store<i32>(unitScale + (i << 2), 1 << SCALE_SHIFT);
  for (let list = 0; list < 3; list++) {
    for (let k = 0; k < 16; k++) {
      const element: i32 = load<u8>(zigzag4x4 + k);
      const x = element >> 2;
      const y = element & 3;
      const kind = ((x | y) & 1) == 0 ? 0 : (x & y & 1) == 1 ? 1 : 2;
      const weight: i32 = load<u8>(weights + list * 16 + k);
      for (let qp = 0; qp < count; qp++) {
        const norm: i32 = load<u8>(norm4x4 + (qp % 6) * 3 + kind);
        store<i32>(scale4x4 + (((list * QP_COUNT + qp) * 16 + element) << 2), (weight * norm) << (qp / 6 + 2));
      }
    }
  }
  for (let list = 0; list < lists8x8; list++) {
    for (let k = 0; k < 64; k++) {
      const element: i32 = load<u8>(zigzag8x8 + k);
      const kind = class8x8(element >> 3, element & 7);
      const weight: i32 = load<u8>(weights + 48 + list * 64 + k);
      for (let qp = 0; qp < count; qp++) {
        const norm: i32 = load<u8>(norm8x8 + (qp % 6) * 6 + kind);
        store<i32>(scale8x8 + (((list * QP_COUNT + qp) * 64 + element) << 2), (weight * norm) << (qp / 6));
      }
    }
  }
}

/** A level times its factor in a table. */
// @ts-ignore: decorator
@inline
export function scaleLevel(level: i32, scale: usize, element: usize): i32 {
  return (level * load<i32>(scale + (element << 2)) + (1 << (SCALE_SHIFT - 1))) >> SCALE_SHIFT;
}

/** LevelScale(0, 0) << (qP / 6) of a plane's 4x4 blocks, for their DC levels. */
// @ts-ignore: decorator
@inline
export function dcScaleAt(plane: i32, qp: i32): i32 {
  return load<i32>(scale4x4At(plane, qp)) >> 2;
}

/** Table of a plane's 4x4 blocks at `qp`. */
// @ts-ignore: decorator
@inline
export function scale4x4At(plane: i32, qp: i32): usize {
  return scale4x4 + (<usize>(plane * QP_COUNT + qp) << 6);
}

/** Table of a plane's 8x8 blocks at `qp`. */
// @ts-ignore: decorator
@inline
export function scale8x8At(plane: i32, qp: i32): usize {
  return scale8x8 + (<usize>(plane * QP_COUNT + qp) << 8);
}

/** Clears a 4x4 block. */
// @ts-ignore: decorator
@inline
export function clear4x4(at: usize): void {
  for (let offset: usize = 0; offset < BLOCK_4X4; offset += 16) v128.store(at + offset, i32x4.splat(0));
}

/** Clears all coefficients: after an error left some behind. */
export function clearCoefficients(): void {
  memory.fill(coefficients, 0, 3 * PLANE_COEFFICIENTS);
  memory.fill(dcLevels, 0, BLOCK_4X4);
}

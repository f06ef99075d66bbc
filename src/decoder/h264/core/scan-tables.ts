// Coefficient order (§ 8.5.6, § 8.5.7). Blocks are stored transposed, element (column, row) at column * size + row: the
// row transform then works across whole vectors.

/** Zig-zag scan of a 4x4 block. */
export const zigzag4x4: usize = memory.data<u8>([0, 4, 1, 2, 5, 8, 12, 9, 6, 3, 7, 10, 13, 14, 11, 15]);

/** Zig-zag scan of an 8x8 block. */
export const zigzag8x8: usize = memory.data<u8>([
  0, 8, 1, 2, 9, 16, 24, 17, 10, 3, 4, 11, 18, 25, 32, 40, 33, 26, 19, 12, 5, 6, 13, 20, 27, 34, 41, 48, 56, 49, 42, 35,
  28, 21, 14, 7, 15, 22, 29, 36, 43, 50, 57, 58, 51, 44, 37, 30, 23, 31, 38, 45, 52, 59, 60, 53, 46, 39, 47, 54, 61, 62, 55, 63,
]);

/** Scan k of the four interleaved 4x4 blocks that make an 8x8 block in CAVLC (§ 7.3.5.3.2), 16 bytes each. */
export const interleaved8x8: usize = memory.data<u8>([
  0, 9, 10, 18, 33, 5, 27, 56, 28, 15, 43, 51, 23, 52, 46, 61,
  8, 16, 3, 25, 26, 6, 34, 49, 21, 22, 50, 44, 31, 59, 39, 62,
  1, 24, 4, 32, 19, 13, 41, 42, 14, 29, 57, 37, 38, 60, 47, 55,
  2, 17, 11, 40, 12, 20, 48, 35, 7, 36, 58, 30, 45, 53, 54, 63,
]);

/** Field scan of a 4x4 block. */
export const fieldScan4x4: usize = memory.data<u8>([0, 1, 4, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

/** Field scan of an 8x8 block. */
export const fieldScan8x8: usize = memory.data<u8>([
  0, 1, 2, 8, 9, 3, 4, 10, 16, 11, 5, 6, 7, 12, 17, 24, 18, 13, 14, 15, 19, 25, 32, 26, 20, 21, 22, 23, 27, 33, 40, 34,
  28, 29, 30, 31, 35, 41, 48, 42, 36, 37, 38, 39, 43, 49, 50, 44, 45, 46, 47, 51, 56, 57, 52, 53, 54, 55, 58, 59, 60, 61, 62, 63,
]);

/** Field scan k of the four interleaved 4x4 blocks that make an 8x8 block in CAVLC, 16 bytes each. */
export const interleavedField8x8: usize = memory.data<u8>([
  0, 9, 16, 7, 18, 19, 20, 27, 28, 35, 36, 43, 45, 56, 54, 60,
  1, 3, 11, 12, 13, 25, 21, 33, 29, 41, 37, 49, 46, 57, 55, 61,
  2, 4, 5, 17, 14, 32, 22, 40, 30, 48, 38, 50, 47, 52, 58, 62,
  8, 10, 6, 24, 15, 26, 23, 34, 31, 42, 39, 44, 51, 53, 59, 63,
]);

/** Scan of blocks that have no transform order: chroma DC of 4:2:0. */
export const identityScan: usize = memory.data<u8>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

/** Scan of chroma DC of 4:2:2 (8-330): chroma4x4BlkIdx, two blocks a row. */
export const chromaDcScan422: usize = memory.data<u8>([0, 2, 1, 4, 6, 3, 5, 7]);

/** Column (in samples) and row of the 4x4 block luma4x4BlkIdx (§ 6.4.3). */
export const blockX: usize = memory.data<u8>([0, 4, 0, 4, 8, 12, 8, 12, 0, 4, 0, 4, 8, 12, 8, 12]);
export const blockY: usize = memory.data<u8>([0, 0, 4, 4, 0, 0, 4, 4, 8, 8, 12, 12, 8, 8, 12, 12]);

/** ctxIdxInc of significant_coeff_flag and last_significant_coeff_flag for chroma DC of 4:2:2 (§ 9.3.3.1.3). */
export const incChromaDc422: usize = memory.data<u8>([0, 0, 1, 1, 2, 2, 2, 2]);

/** ctxIdxInc of significant_coeff_flag for 8x8 blocks of frame and of field macroblocks, and of last_significant_coeff_flag (Table 9-43). */
export const significantInc8x8: usize = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 5, 4, 4, 3, 3, 4, 4, 4, 5, 5, 4, 4, 4, 4, 3, 3, 6, 7, 7, 7, 8, 9, 10, 9, 8, 7,
  7, 6, 11, 12, 13, 11, 6, 7, 8, 9, 14, 10, 9, 8, 6, 11, 12, 13, 11, 6, 9, 14, 10, 9, 11, 12, 13, 11, 14, 10, 12, 0,
]);
export const significantIncField8x8: usize = memory.data<u8>([
  0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 7, 7, 8, 4, 5, 6, 9, 10, 10, 8, 11, 12, 11, 9, 9, 10, 10, 8, 11, 12, 11,
  9, 9, 10, 10, 8, 11, 12, 11, 9, 9, 10, 10, 8, 13, 13, 9, 9, 10, 10, 8, 13, 13, 9, 9, 10, 10, 14, 14, 14, 14, 14, 0,
]);
export const lastInc8x8: usize = memory.data<u8>([
  0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
  3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 8, 8, 8, 8,
]);

// What a macroblock's syntax needs of its neighbours: coefficient counts and prediction modes of the 4x4 blocks to the
// left and above (§ 6.4.11), gathered once into small caches, and put back as the edges that later macroblocks need.
//
// A cache has rows of 8 bytes: row 0 and column 3 hold the neighbours, rows 1 … 4 and columns 4 … 7 the blocks.

import { chromaArrayType, MB_MODES, MB_NNZ, MB_TRANSFORM_8X8, MB_TYPE, TYPE_I4X4, TYPE_I8X8, TYPE_PCM } from "./picture";
import { leftChromaRows, leftRows, ROWS_SAME, mb, mbA, mbALower, mbB } from "./slice-state";

const CACHE_SIZE: usize = 40;
/** total_coeff of the blocks of Y, Cb, Cr. For CABAC any number but 0 stands for a coded block. */
const counts: usize = memory.data(128, 16);
/** Intra4x4PredMode / Intra8x8PredMode; -1 where not available. */
const modes: usize = memory.data(40, 8);

/** Stands for a neighbour that is not available: coded, as § 9.3.3.1.1.9 wants it for intra macroblocks. */
const UNAVAILABLE: u32 = 64;

/** Place of block luma4x4BlkIdx in a cache. */
const places: usize = memory.data<u8>([12, 13, 20, 21, 14, 15, 22, 23, 28, 29, 36, 37, 30, 31, 38, 39]);

// @ts-ignore: decorator
@inline
export function place(block: i32): usize {
  return load<u8>(places + block);
}

/** Place of block chroma4x4BlkIdx of 4:2:0 or 4:2:2: the left half of a cache. */
// @ts-ignore: decorator
@inline
export function chromaPlace(block: i32): usize {
  return 12 + (block & 1) + ((block >> 1) << 3);
}

// @ts-ignore: decorator
@inline
function leftOf(record: usize, field: usize, row: u32, missing: u32): u32 {
  return record ? load<u8>(record + field + (row & 3), 4) : missing;
}

function loadEdges(cache: usize, field: usize, missing: u32): void {
  store<u32>(cache, mbB ? load<u32>(mbB + field) : missing * 0x01010101, 4);
  if (leftRows == ROWS_SAME) {
    const left: u32 = mbA ? load<u32>(mbA + field, 4) : missing * 0x01010101;
    store<u8>(cache, left, 11);
    store<u8>(cache, left >> 8, 19);
    store<u8>(cache, left >> 16, 27);
    store<u8>(cache, left >> 24, 35);
    return;
  }
  store<u8>(cache, leftOf(mbA, field, leftRows, missing), 11);
  store<u8>(cache, leftOf(mbA, field, leftRows >> 8, missing), 19);
  store<u8>(cache, leftOf(mbALower, field, leftRows >> 16, missing), 27);
  store<u8>(cache, leftOf(mbALower, field, leftRows >> 24, missing), 35);
}

/** 4:2:0: two rows of blocks. */
function loadChromaEdges(cache: usize, field: usize, missing: u32): void {
  store<u32>(cache, mbB ? load<u32>(mbB + field) : missing * 0x01010101, 4);
  store<u8>(cache, leftOf(mbA, field, leftChromaRows, missing), 11);
  store<u8>(cache, leftOf(mbALower, field, leftChromaRows >> 8, missing), 19);
}

function storeEdges(cache: usize, field: usize, bottom: usize, right: usize): void {
  // Bottom row and right column, whose places depend on the plane's size.
  store<u32>(mb + field, load<u32>(cache + bottom));
  const column = cache + 8 + right;
  store<u8>(mb + field, load<u8>(column), 4);
  store<u8>(mb + field, load<u8>(column, 8), 5);
  store<u8>(mb + field, load<u8>(column, 16), 6);
  store<u8>(mb + field, load<u8>(column, 24), 7);
}

/** Fills the caches of counts with the neighbours' and zeros. */
export function loadCounts(): void {
  // 120 bytes; memory.fill is a call into the engine.
  for (let at = counts; at < counts + 3 * CACHE_SIZE + 8; at += 16) v128.store(at, i32x4.splat(0));
  loadEdges(counts, MB_NNZ, UNAVAILABLE);
  if (chromaArrayType == 1) {
    loadChromaEdges(counts + CACHE_SIZE, MB_NNZ + 8, UNAVAILABLE);
    loadChromaEdges(counts + 2 * CACHE_SIZE, MB_NNZ + 16, UNAVAILABLE);
  } else if (chromaArrayType > 1) {
    loadEdges(counts + CACHE_SIZE, MB_NNZ + 8, UNAVAILABLE);
    loadEdges(counts + 2 * CACHE_SIZE, MB_NNZ + 16, UNAVAILABLE);
  }
}

// @ts-ignore: decorator
@inline
function has4x4Blocks(record: usize): bool {
  return record != 0 && load<u8>(record, MB_TRANSFORM_8X8) == 0 && load<u8>(record, MB_TYPE) != TYPE_PCM;
}

/**
 * For an 8x8 block of 4:4:4 in CABAC, 4x4 blocks of a neighbouring macroblock do not count as coded: transBlockN is not
 * available (§ 9.3.3.1.1.9). (x264 before build 151 took them for missing macroblocks.)
 */
export function forget4x4Neighbours(): void {
  const upper = has4x4Blocks(mbA);
  const lower = has4x4Blocks(mbALower);
  for (let cache = counts; cache < counts + 3 * CACHE_SIZE; cache += CACHE_SIZE) {
    if (has4x4Blocks(mbB)) store<u32>(cache, 0, 4);
    if (upper) {
      store<u8>(cache, 0, 11);
      store<u8>(cache, 0, 19);
    }
    if (lower) {
      store<u8>(cache, 0, 27);
      store<u8>(cache, 0, 35);
    }
  }
}

/** Puts the macroblock's counts into its record. */
export function storeCounts(): void {
  storeEdges(counts, MB_NNZ, 36, 7);
  if (chromaArrayType == 0) return;
  const bottom: usize = chromaArrayType == 1 ? 20 : 36;
  const right: usize = chromaArrayType == 3 ? 7 : 5;
  storeEdges(counts + CACHE_SIZE, MB_NNZ + 8, bottom, right);
  storeEdges(counts + 2 * CACHE_SIZE, MB_NNZ + 16, bottom, right);
}

/** Gives all blocks of the macroblock's record one count: 16 for I_PCM (§ 9.2.1). */
export function storeCountsOf(value: u32): void {
  memory.fill(mb + MB_NNZ, <u8>value, 24);
}

// @ts-ignore: decorator
@inline
export function countAt(plane: i32, at: usize): u32 {
  return load<u8>(counts + <usize>plane * CACHE_SIZE + at);
}

/** Whether the block at `at` or the one to its right has coefficients. */
// @ts-ignore: decorator
@inline
export function pairCoded(plane: i32, at: usize): bool {
  return load<u16>(counts + <usize>plane * CACHE_SIZE + at) != 0;
}

// @ts-ignore: decorator
@inline
export function setCount(plane: i32, at: usize, value: i32): void {
  store<u8>(counts + <usize>plane * CACHE_SIZE + at, value);
}

/** Sets the four blocks of an 8x8 block whose first is at `at`. */
// @ts-ignore: decorator
@inline
export function setCounts8x8(plane: i32, at: usize, value: i32): void {
  const cache = counts + <usize>plane * CACHE_SIZE + at;
  store<u16>(cache, value * 0x0101);
  store<u16>(cache, value * 0x0101, 8);
}

/** nC of a block from the counts to its left and above (§ 9.2.1). */
export function predictedCount(plane: i32, at: usize): i32 {
  const cache = counts + <usize>plane * CACHE_SIZE + at;
  const a: u32 = load<u8>(cache - 1);
  const b: u32 = load<u8>(cache - 8);
  if (a == UNAVAILABLE) return b == UNAVAILABLE ? 0 : b;
  if (b == UNAVAILABLE) return a;
  return (a + b + 1) >> 1;
}

/** condTermFlagA + 2 * condTermFlagB of coded_block_flag (§ 9.3.3.1.1.9). */
export function codedNeighbours(plane: i32, at: usize): usize {
  const cache = counts + <usize>plane * CACHE_SIZE + at;
  return usize(load<u8>(cache - 1) != 0) + 2 * usize(load<u8>(cache - 8) != 0);
}

/** Fills the cache of modes with the neighbours': -1 not available, 2 (DC) where they are not Intra_NxN. */
export function loadModes(): void {
  loadEdges(modes, MB_MODES, 0xff);
}

/** Puts the macroblock's modes into its record. */
export function storeModes(): void {
  storeEdges(modes, MB_MODES, 36, 7);
}

/** The record of a macroblock that is not Intra_NxN: neighbours see DC. */
export function storeDcModes(): void {
  store<u64>(mb + MB_MODES, 0x0202020202020202);
}

/** predIntra4x4PredMode / predIntra8x8PredMode (§ 8.3.1.1): the smaller neighbour, DC when one is not available. */
// @ts-ignore: decorator
@inline
export function predictedMode(at: usize): i32 {
  const a: i32 = load<i8>(modes + at - 1);
  const b: i32 = load<i8>(modes + at - 8);
  const least = min(a, b);
  return least < 0 ? 2 : least;
}

// @ts-ignore: decorator
@inline
export function modeAt(at: usize): i32 {
  return load<i8>(modes + at);
}

// @ts-ignore: decorator
@inline
export function setMode(at: usize, mode: i32): void {
  store<u8>(modes + at, mode);
}

// @ts-ignore: decorator
@inline
export function setModes8x8(at: usize, mode: i32): void {
  store<u16>(modes + at, mode * 0x0101);
  store<u16>(modes + at, mode * 0x0101, 8);
}

/** Whether a neighbour exists and is I_NxN (mb_type 0). */
// @ts-ignore: decorator
@inline
export function isIntraNxN(record: usize): bool {
  const type: u32 = load<u8>(record + MB_TYPE);
  return type == TYPE_I4X4 || type == TYPE_I8X8;
}

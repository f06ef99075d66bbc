// Prediction plus residual of a macroblock into the picture (§ 8.3, § 8.5).

import { cover, COVER_LOSSLESS_DPCM } from "./coverage";
import { BLOCK_4X4, BLOCK_8X8, coefficients, PLANE_COEFFICIENTS } from "./dequant";
import { add4x4, add8x8, addDc4x4, addDc8x8, addDcPair4x4, addPair4x4, predict16x16, predict4x4, predict8x8, predictChroma } from "./kernels";
import { accumulate8x8, addBypass4x4, addBypass8x8, addDpcm4x4 } from "./lossless";
import { chromaPlace, countAt, modeAt, pairCoded, place } from "./neighbours";
import { chromaArrayType, chromaRows, MB_CBP } from "./picture";
import { coefficientAt, HIGH, SAMPLE_BYTES, turnToDepth } from "./sample";
import { blockX, blockY } from "./scan-tables";
import {
  bypass,
  error,
  hasC,
  hasD,
  mb,
  mbA,
  mbB,
  mbCb,
  mbChromaStride,
  mbCr,
  mbLuma,
  mbLumaStride,
} from "./slice-state";

/** 4x4 blocks that have upper right neighbours inside the macroblock or above it, by luma4x4BlkIdx; 5 depends on C. */
const TOP_RIGHT_INSIDE: u32 = 0b0101_0111_0101_0111;

function reconstruct4x4In(plane: i32, origin: usize, stride: usize): void {
  const left = mbA != 0;
  const top = mbB != 0;
  for (let block = 0; block < 16; block++) {
    const x: usize = load<u8>(blockX + block);
    const y: usize = load<u8>(blockY + block);
    const samples = origin + y * stride + x * SAMPLE_BYTES;
    const at = place(block);
    const mode = modeAt(at);
    const hasTop = y > 0 || top;
    let topRight: bool = ((TOP_RIGHT_INSIDE >> block) & 1) != 0;
    if (y == 0) topRight = x == 12 ? hasC : top;
    predict4x4(mode, samples, stride, x > 0 || left, hasTop, topRight, x > 0 ? hasTop : y > 0 ? left : hasD);
    if (error) return;
    const from = coefficients + <usize>plane * PLANE_COEFFICIENTS + <usize>block * BLOCK_4X4;
    if (bypass) {
      if (mode < 2) {
        cover(COVER_LOSSLESS_DPCM);
        addDpcm4x4(from, samples, stride, mode == 1);
      } else {
        addBypass4x4(from, samples, stride);
      }
      continue;
    }
    const count = countAt(plane, at);
    if (count == 0) continue;
    if (count == 1 && coefficientAt(from, 0) != 0) addDc4x4(from, samples, stride);
    else add4x4(from, samples, stride);
  }
}

function reconstruct8x8In(plane: i32, origin: usize, stride: usize): void {
  const left = mbA != 0;
  const top = mbB != 0;
  for (let quarter = 0; quarter < 4; quarter++) {
    const right = (quarter & 1) != 0;
    const lower = quarter >= 2;
    const samples = origin + (lower ? 8 * stride : 0) + (right ? 8 * SAMPLE_BYTES : 0);
    const at = place(quarter << 2);
    const mode = modeAt(at);
    const hasTop = lower || top;
    const topRight = lower ? !right : right ? hasC : top;
    predict8x8(mode, samples, stride, right || left, hasTop, topRight, right ? hasTop : lower ? left : hasD);
    if (error) return;
    const from = coefficients + <usize>plane * PLANE_COEFFICIENTS + <usize>quarter * BLOCK_8X8;
    if (bypass) {
      if (mode < 2) {
        cover(COVER_LOSSLESS_DPCM + 1);
        accumulate8x8(from, mode == 1);
      }
      addBypass8x8(from, samples, stride);
      continue;
    }
    // One count a block in CABAC, four parts in CAVLC: only "one, the first" and "none" matter.
    const count = countAt(plane, at) | countAt(plane, at + 1) | countAt(plane, at + 8) | countAt(plane, at + 9);
    if (count == 0) continue;
    if (isOnlyDc(from)) addDc8x8(from, samples, stride);
    else add8x8(from, samples, stride);
  }
}

/** Whether an 8x8 block has no coefficient but the first. */
// @ts-ignore: decorator
@inline
function isOnlyDc(from: usize): bool {
  if (HIGH) {
    for (let element: usize = 1; element < 64; element++) if (coefficientAt(from, element) != 0) return false;
    return true;
  }
  const first = v128.load(from);
  if (v128.any_true(v128.and(first, i16x8(0, -1, -1, -1, -1, -1, -1, -1)))) return false;
  const a = v128.or(v128.load(from, 16), v128.load(from, 32));
  const b = v128.or(v128.load(from, 48), v128.load(from, 64));
  const c = v128.or(v128.load(from, 80), v128.or(v128.load(from, 96), v128.load(from, 112)));
  return !v128.any_true(v128.or(a, v128.or(b, c)));
}

/** Residual of two 4x4 blocks side by side whose DC levels came on their own; `at`: place of the first in the cache of counts. */
// @ts-ignore: decorator
@inline
function addPair(plane: i32, at: usize, from: usize, samples: usize, stride: usize): void {
  if (!pairCoded(plane, at)) {
    if ((coefficientAt(from, 0) | coefficientAt(from + BLOCK_4X4, 0)) != 0) addDcPair4x4(from, samples, stride);
    return;
  }
  addPair4x4(from, samples, stride);
}

/** The same where levels are samples (TransformBypassModeFlag). */
function addBypassPair(from: usize, samples: usize, stride: usize, dpcm: bool, horizontal: bool): void {
  for (let end = from + 2 * BLOCK_4X4; from < end; from += BLOCK_4X4) {
    if (dpcm) addDpcm4x4(from, samples, stride, horizontal);
    else addBypass4x4(from, samples, stride);
    samples += 4 * SAMPLE_BYTES;
  }
}

/** Whether a plane has residual: AC coefficients, by their bits in MB_CBP, or DC ones. */
// @ts-ignore: decorator
@inline
function hasResidual(plane: i32, ac: u32): bool {
  return (load<u16>(mb, MB_CBP) & (ac | (256 << plane))) != 0;
}

function reconstruct16x16In(plane: i32, origin: usize, stride: usize, mode: i32): void {
  predict16x16(mode, origin, stride, mbA != 0, mbB != 0, hasD);
  if (error) return;
  const dpcm = bypass && mode < 2;
  if (dpcm) cover(COVER_LOSSLESS_DPCM + 2);
  if (!hasResidual(plane, 0x0f)) return;
  for (let block = 0; block < 16; block += 2) {
    const samples = origin + <usize>load<u8>(blockY + block) * stride + <usize>load<u8>(blockX + block) * SAMPLE_BYTES;
    const from = coefficients + <usize>plane * PLANE_COEFFICIENTS + <usize>block * BLOCK_4X4;
    if (bypass) addBypassPair(from, samples, stride, dpcm, mode == 1);
    else addPair(plane, place(block), from, samples, stride);
  }
}

// In 4:4:4 the other planes are predicted with the modes of luma and coded as it is (§ 8.3.4.5).

export function reconstruct4x4(): void {
  turnToDepth(false);
  reconstruct4x4In(0, mbLuma, mbLumaStride);
  if (chromaArrayType != 3 || error) return;
  turnToDepth(true);
  reconstruct4x4In(1, mbCb, mbChromaStride);
  reconstruct4x4In(2, mbCr, mbChromaStride);
}

export function reconstruct8x8(): void {
  turnToDepth(false);
  reconstruct8x8In(0, mbLuma, mbLumaStride);
  if (chromaArrayType != 3 || error) return;
  turnToDepth(true);
  reconstruct8x8In(1, mbCb, mbChromaStride);
  reconstruct8x8In(2, mbCr, mbChromaStride);
}

export function reconstruct16x16(mode: i32): void {
  turnToDepth(false);
  reconstruct16x16In(0, mbLuma, mbLumaStride, mode);
  if (chromaArrayType != 3 || error) return;
  turnToDepth(true);
  reconstruct16x16In(1, mbCb, mbChromaStride, mode);
  reconstruct16x16In(2, mbCr, mbChromaStride, mode);
}

function reconstructChromaPlane(plane: i32, origin: usize, mode: i32): void {
  const stride = mbChromaStride;
  const rows = chromaRows();
  predictChroma(mode, origin, stride, rows, mbA != 0, mbB != 0, hasD);
  if (error) return;
  const dpcm = bypass && (mode == 1 || mode == 2);
  if (dpcm) cover(COVER_LOSSLESS_DPCM + 3);
  if (!hasResidual(plane, 0x20)) return;
  for (let block = 0; block < rows >> 1; block += 2) {
    const samples = origin + <usize>block * 2 * stride;
    const from = coefficients + <usize>plane * PLANE_COEFFICIENTS + <usize>block * BLOCK_4X4;
    if (bypass) addBypassPair(from, samples, stride, dpcm, mode == 1);
    else addPair(plane, chromaPlace(block), from, samples, stride);
  }
}

/** Chroma of 4:2:0 and 4:2:2. */
export function reconstructChroma(mode: i32): void {
  turnToDepth(true);
  reconstructChromaPlane(1, mbCb, mode);
  reconstructChromaPlane(2, mbCr, mode);
}

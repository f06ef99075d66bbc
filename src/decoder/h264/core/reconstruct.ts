// Prediction plus residual of a macroblock into the picture (§ 8.3, § 8.5).

import { coefficients, PLANE_COEFFICIENTS } from "./dequant";
import { cover, COVER_LOSSLESS_DPCM } from "./coverage";
import { predict16x16 } from "./intra-16x16";
import { predict4x4 } from "./intra-4x4";
import { predict8x8 } from "./intra-8x8";
import { predictChroma } from "./intra-chroma";
import { countAt, modeAt, place } from "./neighbours";
import { hasChroma } from "./picture";
import { blockX, blockY } from "./scan-tables";
import {
  bypass,
  error,
  hasC,
  hasD,
  mbA,
  mbB,
  mbCb,
  mbChromaStride,
  mbCr,
  mbLuma,
  mbLumaStride,
} from "./slice-state";
import {
  accumulate8x8,
  add4x4,
  add8x8,
  addBypass4x4,
  addBypass8x8,
  addDc4x4,
  addDc8x8,
  addDpcm4x4,
} from "./transform";

/** 4x4 blocks that have upper right neighbours inside the macroblock or above it, by luma4x4BlkIdx; 5 depends on C. */
const TOP_RIGHT_INSIDE: u32 = 0b0101_0111_0101_0111;

export function reconstruct4x4(): void {
  const origin = mbLuma;
  const stride = mbLumaStride;
  const left = mbA != 0;
  const top = mbB != 0;
  for (let block = 0; block < 16; block++) {
    const x: usize = load<u8>(blockX + block);
    const y: usize = load<u8>(blockY + block);
    const samples = origin + y * stride + x;
    const at = place(block);
    const mode = modeAt(at);
    const hasTop = y > 0 || top;
    let topRight: bool = ((TOP_RIGHT_INSIDE >> block) & 1) != 0;
    if (y == 0) topRight = x == 12 ? hasC : top;
    predict4x4(mode, samples, stride, x > 0 || left, hasTop, topRight, x > 0 ? hasTop : y > 0 ? left : hasD);
    if (error) return;
    const from = coefficients + (<usize>block << 5);
    if (bypass) {
      if (mode < 2) {
        cover(COVER_LOSSLESS_DPCM);
        addDpcm4x4(from, samples, stride, mode == 1);
      } else {
        addBypass4x4(from, samples, stride);
      }
      continue;
    }
    const count = countAt(0, at);
    if (count == 0) continue;
    if (count == 1 && load<i16>(from) != 0) addDc4x4(from, samples, stride);
    else add4x4(from, samples, stride);
  }
}

export function reconstruct8x8(): void {
  const origin = mbLuma;
  const stride = mbLumaStride;
  const left = mbA != 0;
  const top = mbB != 0;
  for (let quarter = 0; quarter < 4; quarter++) {
    const right = (quarter & 1) != 0;
    const lower = quarter >= 2;
    const samples = origin + (lower ? 8 * stride : 0) + (right ? 8 : 0);
    const at = place(quarter << 2);
    const mode = modeAt(at);
    const hasTop = lower || top;
    const topRight = lower ? !right : right ? hasC : top;
    predict8x8(mode, samples, stride, right || left, hasTop, topRight, right ? hasTop : lower ? left : hasD);
    if (error) return;
    const from = coefficients + (<usize>quarter << 7);
    if (bypass) {
      if (mode < 2) {
        cover(COVER_LOSSLESS_DPCM + 1);
        accumulate8x8(from, mode == 1);
      }
      addBypass8x8(from, samples, stride);
      continue;
    }
    // One count a block in CABAC, four parts in CAVLC: only "one, the first" and "none" matter.
    const count = countAt(0, at) | countAt(0, at + 1) | countAt(0, at + 8) | countAt(0, at + 9);
    if (count == 0) continue;
    if (isOnlyDc(from)) addDc8x8(from, samples, stride);
    else add8x8(from, samples, stride);
  }
}

/** Whether an 8x8 block has no coefficient but the first. */
// @ts-ignore: decorator
@inline
function isOnlyDc(from: usize): bool {
  const first = v128.load(from);
  if (v128.any_true(v128.and(first, i16x8(0, -1, -1, -1, -1, -1, -1, -1)))) return false;
  const a = v128.or(v128.load(from, 16), v128.load(from, 32));
  const b = v128.or(v128.load(from, 48), v128.load(from, 64));
  const c = v128.or(v128.load(from, 80), v128.or(v128.load(from, 96), v128.load(from, 112)));
  return !v128.any_true(v128.or(a, v128.or(b, c)));
}

export function reconstruct16x16(mode: i32): void {
  const origin = mbLuma;
  const stride = mbLumaStride;
  predict16x16(mode, origin, stride, mbA != 0, mbB != 0, hasD);
  if (error) return;
  const dpcm = bypass && mode < 2;
  if (dpcm) cover(COVER_LOSSLESS_DPCM + 2);
  for (let block = 0; block < 16; block++) {
    const samples = origin + <usize>load<u8>(blockY + block) * stride + load<u8>(blockX + block);
    const from = coefficients + (<usize>block << 5);
    if (dpcm) addDpcm4x4(from, samples, stride, mode == 1);
    else if (bypass) addBypass4x4(from, samples, stride);
    else if (countAt(0, place(block)) != 0) add4x4(from, samples, stride);
    else if (load<i16>(from) != 0) addDc4x4(from, samples, stride);
  }
}

function reconstructChromaPlane(plane: i32, origin: usize, mode: i32): void {
  const stride = mbChromaStride;
  predictChroma(mode, origin, stride, mbA != 0, mbB != 0, hasD);
  if (error) return;
  const dpcm = bypass && (mode == 1 || mode == 2);
  if (dpcm) cover(COVER_LOSSLESS_DPCM + 3);
  for (let block = 0; block < 4; block++) {
    const samples = origin + (block >= 2 ? 4 * stride : 0) + (block & 1 ? 4 : 0);
    const from = coefficients + <usize>plane * PLANE_COEFFICIENTS + (<usize>block << 5);
    if (dpcm) addDpcm4x4(from, samples, stride, mode == 1);
    else if (bypass) addBypass4x4(from, samples, stride);
    else if (countAt(plane, place(block)) != 0) add4x4(from, samples, stride);
    else if (load<i16>(from) != 0) addDc4x4(from, samples, stride);
  }
}

export function reconstructChroma(mode: i32): void {
  reconstructChromaPlane(1, mbCb, mode);
  reconstructChromaPlane(2, mbCr, mode);
}

/** I_PCM samples (§ 8.3.5) from `from`, byte-aligned: 256 of Y, 64 of Cb, 64 of Cr. */
export function reconstructPcm(from: usize): void {
  let row = mbLuma;
  for (let y: usize = 0; y < 16; y++) {
    v128.store(row, v128.load(from + 16 * y));
    row += mbLumaStride;
  }
  if (!hasChroma) return;
  for (let y: usize = 0; y < 8; y++) {
    store<u64>(mbCb + y * mbChromaStride, load<u64>(from + 256 + 8 * y));
    store<u64>(mbCr + y * mbChromaStride, load<u64>(from + 320 + 8 * y));
  }
}

// What the syntax of the running slice and macroblock shares: parameters of the slice, QPs, neighbours, error.

import { isField } from "./picture";
import { fieldScan4x4, fieldScan8x8, interleaved8x8, interleavedField8x8, zigzag4x4, zigzag8x8 } from "./scan-tables";

/** Why a slice stopped; `src/decoder/h264/core.ts` turns these into words. */
export const ERROR_NONE: i32 = 0;
export const ERROR_OVERRUN: i32 = 1;
export const ERROR_MB_TYPE: i32 = 2;
export const ERROR_PRED_MODE: i32 = 3;
export const ERROR_QP_DELTA: i32 = 4;
export const ERROR_CBP: i32 = 5;
export const ERROR_COEFFICIENT: i32 = 6;
export const ERROR_ADDRESS: i32 = 7;
export const ERROR_TRAILING: i32 = 8;

export let error: i32 = 0;

/** Keeps the first error of a slice. */
export function fail(code: i32): void {
  if (error == ERROR_NONE) error = code;
}

export function clearError(): void {
  error = ERROR_NONE;
}

/** Scans of the slice's macroblocks: zig-zag in frames, field scan in fields (§ 8.5.6, § 8.5.7). */
export let scan4x4: usize = zigzag4x4;
export let scan8x8: usize = zigzag8x8;
export let scanInterleaved: usize = interleaved8x8;

/** Parameters of the slice. */
export let sliceNumber: i32 = 0;
export let transform8x8Mode: bool = false;
/** qpprime_y_zero_transform_bypass_flag */
export let losslessAllowed: bool = false;
export let deblockIdc: u32 = 0;
export let offsetA: i32 = 0;
export let offsetB: i32 = 0;

/** QPY of the macroblock, and QPC of its chroma. */
export let qp: i32 = 0;
export let qpCb: i32 = 0;
export let qpCr: i32 = 0;
/** TransformBypassModeFlag of the macroblock. */
export let bypass: bool = false;

/** QPC for each QPY, Cb then Cr: Table 8-15 with the PPS offsets applied. */
const chromaQp: usize = memory.data(2 * 52);
// Table 8-15: QPC for qPI 30 … 51
const qpcTable: usize = memory.data<u8>([29, 30, 31, 32, 32, 33, 34, 34, 35, 35, 36, 36, 37, 37, 37, 38, 38, 38, 39, 39, 39, 39]);

function fillChromaQp(table: usize, offset: i32): void {
  for (let y = 0; y < 52; y++) {
    const qpi = max(0, min(51, y + offset));
    store<u8>(table + y, qpi < 30 ? qpi : load<u8>(qpcTable + (qpi - 30)));
  }
}

export function startSlice(
  number: i32,
  transform8x8: bool,
  lossless: bool,
  idc: u32,
  a: i32,
  b: i32,
  cbOffset: i32,
  crOffset: i32,
): void {
  scan4x4 = isField ? fieldScan4x4 : zigzag4x4;
  scan8x8 = isField ? fieldScan8x8 : zigzag8x8;
  scanInterleaved = isField ? interleavedField8x8 : interleaved8x8;
  sliceNumber = number;
  transform8x8Mode = transform8x8;
  losslessAllowed = lossless;
  deblockIdc = idc;
  offsetA = a;
  offsetB = b;
  fillChromaQp(chromaQp, cbOffset);
  fillChromaQp(chromaQp + 52, crOffset);
}

export function setQp(value: i32): void {
  qp = value;
  qpCb = load<u8>(chromaQp + value);
  qpCr = load<u8>(chromaQp + 52 + value);
  bypass = losslessAllowed && value == 0;
}

/** QPC of Cb and Cr that belong to a QPY: for I_PCM, whose QPY is 0 whatever the running QP is. */
export function chromaQpOf(plane: usize, value: i32): u32 {
  return load<u8>(chromaQp + plane * 52 + value);
}

/** Position of the macroblock. */
export let mbX: i32 = 0;
export let mbY: i32 = 0;
/** Record of the macroblock, of its left (A) and upper (B) neighbour; 0 where not available (§ 6.4.9). */
export let mb: usize = 0;
export let mbA: usize = 0;
export let mbB: usize = 0;
/** Availability of the upper right (C) and upper left (D) neighbour. */
export let hasC: bool = false;
export let hasD: bool = false;

export function setPosition(x: i32, y: i32, record: usize, a: usize, b: usize, c: bool, d: bool): void {
  mbX = x;
  mbY = y;
  mb = record;
  mbA = a;
  mbB = b;
  hasC = c;
  hasD = d;
}

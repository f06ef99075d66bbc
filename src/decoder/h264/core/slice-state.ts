// What the syntax of the running slice and macroblock shares: parameters of the slice, QPs, neighbours, error.

import { isField } from "./picture";
import { qpOffset } from "./sample";
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

/** Whether the macroblock belongs to a field: of a field picture, or of an MBAFF pair. */
export let mbField: bool = false;
/** Scans of the macroblock: zig-zag in frames, field scan in fields (§ 8.5.6, § 8.5.7). */
export let scan4x4: usize = zigzag4x4;
export let scan8x8: usize = zigzag8x8;
export let scanInterleaved: usize = interleaved8x8;

export function setField(field: bool): void {
  mbField = field;
  scan4x4 = field ? fieldScan4x4 : zigzag4x4;
  scan8x8 = field ? fieldScan8x8 : zigzag8x8;
  scanInterleaved = field ? interleavedField8x8 : interleaved8x8;
}

/** Parameters of the slice. */
export let sliceNumber: i32 = 0;
export let transform8x8Mode: bool = false;
/** qpprime_y_zero_transform_bypass_flag */
export let losslessAllowed: bool = false;
export let deblockIdc: u32 = 0;
export let offsetA: i32 = 0;
export let offsetB: i32 = 0;

/** QPY of the macroblock; negative only at high bit depths. */
export let qp: i32 = 0;
/** QP'Y, QP'Cb, QP'Cr of the macroblock: what coefficients are scaled by. */
export let qpLuma: i32 = 0;
export let qpCb: i32 = 0;
export let qpCr: i32 = 0;
/** TransformBypassModeFlag of the macroblock. */
export let bypass: bool = false;

/** QPY + QpBdOffsetY is below this. */
const QP_COUNT: i32 = 52 + 36;
/** i8: QPC for each QPY + QpBdOffsetY, Cb then Cr: Table 8-15 with the PPS offsets applied. */
const chromaQp: usize = memory.data(2 * 88);
// Table 8-15: QPC for qPI 30 … 51
const qpcTable: usize = memory.data<u8>([29, 30, 31, 32, 32, 33, 34, 34, 35, 35, 36, 36, 37, 37, 37, 38, 38, 38, 39, 39, 39, 39]);

function fillChromaQp(table: usize, offset: i32): void {
  for (let y = 0; y < 52 + qpOffset(false); y++) {
    const qpi = max(-qpOffset(true), min(51, y - qpOffset(false) + offset));
    store<i8>(table + y, qpi < 30 ? qpi : load<u8>(qpcTable + (qpi - 30)));
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
  setField(isField);
  sliceNumber = number;
  transform8x8Mode = transform8x8;
  losslessAllowed = lossless;
  deblockIdc = idc;
  offsetA = a;
  offsetB = b;
  fillChromaQp(chromaQp, cbOffset);
  fillChromaQp(chromaQp + QP_COUNT, crOffset);
}

export function setQp(value: i32): void {
  qp = value;
  qpLuma = value + qpOffset(false);
  qpCb = chromaQpOf(0, value) + qpOffset(true);
  qpCr = chromaQpOf(1, value) + qpOffset(true);
  bypass = losslessAllowed && qpLuma == 0;
}

/** QPC of Cb (0) or Cr (1) that belongs to a QPY. */
// @ts-ignore: decorator
@inline
export function chromaQpOf(plane: i32, value: i32): i32 {
  return load<i8>(chromaQp + plane * QP_COUNT + value + qpOffset(false));
}

/** Samples of the macroblock in the planes, and the distance of its rows. */
export let mbLuma: usize = 0;
export let mbCb: usize = 0;
export let mbCr: usize = 0;
export let mbLumaStride: usize = 0;
export let mbChromaStride: usize = 0;
/** Record of the macroblock, of its left (A) and upper (B) neighbour; 0 where not available (§ 6.4.9). */
export let mb: usize = 0;
export let mbA: usize = 0;
export let mbB: usize = 0;
/** Left neighbour of the lower half: another one than A between frame and field pairs. */
export let mbALower: usize = 0;
/** Rows of 4x4 blocks, in their macroblocks, that lie left of the rows 0 … 3, a byte each; and of the chroma rows 0, 1. */
export let leftRows: u32 = 0;
export let leftChromaRows: u32 = 0;
/** Availability of the upper right (C) and upper left (D) neighbour. */
export let hasC: bool = false;
export let hasD: bool = false;

/** `leftRows` where the left neighbour is of the same kind, and where all four rows lie in one half of it or in both. */
export const ROWS_SAME: u32 = 0x03020100;
export const CHROMA_ROWS_SAME: u32 = 0x0100;

export function setSamples(luma: usize, cb: usize, cr: usize, lumaStride: usize, chromaStride: usize): void {
  mbLuma = luma;
  mbCb = cb;
  mbCr = cr;
  mbLumaStride = lumaStride;
  mbChromaStride = chromaStride;
}

export function setNeighbours(record: usize, a: usize, b: usize, c: bool, d: bool): void {
  mb = record;
  mbA = a;
  mbB = b;
  mbALower = a;
  leftRows = ROWS_SAME;
  leftChromaRows = CHROMA_ROWS_SAME;
  hasC = c;
  hasD = d;
}

/** What differs from `setNeighbours` where the left pair is of the other kind than the macroblock's. */
export function setMixedLeft(lower: usize, rows: u32, chromaRows: u32): void {
  mbALower = lower;
  leftRows = rows;
  leftChromaRows = chromaRows;
}

// What the syntax of the running slice segment shares: its parameters, QPs and the first error.

import { bitDepthChroma, bitDepthLuma, chromaArrayType, ppsCbOffset, ppsCrOffset } from "./parameters";

/** Why a segment stopped; `src/decoder/hevc/core.ts` turns these into words. */
export const ERROR_NONE: i32 = 0;
export const ERROR_OVERRUN: i32 = 1;
export const ERROR_QP_DELTA: i32 = 2;
export const ERROR_COEFFICIENT: i32 = 3;
export const ERROR_ADDRESS: i32 = 4;
export const ERROR_TRAILING: i32 = 5;
export const ERROR_SUBSET: i32 = 6;
export const ERROR_SLICES: i32 = 7;

export let error: i32 = 0;

/** Keeps the first error of a segment. */
export function fail(code: i32): void {
  if (error == ERROR_NONE) error = code;
}

export function clearError(): void {
  error = ERROR_NONE;
}

export let sliceAddress: i32 = 0;
export let sliceQp: i32 = 0;
export let saoLuma: bool = false;
export let saoChroma: bool = false;
export let deblocking: bool = false;
export let betaOffset: i32 = 0;
export let tcOffset: i32 = 0;
export let filterAcrossSlices: bool = false;
export let chromaOffsetsEnabled: bool = false;
let sliceCbOffset: i32 = 0;
let sliceCrOffset: i32 = 0;

/** Parameters of a slice; those of its dependent segments are the same. */
export function putSlice(
  address: i32,
  qp: i32,
  lumaSao: bool,
  chromaSao: bool,
  cbOffset: i32,
  crOffset: i32,
  chromaOffsets: bool,
  filter: bool,
  beta: i32,
  tc: i32,
  across: bool,
): void {
  sliceAddress = address;
  sliceQp = qp;
  saoLuma = lumaSao;
  saoChroma = chromaSao;
  sliceCbOffset = cbOffset;
  sliceCrOffset = crOffset;
  chromaOffsetsEnabled = chromaOffsets;
  deblocking = filter;
  betaOffset = beta;
  tcOffset = tc;
  filterAcrossSlices = across;
}

/** Number of the slice within its tile: what may be used for prediction has the same (§ 6.4.1). */
export let zone: i32 = 0;

export function resetZones(): void {
  zone = 0;
}

/** false: there are more slices and tiles than the maps can tell apart. */
export function nextZone(): bool {
  return ++zone < 65536;
}

/** QpY, and Qp′Y, Qp′Cb, Qp′Cr of the coding unit. */
export let qpY: i32 = 0;
export let scaledQpY: i32 = 0;
export let scaledQpCb: i32 = 0;
export let scaledQpCr: i32 = 0;
/** CuQpOffsetCb, CuQpOffsetCr */
let cuCbOffset: i32 = 0;
let cuCrOffset: i32 = 0;

/** QpC as a function of qPi (Table 8-10). */
const chromaQpTable: usize = memory.data<u8>([29, 30, 31, 32, 33, 33, 34, 34, 35, 35, 36, 36, 37, 37]);

/** ChromaArrayType 1 maps, others cut off (§ 8.6.1). */
// @ts-ignore: decorator
@inline
export function chromaQp(index: i32): i32 {
  if (chromaArrayType != 1) return min(index, 51);
  return index < 30 ? index : index >= 43 ? index - 6 : load<u8>(chromaQpTable + index - 30);
}

function scaledChroma(offset: i32): i32 {
  const bdOffset = 6 * (bitDepthChroma - 8);
  return chromaQp(max(-bdOffset, min(57, qpY + offset))) + bdOffset;
}

export function setQp(qp: i32): void {
  qpY = qp;
  scaledQpY = qp + 6 * (bitDepthLuma - 8);
  if (chromaArrayType == 0) return;
  scaledQpCb = scaledChroma(ppsCbOffset + sliceCbOffset + cuCbOffset);
  scaledQpCr = scaledChroma(ppsCrOffset + sliceCrOffset + cuCrOffset);
}

export function setChromaOffsets(cb: i32, cr: i32): void {
  cuCbOffset = cb;
  cuCrOffset = cr;
  setQp(qpY);
}

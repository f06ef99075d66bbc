// Interface of the core. `src/decoder/h264/core.ts` is its only caller and describes it in TypeScript.

import { concealAll } from "./conceal";
import { cover, coverCounters, COVER_FORMAT, COVER_SEPARATE_PLANES } from "./coverage";
import { deblockAll } from "./deblock";
import { buildScales, weights } from "./dequant";
import {
  chromaArrayType,
  clearPicture,
  layOut,
  MB_FIELD,
  mbHeight,
  mbRecord,
  mbWidth,
  planeCb,
  planeCr,
  planeY,
  reserveInput,
  selectColourPlane,
  selectStructure,
  sliceGroupMap,
  STRUCTURE_FRAME,
} from "./picture";
import { setDepths } from "./sample";
import { decodeSliceData, newMacroblocks } from "./slice";
import { startSlice } from "./slice-state";

/**
 * Prepares a frame of `width` × `height` macroblocks. `format`: chroma_format_idc; `separate`: separate_colour_plane_flag. Depths
 * above 8 bits are for the high build. false: the memory is not to be had.
 */
export function startPicture(width: i32, height: i32, format: i32, separate: bool, depthLuma: i32, depthChroma: i32): bool {
  if (!layOut(width, height, format, separate)) return false;
  setDepths(depthLuma, depthChroma);
  clearPicture();
  selectStructure(STRUCTURE_FRAME, false);
  cover(COVER_FORMAT + chromaArrayType);
  if (separate) cover(COVER_SEPARATE_PLANES);
  return true;
}

/**
 * Turns to the frame (0), its top field (1) or its bottom field (2); slices and the filter then work on that. `mbaff`:
 * MbaffFrameFlag, for a frame.
 */
export function startStructure(structure: i32, mbaff: bool): void {
  selectStructure(structure, mbaff);
}

/** Turns to one of separately coded planes (colour_plane_id) of the structure. */
export function startColourPlane(plane: i32): void {
  selectColourPlane(plane);
}

/** Address of a plane of the frame (0 Y, 1 Cb, 2 Cr), once it is turned to; its rows have no gaps. */
export function planeAddress(plane: i32): usize {
  return plane == 0 ? planeY : plane == 1 ? planeCb : planeCr;
}

/** Address of mbToSliceGroupMap, one byte a macroblock. */
export function sliceGroupMapAddress(): usize {
  return sliceGroupMap;
}

/** Address of the weightScale lists in zig-zag order: Intra Y, Cb, Cr 4x4 (16 bytes each), Intra Y, Cb, Cr 8x8 (64). */
export function weightsAddress(): usize {
  return weights;
}

/** Takes the lists written at `weightsAddress()`; of the 8x8 ones as many as `lists8x8`. */
export function setWeights(lists8x8: i32): void {
  buildScales(lists8x8);
}

/** Address for the RBSP of a slice of `size` bytes, 0 when the memory is not to be had. May move the memory's buffer. */
export function inputAddress(size: usize): usize {
  return reserveInput(size);
}

/**
 * Decodes the slice whose RBSP lies at `inputAddress(size)`; its data starts at bit `bit`. 0, or the reason why it ended
 * early; `decodedMacroblocks()` tells how far it came.
 */
export function decodeSlice(
  address: usize,
  size: usize,
  bit: usize,
  number: i32,
  firstMb: i32,
  sliceQp: i32,
  cabac: bool,
  transform8x8Mode: bool,
  losslessAllowed: bool,
  groups: bool,
  deblockIdc: i32,
  offsetA: i32,
  offsetB: i32,
  cbOffset: i32,
  crOffset: i32,
): i32 {
  startSlice(number, transform8x8Mode, losslessAllowed, deblockIdc, offsetA, offsetB, cbOffset, crOffset);
  return decodeSliceData(address, size, bit, firstMb, sliceQp, cabac, groups);
}

/** Macroblocks that the last slice decoded for the first time. */
export function decodedMacroblocks(): i32 {
  return newMacroblocks;
}

/** Macroblocks of an MBAFF frame that are coded as fields. */
export function fieldMacroblocks(): i32 {
  let count = 0;
  for (let address = 0; address < mbWidth * mbHeight; address++) count += load<u8>(mbRecord(address), MB_FIELD) == 1 ? 1 : 0;
  return count;
}

/** Runs the deblocking filter over the structure, and blackens what is missing of it. */
export function deblock(): void {
  deblockAll();
}

/** Fills missing macroblocks of the structure, after `deblock`, from what is above or below them. */
export function conceal(): void {
  concealAll();
}

/** Address of the u32 counters of the coverage build. */
export function coverageAddress(): usize {
  return coverCounters;
}

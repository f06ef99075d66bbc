// Interface of the core. `src/decoder/hevc/core.ts` is its only caller and describes it in TypeScript.

import { coverCounters } from "./coverage";
import { deblockAll } from "./deblock";
import {
  bitDepthChroma,
  putFormat,
  putPcm,
  putPictureTools,
  putQuantisation,
  putRangeExtension,
  putSizes,
} from "./parameters";
import {
  clearPicture,
  layOut,
  layOutTiles,
  planeCb,
  planeCr,
  planeY,
  reserveInput,
  strideOf,
} from "./picture";
import { offsetList, putOffsetList } from "./qp";
import { weights } from "./residual-scaling";
import { middleOf } from "./sample";
import { finishPlanes, isOutputBytes } from "./sao";
import { decodeSegment, newUnits } from "./slice";
import { putSlice, resetZones } from "./slice-state";

export { putFormat, putPcm, putPictureTools, putQuantisation, putRangeExtension, putSizes, putSlice };

/** Sizes of tile columns, then of tile rows, u16 each; at most as many as there are blocks along a side. */
const tileSizes: usize = memory.data(2 * 2 * 1024, 16);

export function tileSizesAddress(): usize {
  return tileSizes;
}

/** cb_qp_offset_list, cr_qp_offset_list in pairs of i8. */
export function offsetListAddress(): usize {
  return offsetList;
}

/** Weights of scaling lists: 80 bytes for each size and component. */
export function weightsAddress(): usize {
  return weights;
}

/**
 * Prepares a picture of `width` × `height` luma samples, when all parameters, tile sizes and lists have been put. false: the
 * memory is not to be had.
 */
export function startPicture(width: i32, height: i32, columns: i32, rows: i32, lastOffset: i32, blackLuma: i32): bool {
  if (!layOut(width, height)) return false;
  clearPicture(<u16>blackLuma, middleOf(bitDepthChroma));
  layOutTiles(tileSizes, columns, rows);
  putOffsetList(lastOffset);
  resetZones();
  return true;
}

/** Address for the RBSP of a segment of `size` bytes, 0 when the memory is not to be had. May move the memory's buffer. */
export function inputAddress(size: usize): usize {
  return reserveInput(size);
}

/**
 * Decodes the slice segment whose RBSP of `size` bytes lies at `address`; its data starts at byte `from`, its first block is
 * `segmentAddress`. 0, or the reason why it ended early; `decodedUnits()` tells how far it came.
 */
export function decodeSliceSegment(address: usize, size: usize, from: usize, segmentAddress: i32, dependent: bool): i32 {
  return decodeSegment(address + from, address + size, segmentAddress, dependent);
}

/** Coding tree units that the last segment decoded for the first time. */
export function decodedUnits(): i32 {
  return newUnits;
}

/** Runs the loop filters; then the planes are what is shown. */
export function finishPicture(): void {
  deblockAll();
  finishPlanes();
}

/** Address of a plane: 0 Y, 1 Cb, 2 Cr. Samples are bytes when all depths are 8, else 16 bits. */
export function planeAddress(plane: i32): usize {
  return plane == 0 ? planeY : plane == 1 ? planeCb : planeCr;
}

/** Samples from row to row of a plane. */
export function planeStride(plane: i32): i32 {
  return <i32>(strideOf(plane) >> 1);
}

export function hasBytes(): bool {
  return isOutputBytes();
}

/** Address of the u32 counters of the coverage build. */
export function coverageAddress(): usize {
  return coverCounters;
}

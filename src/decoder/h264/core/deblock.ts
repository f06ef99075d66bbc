// Deblocking filter process of an intra frame or field (§ 8.7): all macroblocks in address order, after all slices.

import { blankUnit } from "./conceal";
import { cover, COVER_DEBLOCK_IDC } from "./coverage";
import { chromaBlocksInside, chromaEdge, chromaInside } from "./deblock-chroma";
import { lumaColumns, lumaEdge, lumaInside } from "./deblock-luma";
import { deblockInPair } from "./deblock-mbaff";
import { filteredNeighbour, innerStep } from "./deblock-neighbours";
import {
  chromaRowBytes,
  chromaRows,
  chromaStride,
  hasSubsampledChroma,
  isField,
  isMbaff,
  lumaStride,
  MB_DEBLOCK_IDC,
  MB_QP,
  MB_SIZE,
  MB_SLICE,
  mbHeight,
  mbRecord,
  mbWidth,
  planeCb,
  planeCr,
  planeY,
} from "./picture";
import { HIGH, SAMPLE_BYTES, turnToDepth } from "./sample";

function deblockMacroblock(x: i32, y: i32, record: usize): void {
  const idc: u32 = load<u8>(record, MB_DEBLOCK_IDC);
  cover(COVER_DEBLOCK_IDC + idc);
  if (idc == 1) return;
  const samples = planeY + <usize>y * 16 * lumaStride + <usize>x * 16 * SAMPLE_BYTES;
  const chroma = <usize>(y * chromaRows()) * chromaStride + <usize>x * chromaRowBytes();
  const cb = planeCb + chroma;
  const cr = planeCr + chroma;
  const left = x > 0 ? filteredNeighbour(record, record - MB_SIZE, idc) : 0;
  const top = y > 0 ? filteredNeighbour(record, record - <usize>mbWidth * MB_SIZE, idc) : 0;
  const step = innerStep(record);
  turnToDepth(false);
  if (HIGH || step == 8 || !lumaColumns(record, left, samples)) {
    if (left) lumaEdge(record, left, MB_QP, samples, lumaStride, true, true);
    lumaInside(record, MB_QP, samples, lumaStride, step, true);
  }
  if (left) chromaEdge(record, left, cb, cr, chromaStride, true, true);
  if (hasSubsampledChroma) chromaBlocksInside(record, cb, cr, chromaStride);
  else chromaInside(record, cb, cr, chromaStride, step, true);
  if (top) {
    // Between the rows of a field bS is 3 (§ 8.7.2.1).
    turnToDepth(false);
    lumaEdge(record, top, MB_QP, samples, lumaStride, false, !isField);
    chromaEdge(record, top, cb, cr, chromaStride, false, !isField);
  }
  turnToDepth(false);
  lumaInside(record, MB_QP, samples, lumaStride, step, false);
  if (!hasSubsampledChroma) chromaInside(record, cb, cr, chromaStride, step, false);
}

/** Filters what is there of the structure or colour plane, and blackens what is not. */
export function deblockAll(): void {
  if (isMbaff) {
    for (let y = 0; y < mbHeight >> 1; y++) {
      for (let x = 0; x < mbWidth; x++) {
        const pair = mbRecord((y * mbWidth + x) * 2);
        if (load<i32>(pair, MB_SLICE) >= 0) deblockInPair(x, y, pair, 0);
        if (load<i32>(pair + MB_SIZE, MB_SLICE) >= 0) deblockInPair(x, y, pair, 1);
        if ((load<i32>(pair, MB_SLICE) | load<i32>(pair + MB_SIZE, MB_SLICE)) < 0) blankUnit(x, y);
      }
    }
    return;
  }
  let address = 0;
  for (let y = 0; y < mbHeight; y++) {
    for (let x = 0; x < mbWidth; x++) {
      const record = mbRecord(address++);
      if (load<i32>(record, MB_SLICE) >= 0) deblockMacroblock(x, y, record);
      else blankUnit(x, y);
    }
  }
}

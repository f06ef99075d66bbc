// Deblocking filter process of an intra frame or field (§ 8.7): all macroblocks in address order, after all slices.

import { cover, COVER_DEBLOCK_8X8, COVER_DEBLOCK_IDC, COVER_DEBLOCK_SLICE_EDGE } from "./coverage";
import { chromaHorizontal, chromaVertical, lumaHorizontal, lumaVertical } from "./deblock-edges";
import { alphaTable, betaTable, tc0Table } from "./deblock-tables";
import {
  chromaStride,
  hasChroma,
  isField,
  lumaStride,
  MB_DEBLOCK_IDC,
  MB_OFFSET_A,
  MB_OFFSET_B,
  MB_QP,
  MB_QP_CB,
  MB_QP_CR,
  MB_SIZE,
  MB_SLICE,
  MB_TRANSFORM_8X8,
  mbHeight,
  mbRecord,
  mbWidth,
  planeCb,
  planeCr,
  planeY,
} from "./picture";

// Thresholds of the edge at hand, from the QPs of its two sides (§ 8.7.2.2).
let alpha: i32 = 0;
let beta: i32 = 0;
let tc0: i32 = 0;

// @ts-ignore: decorator
@inline
function threshold(record: usize, other: usize, field: usize): void {
  const average: i32 = (<i32>load<u8>(record + field) + <i32>load<u8>(other + field) + 1) >> 1;
  const indexA = max(0, min(51, average + <i32>load<i8>(record, MB_OFFSET_A)));
  const indexB = max(0, min(51, average + <i32>load<i8>(record, MB_OFFSET_B)));
  alpha = load<u8>(alphaTable + indexA);
  beta = load<u8>(betaTable + indexB);
  tc0 = load<u8>(tc0Table + indexA);
}

// @ts-ignore: decorator
@inline
function halves(cb: i32, cr: i32): v128 {
  return v128.shuffle<u64>(i8x16.splat(<i8>cb), i8x16.splat(<i8>cr), 0, 2);
}

/** Luma edges `from`, `from` + `step` … inside a macroblock, all with bS 3. */
function lumaInside(record: usize, samples: usize, step: i32, vertical: bool): void {
  threshold(record, record, MB_QP);
  if (alpha == 0 || beta == 0) return;
  for (let at = step; at < 16; at += step) {
    if (vertical) lumaVertical(samples + at, lumaStride, false, alpha, beta, tc0);
    else lumaHorizontal(samples + <usize>at * lumaStride, lumaStride, false, alpha, beta, tc0);
  }
}

/** Edge between macroblocks: bS 4, but 3 between the rows of a field (§ 8.7.2.1). */
function lumaBorder(record: usize, other: usize, samples: usize, vertical: bool): void {
  threshold(record, other, MB_QP);
  if (alpha == 0 || beta == 0) return;
  if (vertical) lumaVertical(samples, lumaStride, true, alpha, beta, tc0);
  else lumaHorizontal(samples, lumaStride, !isField, alpha, beta, tc0);
}

/** One chroma edge: with the neighbour `other` (bS as in luma), or inside when that is the macroblock itself (bS 3). */
function chromaEdge(record: usize, other: usize, cb: usize, cr: usize, vertical: bool): void {
  if (!hasChroma) return;
  threshold(record, other, MB_QP_CB);
  const alphaCb = alpha;
  const betaCb = beta;
  const tcCb = tc0 + 1;
  threshold(record, other, MB_QP_CR);
  if ((alphaCb == 0 || betaCb == 0) && (alpha == 0 || beta == 0)) return;
  const strong = record != other && (vertical || !isField);
  const alphas = halves(alphaCb, alpha);
  const betas = halves(betaCb, beta);
  const tcs = halves(tcCb, tc0 + 1);
  if (vertical) chromaVertical(cb, cr, chromaStride, strong, alphas, betas, tcs);
  else chromaHorizontal(cb, cr, chromaStride, strong, alphas, betas, tcs);
}

/** Record of the neighbour if the edge to it is to be filtered (filterLeftMbEdgeFlag, filterTopMbEdgeFlag), else 0. */
// @ts-ignore: decorator
@inline
function filteredNeighbour(record: usize, neighbour: usize, idc: u32): usize {
  const slice = load<i32>(neighbour, MB_SLICE);
  if (slice < 0) return 0;
  if (slice != load<i32>(record, MB_SLICE)) {
    cover(COVER_DEBLOCK_SLICE_EDGE + (idc == 2 ? 1 : 0));
    if (idc == 2) return 0;
  }
  return neighbour;
}

function deblockMacroblock(x: i32, y: i32, record: usize): void {
  const idc: u32 = load<u8>(record, MB_DEBLOCK_IDC);
  cover(COVER_DEBLOCK_IDC + idc);
  if (idc == 1) return;
  const samples = planeY + <usize>y * 16 * lumaStride + <usize>x * 16;
  const chroma = <usize>y * 8 * chromaStride + <usize>x * 8;
  const cb = planeCb + chroma;
  const cr = planeCr + chroma;
  const left = x > 0 ? filteredNeighbour(record, record - MB_SIZE, idc) : 0;
  const top = y > 0 ? filteredNeighbour(record, record - <usize>mbWidth * MB_SIZE, idc) : 0;
  let step = 4;
  if (load<u8>(record, MB_TRANSFORM_8X8)) {
    cover(COVER_DEBLOCK_8X8);
    step = 8;
  }
  // Vertical edges first, then horizontal ones, for luma and chroma alike.
  if (left) {
    lumaBorder(record, left, samples, true);
    chromaEdge(record, left, cb, cr, true);
  }
  lumaInside(record, samples, step, true);
  chromaEdge(record, record, cb + 4, cr + 4, true);
  if (top) {
    lumaBorder(record, top, samples, false);
    chromaEdge(record, top, cb, cr, false);
  }
  lumaInside(record, samples, step, false);
  chromaEdge(record, record, cb + 4 * chromaStride, cr + 4 * chromaStride, false);
}

export function deblockAll(): void {
  let address = 0;
  for (let y = 0; y < mbHeight; y++) {
    for (let x = 0; x < mbWidth; x++) {
      const record = mbRecord(address++);
      if (load<i32>(record, MB_SLICE) >= 0) deblockMacroblock(x, y, record);
    }
  }
}

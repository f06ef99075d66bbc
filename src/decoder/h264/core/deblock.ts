// Deblocking filter process of an intra frame or field (§ 8.7): all macroblocks in address order, after all slices.

import { blankUnit } from "./conceal";
import { cover, COVER_DEBLOCK_8X8, COVER_DEBLOCK_IDC, COVER_DEBLOCK_SLICE_EDGE } from "./coverage";
import { alphaTable, betaTable, tc0Table } from "./deblock-tables";
import { chromaHorizontal, chromaVertical, lumaHorizontal, lumaVertical } from "./kernels";
import {
  chromaArrayType,
  chromaRowBytes,
  chromaRows,
  chromaStride,
  hasSubsampledChroma,
  isField,
  isMbaff,
  lumaStride,
  MB_DEBLOCK_IDC,
  MB_FIELD,
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
import { SAMPLE_BYTES, turnToDepth } from "./sample";

// Thresholds of an edge from the QPs of its two sides (§ 8.7.2.2). Offsets are those of the macroblock of the q side.
// @ts-ignore: decorator
@inline
function averageQp(record: usize, other: usize, qp: usize): i32 {
  return (<i32>load<i8>(record + qp) + <i32>load<i8>(other + qp) + 1) >> 1;
}

// @ts-ignore: decorator
@inline
function indexOf(record: usize, average: i32, offset: usize): usize {
  return <usize>max(0, min(51, average + <i32>load<i8>(record + offset)));
}

// @ts-ignore: decorator
@inline
function alphaOf(record: usize, other: usize, qp: usize): v128 {
  return v128.load8_splat(alphaTable + indexOf(record, averageQp(record, other, qp), MB_OFFSET_A));
}

// @ts-ignore: decorator
@inline
function betaOf(record: usize, other: usize, qp: usize): v128 {
  return v128.load8_splat(betaTable + indexOf(record, averageQp(record, other, qp), MB_OFFSET_B));
}

/**
 * One edge of `record` in luma, or in a plane that is filtered like it, at `samples`; `other`: the macroblock on its other side,
 * or itself inside; `qp`: where records have the plane's QP.
 */
function lumaEdge(record: usize, other: usize, qp: usize, samples: usize, stride: usize, vertical: bool, strong: bool): void {
  const average = averageQp(record, other, qp);
  const a = indexOf(record, average, MB_OFFSET_A);
  const b = indexOf(record, average, MB_OFFSET_B);
  // Thresholds are 0 below index 16 and filter nothing there.
  if (a < 16 || b < 16) return;
  const alpha = v128.load8_splat(alphaTable + a);
  const beta = v128.load8_splat(betaTable + b);
  const tc0 = v128.load8_splat(tc0Table + a);
  if (vertical) lumaVertical(samples, stride, strong, alpha, beta, tc0);
  else lumaHorizontal(samples, stride, strong, alpha, beta, tc0);
}

/** Edges inside a macroblock in luma or a plane like it, all with bS 3. */
function lumaInside(record: usize, qp: usize, samples: usize, stride: usize, step: i32, vertical: bool): void {
  const average: i32 = load<i8>(record + qp);
  const a = indexOf(record, average, MB_OFFSET_A);
  const b = indexOf(record, average, MB_OFFSET_B);
  if (a < 16 || b < 16) return;
  const alpha = v128.load8_splat(alphaTable + a);
  const beta = v128.load8_splat(betaTable + b);
  const tc0 = v128.load8_splat(tc0Table + a);
  for (let at = step; at < 16; at += step) {
    if (vertical) lumaVertical(samples + at * SAMPLE_BYTES, stride, false, alpha, beta, tc0);
    else lumaHorizontal(samples + <usize>at * stride, stride, false, alpha, beta, tc0);
  }
}

/** Cb in the lower half of a vector, Cr in the upper one. */
// @ts-ignore: decorator
@inline
function halves(cb: v128, cr: v128): v128 {
  return v128.shuffle<u64>(cb, cr, 0, 2);
}

function chromaEdge(
  record: usize,
  other: usize,
  cb: usize,
  cr: usize,
  stride: usize,
  vertical: bool,
  strong: bool,
): void {
  if (chromaArrayType == 0) return;
  turnToDepth(true);
  if (chromaArrayType == 3) {
    lumaEdge(record, other, MB_QP_CB, cb, stride, vertical, strong);
    lumaEdge(record, other, MB_QP_CR, cr, stride, vertical, strong);
    return;
  }
  const averageCb = averageQp(record, other, MB_QP_CB);
  const averageCr = averageQp(record, other, MB_QP_CR);
  const aCb = indexOf(record, averageCb, MB_OFFSET_A);
  const aCr = indexOf(record, averageCr, MB_OFFSET_A);
  const bCb = indexOf(record, averageCb, MB_OFFSET_B);
  const bCr = indexOf(record, averageCr, MB_OFFSET_B);
  if ((aCb < 16 || bCb < 16) && (aCr < 16 || bCr < 16)) return;
  const alpha = halves(v128.load8_splat(alphaTable + aCb), v128.load8_splat(alphaTable + aCr));
  const beta = halves(v128.load8_splat(betaTable + bCb), v128.load8_splat(betaTable + bCr));
  const tc0 = halves(v128.load8_splat(tc0Table + aCb), v128.load8_splat(tc0Table + aCr));
  if (!vertical) {
    chromaHorizontal(cb, cr, stride, strong, alpha, beta, tc0);
    return;
  }
  chromaVertical(cb, cr, stride, strong, alpha, beta, tc0);
  // In 4:2:2 chroma has the rows of luma: eight more.
  if (chromaArrayType == 2) chromaVertical(cb + 8 * stride, cr + 8 * stride, stride, strong, alpha, beta, tc0);
}

/** Chroma edges inside a macroblock: between 4x4 blocks, whatever the transform of luma, but in 4:4:4. */
function chromaInside(record: usize, cb: usize, cr: usize, stride: usize, step: i32, vertical: bool): void {
  if (chromaArrayType == 3) {
    turnToDepth(true);
    lumaInside(record, MB_QP_CB, cb, stride, step, vertical);
    lumaInside(record, MB_QP_CR, cr, stride, step, vertical);
    return;
  }
  if (vertical) {
    chromaEdge(record, record, cb + 4 * SAMPLE_BYTES, cr + 4 * SAMPLE_BYTES, stride, true, false);
    return;
  }
  for (let row = 4; row < chromaRows(); row += 4) {
    const at = <usize>row * stride;
    chromaEdge(record, record, cb + at, cr + at, stride, false, false);
  }
}

/**
 * All chroma edges inside a macroblock of 4:2:0 or 4:2:2 that is not in a pair. Those between rows have no sample in common with the
 * upper edge, so that they need not wait for it.
 */
function chromaBlocksInside(record: usize, cb: usize, cr: usize, stride: usize): void {
  const aCb = indexOf(record, load<i8>(record, MB_QP_CB), MB_OFFSET_A);
  const aCr = indexOf(record, load<i8>(record, MB_QP_CR), MB_OFFSET_A);
  const bCb = indexOf(record, load<i8>(record, MB_QP_CB), MB_OFFSET_B);
  const bCr = indexOf(record, load<i8>(record, MB_QP_CR), MB_OFFSET_B);
  if ((aCb < 16 || bCb < 16) && (aCr < 16 || bCr < 16)) return;
  turnToDepth(true);
  const alpha = halves(v128.load8_splat(alphaTable + aCb), v128.load8_splat(alphaTable + aCr));
  const beta = halves(v128.load8_splat(betaTable + bCb), v128.load8_splat(betaTable + bCr));
  const tc0 = halves(v128.load8_splat(tc0Table + aCb), v128.load8_splat(tc0Table + aCr));
  const rows = chromaRows();
  const column = 4 * SAMPLE_BYTES;
  for (let row = 0; row < rows; row += 8) {
    const at = <usize>row * stride + column;
    chromaVertical(cb + at, cr + at, stride, false, alpha, beta, tc0);
  }
  for (let row = 4; row < rows; row += 4) {
    const at = <usize>row * stride;
    chromaHorizontal(cb + at, cr + at, stride, false, alpha, beta, tc0);
  }
}

/**
 * Left edge of a macroblock whose left pair is of the other kind: each row has the macroblock that its left sample lies in.
 * `first` and `second` are the macroblocks of the left pair; their rows alternate beside a frame macroblock (`alternate`),
 * or stand one half above the other beside a field macroblock.
 */
function mixedLeftEdge(record: usize, first: usize, second: usize, alternate: bool, samples: usize, cb: usize, cr: usize, lumaDistance: usize, chromaDistance: usize): void {
  turnToDepth(false);
  mixedLumaEdge(record, first, second, alternate, MB_QP, samples, lumaDistance);
  if (chromaArrayType == 0) return;
  turnToDepth(true);
  if (chromaArrayType == 3) {
    mixedLumaEdge(record, first, second, alternate, MB_QP_CB, cb, chromaDistance);
    mixedLumaEdge(record, first, second, alternate, MB_QP_CR, cr, chromaDistance);
  } else if (chromaArrayType == 1) {
    mixedChromaEdge(record, first, second, alternate, cb, cr, chromaDistance);
  } else {
    // Twice as many rows: those of one half all lie beside the same macroblock, or alternate as well.
    mixedChromaEdge(record, first, alternate ? second : first, alternate, cb, cr, chromaDistance);
    const half = 8 * chromaDistance;
    mixedChromaEdge(record, alternate ? first : second, second, alternate, cb + half, cr + half, chromaDistance);
  }
}

function mixedLumaEdge(record: usize, first: usize, second: usize, alternate: bool, qp: usize, samples: usize, distance: usize): void {
  const alpha = rows16(alphaOf(record, first, qp), alphaOf(record, second, qp), alternate);
  const beta = rows16(betaOf(record, first, qp), betaOf(record, second, qp), alternate);
  lumaVertical(samples, distance, true, alpha, beta, alpha);
}

function mixedChromaEdge(record: usize, first: usize, second: usize, alternate: bool, cb: usize, cr: usize, distance: usize): void {
  const alphaCb = rows8(alphaOf(record, first, MB_QP_CB), alphaOf(record, second, MB_QP_CB), alternate);
  const alphaCr = rows8(alphaOf(record, first, MB_QP_CR), alphaOf(record, second, MB_QP_CR), alternate);
  const betaCb = rows8(betaOf(record, first, MB_QP_CB), betaOf(record, second, MB_QP_CB), alternate);
  const betaCr = rows8(betaOf(record, first, MB_QP_CR), betaOf(record, second, MB_QP_CR), alternate);
  chromaVertical(cb, cr, distance, true, halves(alphaCb, alphaCr), halves(betaCb, betaCr), alphaCb);
}

// @ts-ignore: decorator
@inline
function rows16(a: v128, b: v128, alternate: bool): v128 {
  return alternate
    ? v128.shuffle<u8>(a, b, 0, 17, 0, 17, 0, 17, 0, 17, 0, 17, 0, 17, 0, 17, 0, 17)
    : v128.shuffle<u64>(a, b, 0, 2);
}

// @ts-ignore: decorator
@inline
function rows8(a: v128, b: v128, alternate: bool): v128 {
  return alternate
    ? v128.shuffle<u8>(a, b, 0, 17, 0, 17, 0, 17, 0, 17, 0, 17, 0, 17, 0, 17, 0, 17)
    : v128.shuffle<u32>(a, b, 0, 4, 0, 4);
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

/** Edges inside a macroblock and the left one come before the upper one: vertical edges first (§ 8.7). */
function verticalEdges(record: usize, left: usize, samples: usize, cb: usize, cr: usize, luma: usize, chroma: usize, step: i32): void {
  if (left) {
    turnToDepth(false);
    lumaEdge(record, left, MB_QP, samples, luma, true, true);
    chromaEdge(record, left, cb, cr, chroma, true, true);
  }
  verticalInside(record, samples, cb, cr, luma, chroma, step);
}

function verticalInside(record: usize, samples: usize, cb: usize, cr: usize, luma: usize, chroma: usize, step: i32): void {
  turnToDepth(false);
  lumaInside(record, MB_QP, samples, luma, step, true);
  chromaInside(record, cb, cr, chroma, step, true);
}

function horizontalInside(record: usize, samples: usize, cb: usize, cr: usize, luma: usize, chroma: usize, step: i32): void {
  turnToDepth(false);
  lumaInside(record, MB_QP, samples, luma, step, false);
  chromaInside(record, cb, cr, chroma, step, false);
}

/** Distance of the luma edges inside a macroblock: those inside an 8x8 transform are left alone. */
function innerStep(record: usize): i32 {
  if (!load<u8>(record, MB_TRANSFORM_8X8)) return 4;
  cover(COVER_DEBLOCK_8X8);
  return 8;
}

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
  if (left) {
    turnToDepth(false);
    lumaEdge(record, left, MB_QP, samples, lumaStride, true, true);
    chromaEdge(record, left, cb, cr, chromaStride, true, true);
  }
  turnToDepth(false);
  lumaInside(record, MB_QP, samples, lumaStride, step, true);
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

/** A macroblock of an MBAFF frame: `pair` is the upper one of its pair. */
function deblockInPair(x: i32, y: i32, pair: usize, lower: usize): void {
  const record = pair + lower * MB_SIZE;
  const idc: u32 = load<u8>(record, MB_DEBLOCK_IDC);
  cover(COVER_DEBLOCK_IDC + idc);
  if (idc == 1) return;
  const field = load<u8>(record, MB_FIELD) != 0;
  const luma = field ? 2 * lumaStride : lumaStride;
  const chroma = field ? 2 * chromaStride : chromaStride;
  const samples = planeY + (<usize>y * 32 + lower * (field ? 1 : 16)) * lumaStride + <usize>x * 16 * SAMPLE_BYTES;
  const chromaAt = (<usize>(y * 2 * chromaRows()) + lower * (field ? 1 : chromaRows())) * chromaStride + <usize>x * chromaRowBytes();
  const cb = planeCb + chromaAt;
  const cr = planeCr + chromaAt;
  const step = innerStep(record);

  const left = x > 0 ? filteredNeighbour(record, pair - 2 * MB_SIZE, idc) : 0;
  if (left && (load<u8>(left, MB_FIELD) != 0) != field) {
    mixedLeftEdge(record, left, left + MB_SIZE, !field, samples, cb, cr, luma, chroma);
    verticalInside(record, samples, cb, cr, luma, chroma, step);
  } else {
    verticalEdges(record, left ? left + lower * MB_SIZE : 0, samples, cb, cr, luma, chroma, step);
  }

  if (!field && lower) {
    turnToDepth(false);
    lumaEdge(record, pair, MB_QP, samples, luma, false, true);
    chromaEdge(record, pair, cb, cr, chroma, false, true);
  } else {
    const above = y > 0 ? filteredNeighbour(record, pair - 2 * <usize>mbWidth * MB_SIZE, idc) : 0;
    if (above) upperEdge(record, above, field, lower, samples, cb, cr);
  }
  horizontalInside(record, samples, cb, cr, luma, chroma, step);
}

/** Edge to the pair above; `above` is its upper macroblock. bS is 3 unless both sides are frame macroblocks. */
function upperEdge(record: usize, above: usize, field: bool, lower: usize, samples: usize, cb: usize, cr: usize): void {
  const aboveField = load<u8>(above, MB_FIELD) != 0;
  if (!field && aboveField) {
    // A frame macroblock below two fields: one pass a field, each over every other row (fieldModeInFrameFilteringFlag).
    for (let parity: usize = 0; parity < 2; parity++) {
      const other = above + parity * MB_SIZE;
      turnToDepth(false);
      lumaEdge(record, other, MB_QP, samples + parity * lumaStride, 2 * lumaStride, false, false);
      const at = parity * chromaStride;
      chromaEdge(record, other, cb + at, cr + at, 2 * chromaStride, false, false);
    }
    return;
  }
  const other = field && aboveField && !lower ? above : above + MB_SIZE;
  const step: usize = field ? 2 : 1;
  turnToDepth(false);
  lumaEdge(record, other, MB_QP, samples, step * lumaStride, false, !field);
  chromaEdge(record, other, cb, cr, step * chromaStride, false, !field);
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

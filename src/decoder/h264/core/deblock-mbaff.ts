// Deblocking of macroblocks of MBAFF frames (§ 8.7): their neighbours may be of the other kind, frame or field.

import { cover, COVER_DEBLOCK_IDC } from "./coverage";
import { chromaEdge, chromaInside } from "./deblock-chroma";
import { lumaEdge, lumaInside } from "./deblock-luma";
import { filteredNeighbour, innerStep } from "./deblock-neighbours";
import { alphaOf, betaOf, halves } from "./deblock-thresholds";
import { chromaVertical, lumaVertical } from "./kernels";
import {
  chromaArrayType,
  chromaRowBytes,
  chromaRows,
  chromaStride,
  lumaStride,
  MB_DEBLOCK_IDC,
  MB_FIELD,
  MB_QP,
  MB_QP_CB,
  MB_QP_CR,
  MB_SIZE,
  mbWidth,
  planeCb,
  planeCr,
  planeY,
} from "./picture";
import { SAMPLE_BYTES, turnToDepth } from "./sample";

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

/** A macroblock of an MBAFF frame: `pair` is the upper one of its pair. */
export function deblockInPair(x: i32, y: i32, pair: usize, lower: usize): void {
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

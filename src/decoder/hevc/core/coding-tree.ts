// coding_quadtree() and coding_unit() of I slices (§ 7.3.8.4, § 7.3.8.5).

import { bypass, bypassBits, decision, terminate } from "../../cabac/core/engine";
import { contextAt, INTRA_CHROMA, PART_MODE, PREV_INTRA_LUMA, SPLIT_CU, TRANSQUANT_BYPASS } from "./contexts";
import { cover, COVER_NXN, COVER_PCM } from "./coverage";
import {
  bypassEnabled,
  chromaArrayType,
  chromaQpGroupLog2,
  ctbLog2,
  minCbLog2,
  pcmEnabled,
  pcmFilterOff,
  pcmMaxLog2,
  pcmMinLog2,
  qpGroupLog2,
} from "./parameters";
import { pcmSamples } from "./pcm";
import { depthMap, EDGE_KEEP, edgeMap, height, modeMap, qpMap, unitAt, unitStride, width, zoneAt } from "./picture";
import { finishUnit, startChromaQpGroup, startQpGroup } from "./qp";
import { chromaOffsetsEnabled, error, qpY, zone } from "./slice-state";
import { markDecoded, startUnit, transformTree } from "./transform-tree";

const INTRA_DC: i32 = 1;

/** IntraPredModeY and IntraPredModeC of the parts of the coding unit. */
export const lumaModes: usize = memory.data(4);
export const chromaModes: usize = memory.data(4);
/** mpm_idx, or -1 with rem_intra_luma_pred_mode behind it. */
const prevFlags: usize = memory.data(4);
const candidates: usize = memory.data(4);

/** Mode of 4:2:2 chroma by modeIdc (Table 8-3). */
const modes422: usize = memory.data<u8>([
  0, 1, 2, 2, 2, 2, 3, 5, 7, 8, 10, 12, 13, 15, 17, 18, 19, 20, 21, 22, 23, 23, 24, 24, 25, 25, 26, 27, 27, 28, 28, 29, 29, 30,
  31,
]);

/** Fills a square of units of a u8 map. */
// @ts-ignore: decorator
@inline
function fillMap(map: usize, x: i32, y: i32, size: i32, value: i32): void {
  const count = <usize>(size >> 2);
  let row = map + unitAt(x, y);
  for (let i: usize = 0; i < count; i++) {
    memory.fill(row, <u8>value, count);
    row += unitStride;
  }
}

export function codingQuadtree(x: i32, y: i32, log2: i32, depth: i32): void {
  const size = 1 << log2;
  let split = log2 > minCbLog2;
  if (split && x + size <= width && y + size <= height) {
    const unit = unitAt(x, y);
    let deeper: usize = 0;
    if (zoneAt(x - 1, y) == zone && <i32>load<u8>(depthMap + unit - 1) > depth) deeper++;
    if (zoneAt(x, y - 1) == zone && <i32>load<u8>(depthMap + unit - unitStride) > depth) deeper++;
    split = decision(contextAt(SPLIT_CU + deeper)) != 0;
  }
  if (log2 >= qpGroupLog2) startQpGroup(x, y);
  if (chromaOffsetsEnabled && log2 >= chromaQpGroupLog2) startChromaQpGroup();
  if (!split) {
    codingUnit(x, y, log2, depth);
    return;
  }
  const half = size >> 1;
  for (let i = 0; i < 4; i++) {
    const childX = x + (i & 1 ? half : 0);
    const childY = y + (i & 2 ? half : 0);
    if (childX < width && childY < height && !error) codingQuadtree(childX, childY, log2 - 1, depth + 1);
  }
}

/** candModeList (§ 8.4.2) of the block at (x, y) of the coding unit at (unitX, unitY). */
function findCandidates(x: i32, y: i32, unitX: i32, unitY: i32): void {
  const unit = unitAt(x, y);
  let a = INTRA_DC;
  let b = INTRA_DC;
  if (x > unitX || zoneAt(x - 1, y) == zone) a = load<u8>(modeMap + unit - 1);
  const inRow = (y & ((1 << ctbLog2) - 1)) != 0;
  if (inRow && (y > unitY || zoneAt(x, y - 1) == zone)) b = load<u8>(modeMap + unit - unitStride);
  let c: i32;
  if (a != b) {
    c = a != 0 && b != 0 ? 0 : a != INTRA_DC && b != INTRA_DC ? INTRA_DC : 26;
  } else if (a < 2) {
    a = 0;
    b = INTRA_DC;
    c = 26;
  } else {
    b = 2 + ((a + 29) & 31);
    c = 2 + ((a - 2 + 1) & 31);
  }
  store<u8>(candidates, a);
  store<u8>(candidates, b, 1);
  store<u8>(candidates, c, 2);
}

/** The mode that rem_intra_luma_pred_mode means: the candidates are left out of its count. */
function remainingMode(rest: i32): i32 {
  let a: i32 = load<u8>(candidates);
  let b: i32 = load<u8>(candidates, 1);
  let c: i32 = load<u8>(candidates, 2);
  let low = min(a, b);
  b = max(a, b);
  a = min(low, c);
  c = max(low, c);
  low = min(b, c);
  c = max(b, c);
  b = low;
  if (rest >= a) rest++;
  if (rest >= b) rest++;
  if (rest >= c) rest++;
  return rest;
}

function lumaPrediction(x: i32, y: i32, log2: i32, parts: i32): void {
  const size = parts == 1 ? 1 << log2 : 1 << (log2 - 1);
  for (let part: usize = 0; part < <usize>parts; part++) {
    store<u8>(prevFlags + part, decision(contextAt(PREV_INTRA_LUMA)));
  }
  for (let part = 0; part < parts; part++) {
    const partX = x + (part & 1 ? size : 0);
    const partY = y + (part & 2 ? size : 0);
    findCandidates(partX, partY, x, y);
    let mode: i32;
    if (load<u8>(prevFlags + part)) {
      const index: usize = bypass() ? 1 + bypass() : 0;
      mode = load<u8>(candidates + index);
    } else {
      mode = remainingMode(bypassBits(5));
    }
    store<u8>(lumaModes + part, mode);
    fillMap(modeMap, partX, partY, size, mode);
  }
}

/** IntraPredModeC (§ 8.4.3) */
function chromaPrediction(luma: i32): i32 {
  let mode = luma;
  if (decision(contextAt(INTRA_CHROMA))) {
    const index = bypassBits(2);
    mode = index == 0 ? 0 : index == 1 ? 26 : index == 2 ? 10 : 1;
    if (mode == luma) mode = 34;
  } else {
    mode |= 64;
  }
  return mode;
}

function codingUnit(x: i32, y: i32, log2: i32, depth: i32): void {
  const size = 1 << log2;
  const isBypass = bypassEnabled && decision(contextAt(TRANSQUANT_BYPASS)) != 0;
  const parts = log2 == minCbLog2 && decision(contextAt(PART_MODE)) == 0 ? 4 : 1;
  if (parts == 4) cover(COVER_NXN);
  fillMap(depthMap, x, y, size, depth);
  startUnit(isBypass, parts == 4, log2);
  let keep = isBypass;
  if (parts == 1 && pcmEnabled && log2 >= pcmMinLog2 && log2 <= pcmMaxLog2 && terminate()) {
    cover(COVER_PCM);
    fillMap(modeMap, x, y, size, INTRA_DC);
    pcmSamples(x, y, log2);
    keep = keep || pcmFilterOff;
    if (!error) markDecoded(x, y, log2);
  } else {
    lumaPrediction(x, y, log2, parts);
    if (chromaArrayType == 3) {
      for (let part: usize = 0; part < <usize>parts; part++)
        store<u8>(chromaModes + part, chromaPrediction(load<u8>(lumaModes + part)));
    } else if (chromaArrayType != 0) {
      let mode = chromaPrediction(load<u8>(lumaModes));
      if (chromaArrayType == 2) mode = load<u8>(modes422 + (mode & 63)) | (mode & 64);
      store<u8>(chromaModes, mode);
    }
    transformTree(x, y, x, y, log2, 0, 0, 3, 3);
  }
  if (keep) {
    let row = edgeMap + unitAt(x, y);
    for (let i = 0; i < size; i += 4) {
      for (let k: usize = 0; k < <usize>(size >> 2); k++) store<u8>(row + k, load<u8>(row + k) | EDGE_KEEP);
      row += unitStride;
    }
  }
  finishUnit();
  fillMap(qpMap, x, y, size, qpY);
}

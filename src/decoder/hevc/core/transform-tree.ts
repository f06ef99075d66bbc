// transform_tree() and transform_unit() (§ 7.3.8.8, § 7.3.8.10): prediction and residual, block by block.

import { decision } from "../../cabac/core/engine";
import { chromaModes, lumaModes } from "./coding-tree";
import { CBF_CHROMA, CBF_LUMA, contextAt, RES_SCALE_ABS, RES_SCALE_SIGN, SPLIT_TRANSFORM } from "./contexts";
import { cover, COVER_422, COVER_DEBLOCK_BORDER } from "./coverage";
import { predict } from "./intra";
import {
  chromaArrayType,
  chromaShiftX,
  chromaShiftY,
  crossComponent,
  ctbLog2,
  filterAcrossTiles,
  implicitRdpcm,
  maxTbLog2,
  maxTransformDepth,
  minTbLog2,
} from "./parameters";
import {
  CTB_SLICE,
  CTB_SIZE,
  CTB_TILE,
  ctbColumns,
  EDGE_LEFT,
  EDGE_TOP,
  edgeMap,
  unitAt,
  unitStride,
  zoneMap,
} from "./picture";
import { chromaQpOffset, qpDelta } from "./qp";
import { addCrossComponent, reconstruct } from "./reconstruct";
import { residual } from "./residual";
import { deblocking, error, filterAcrossSlices, scaledQpCb, scaledQpCr, scaledQpY, sliceAddress, zone } from "./slice-state";

/** Whether the left and upper edge of the coding tree block are to be filtered. */
let filterLeft: bool = false;
let filterTop: bool = false;

let isBypass: bool = false;
let isSplit: bool = false;
let maxDepth: i32 = 0;
/** Which prediction block of the coding unit is being transformed. */
let part: usize = 0;

function filterBorder(inside: bool, neighbour: usize, record: usize): bool {
  if (!inside || !deblocking) return false;
  if (!filterAcrossSlices && load<i32>(neighbour, CTB_SLICE) != sliceAddress) {
    cover(COVER_DEBLOCK_BORDER);
    return false;
  }
  if (!filterAcrossTiles && load<u16>(neighbour, CTB_TILE) != load<u16>(record, CTB_TILE)) {
    cover(COVER_DEBLOCK_BORDER + 1);
    return false;
  }
  return true;
}

/** Turns to the coding tree block `record` in column `x` and row `y` of blocks. */
export function startCtb(record: usize, x: i32, y: i32): void {
  filterLeft = filterBorder(x > 0, record - CTB_SIZE, record);
  filterTop = filterBorder(y > 0, record - <usize>ctbColumns * CTB_SIZE, record);
}

/** Turns to a coding unit. `split`: IntraSplitFlag. */
export function startUnit(bypass: bool, split: bool, log2: i32): void {
  isBypass = bypass;
  isSplit = split;
  maxDepth = maxTransformDepth + i32(split);
  part = 0;
}

/** Notes that the block can be predicted from, and which of its edges are to be filtered (§ 8.7.2.3). */
export function markDecoded(x: i32, y: i32, log2: i32): void {
  const count = 1 << (log2 - 2);
  const unit = unitAt(x, y);
  let row = zoneMap + (unit << 1);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < count; k++) store<u16>(row + (<usize>k << 1), zone);
    row += unitStride << 1;
  }
  if (!deblocking) return;
  const mask = (1 << ctbLog2) - 1;
  if ((x & 7) == 0 && (x & mask ? true : filterLeft)) {
    let at = edgeMap + unit;
    for (let i = 0; i < count; i++) {
      store<u8>(at, load<u8>(at) | EDGE_LEFT);
      at += unitStride;
    }
  }
  if ((y & 7) == 0 && (y & mask ? true : filterTop)) {
    for (let i: usize = 0; i < <usize>count; i++) {
      const at = edgeMap + unit + i;
      store<u8>(at, load<u8>(at) | EDGE_TOP);
    }
  }
}

/** `parentCb`, `parentCr`: cbf of the block around, a bit for each square of 4:2:2. */
export function transformTree(
  x: i32,
  y: i32,
  baseX: i32,
  baseY: i32,
  log2: i32,
  depth: i32,
  index: i32,
  parentCb: u32,
  parentCr: u32,
): void {
  const forced = isSplit && depth == 0;
  let split: bool;
  if (log2 <= maxTbLog2 && log2 > minTbLog2 && depth < maxDepth && !forced)
    split = decision(contextAt(SPLIT_TRANSFORM + <usize>(5 - log2))) != 0;
  else split = log2 > maxTbLog2 || forced;
  let cb: u32 = 0;
  let cr: u32 = 0;
  if ((log2 > 2 && chromaArrayType != 0) || chromaArrayType == 3) {
    const context = contextAt(CBF_CHROMA + <usize>depth);
    const two = chromaArrayType == 2 && (!split || log2 == 3);
    if (parentCb) {
      cb = decision(context);
      if (two) cb |= decision(context) << 1;
    }
    if (parentCr) {
      cr = decision(context);
      if (two) cr |= decision(context) << 1;
    }
  } else if (log2 == 2 && chromaArrayType != 0) {
    cb = parentCb;
    cr = parentCr;
  }
  if (!split) {
    const luma = decision(contextAt(CBF_LUMA + usize(depth == 0))) != 0;
    transformUnit(x, y, baseX, baseY, log2, index, luma, cb, cr);
    return;
  }
  const half = 1 << (log2 - 1);
  for (let i = 0; i < 4; i++) {
    if (error) return;
    if (forced) part = i;
    transformTree(x + (i & 1 ? half : 0), y + (i & 2 ? half : 0), x, y, log2 - 1, depth + 1, i, cb, cr);
  }
}

/** scanIdx (§ 7.4.9.11) of a block of a component. */
// @ts-ignore: decorator
@inline
function scanOf(log2: i32, component: i32, mode: i32): i32 {
  if (log2 != 2 && (log2 != 3 || (component != 0 && chromaArrayType != 3))) return 0;
  return mode >= 6 && mode <= 14 ? 2 : mode >= 22 && mode <= 30 ? 1 : 0;
}

/** log2_res_scale_abs_plus1 and res_scale_sign_flag: ResScaleVal. */
function crossComponentScale(component: i32): i32 {
  const first = RES_SCALE_ABS + <usize>(4 * (component - 1));
  let value: i32 = 0;
  while (value < 4 && decision(contextAt(first + value))) value++;
  if (value == 0) return 0;
  const negative = decision(contextAt(RES_SCALE_SIGN + <usize>(component - 1))) != 0;
  return negative ? -(1 << (value - 1)) : 1 << (value - 1);
}

function block(component: i32, x: i32, y: i32, log2: i32, mode: i32, qp: i32, cbf: bool, scale: i32): void {
  if (error) return;
  predict(component, x, y, log2, mode, isBypass);
  if (cbf) {
    const directional = implicitRdpcm && (mode == 10 || mode == 26);
    residual(log2, component, scanOf(log2, component, mode), qp, isBypass, directional);
    if (error) return;
    reconstruct(component, x, y, log2, isBypass, directional, mode == 26, scale);
  } else if (scale != 0) {
    addCrossComponent(component, x, y, log2, scale);
  }
}

function chroma(x: i32, y: i32, log2: i32, mode: i32, cb: u32, cr: u32, predicted: bool): void {
  const left = x >> chromaShiftX;
  const top = y >> chromaShiftY;
  for (let component = 1; component < 3; component++) {
    const scale = predicted ? crossComponentScale(component) : 0;
    const cbf = component == 1 ? cb : cr;
    const qp = component == 1 ? scaledQpCb : scaledQpCr;
    block(component, left, top, log2, mode, qp, (cbf & 1) != 0, scale);
    if (chromaArrayType == 2) {
      cover(COVER_422);
      block(component, left, top + (1 << log2), log2, mode, qp, (cbf & 2) != 0, 0);
    }
  }
}

function transformUnit(
  x: i32,
  y: i32,
  baseX: i32,
  baseY: i32,
  log2: i32,
  index: i32,
  luma: bool,
  cb: u32,
  cr: u32,
): void {
  if (luma || (cb | cr) != 0) {
    qpDelta();
    if ((cb | cr) != 0 && !isBypass) chromaQpOffset();
  }
  block(0, x, y, log2, load<u8>(lumaModes + part), scaledQpY, luma, 0);
  if (error) return;
  markDecoded(x, y, log2);
  if (chromaArrayType == 0) return;
  // Bit 6: the mode is that of luma (intra_chroma_pred_mode 4).
  if (chromaArrayType == 3) {
    const mode: i32 = load<u8>(chromaModes + part);
    chroma(x, y, log2, mode & 63, cb, cr, crossComponent && luma && mode >= 64);
  } else if (log2 > 2) {
    chroma(x, y, log2 - 1, load<u8>(chromaModes) & 63, cb, cr, false);
  } else if (index == 3) {
    chroma(baseX, baseY, 2, load<u8>(chromaModes) & 63, cb, cr, false);
  }
}

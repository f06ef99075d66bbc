// Quantisation groups: prediction of QpY (§ 8.6.1), cu_qp_delta and cu_chroma_qp_offset (§ 7.3.8.14).

import { bypass, decision } from "../../cabac/core/engine";
import { CHROMA_QP_OFFSET_FLAG, CHROMA_QP_OFFSET_IDX, contextAt, QP_DELTA } from "./contexts";
import { cover, COVER_CHROMA_QP_OFFSET, COVER_QP_DELTA } from "./coverage";
import { bitDepthLuma, ctbLog2, qpDeltaEnabled } from "./parameters";
import { qpMap, unitAt, unitStride } from "./picture";
import { chromaOffsetsEnabled, ERROR_QP_DELTA, fail, qpY, setChromaOffsets, setQp } from "./slice-state";

/** QpY of the last coding unit in decoding order. */
let lastQp: i32 = 0;
/** qPY_PRED of the group. */
let predictedQp: i32 = 0;
let isDeltaCoded: bool = false;
let isOffsetCoded: bool = false;

/** cb_qp_offset_list and cr_qp_offset_list, i8 each, and chroma_qp_offset_list_len_minus1. */
export const offsetList: usize = memory.data(12);
let offsetListLast: i32 = 0;

export function putOffsetList(lastIndex: i32): void {
  offsetListLast = lastIndex;
}

/** The QP before the first group of a slice, of a tile, or of a row with wavefronts. */
export function restartQp(qp: i32): void {
  lastQp = qp;
}

export function startQpGroup(x: i32, y: i32): void {
  isDeltaCoded = false;
  const unit = qpMap + unitAt(x, y);
  const mask = (1 << ctbLog2) - 1;
  // Outside of the coding tree block there is no neighbour.
  const a: i32 = x & mask ? load<i8>(unit - 1) : lastQp;
  const b: i32 = y & mask ? load<i8>(unit - unitStride) : lastQp;
  predictedQp = (a + b + 1) >> 1;
  setQp(predictedQp);
}

export function startChromaQpGroup(): void {
  isOffsetCoded = false;
}

export function finishUnit(): void {
  lastQp = qpY;
}

/** cu_qp_delta_abs and cu_qp_delta_sign_flag, unless the group has had them. */
export function qpDelta(): void {
  if (!qpDeltaEnabled || isDeltaCoded) return;
  isDeltaCoded = true;
  let delta: i32 = 0;
  while (delta < 5 && decision(contextAt(QP_DELTA + usize(delta > 0)))) delta++;
  if (delta == 5) {
    let order: i32 = 0;
    while (bypass()) {
      delta += 1 << order;
      if (++order > 6) {
        fail(ERROR_QP_DELTA);
        return;
      }
    }
    while (--order >= 0) delta += bypass() << order;
  }
  if (delta != 0 && bypass()) delta = -delta;
  const bdOffset = 6 * (bitDepthLuma - 8);
  if (delta < -(26 + (bdOffset >> 1)) || delta > 25 + (bdOffset >> 1)) {
    fail(ERROR_QP_DELTA);
    return;
  }
  cover(COVER_QP_DELTA);
  setQp(((predictedQp + delta + 52 + 2 * bdOffset) % (52 + bdOffset)) - bdOffset);
}

/** cu_chroma_qp_offset_flag and cu_chroma_qp_offset_idx, unless the group has had them. */
export function chromaQpOffset(): void {
  if (!chromaOffsetsEnabled || isOffsetCoded) return;
  isOffsetCoded = true;
  if (!decision(contextAt(CHROMA_QP_OFFSET_FLAG))) {
    setChromaOffsets(0, 0);
    return;
  }
  let index: i32 = 0;
  while (index < offsetListLast && decision(contextAt(CHROMA_QP_OFFSET_IDX))) index++;
  cover(COVER_CHROMA_QP_OFFSET + index);
  setChromaOffsets(load<i8>(offsetList + 2 * index), load<i8>(offsetList + 2 * index, 1));
}

// Context variables of CABAC (§ 9.3.2), and behind them StatCoeff.

import { CONTEXT_SHIFT, startContext } from "../../cabac/core/contexts";
import { cover, COVER_WPP } from "./coverage";

export const SAO_MERGE: usize = 0;
export const SAO_TYPE: usize = 1;
export const SPLIT_CU: usize = 2;
export const TRANSQUANT_BYPASS: usize = 5;
export const PART_MODE: usize = 6;
export const PREV_INTRA_LUMA: usize = 7;
export const INTRA_CHROMA: usize = 8;
export const SPLIT_TRANSFORM: usize = 9;
export const CBF_LUMA: usize = 12;
export const CBF_CHROMA: usize = 14;
export const TRANSFORM_SKIP: usize = 19;
export const QP_DELTA: usize = 21;
export const CHROMA_QP_OFFSET_FLAG: usize = 23;
export const CHROMA_QP_OFFSET_IDX: usize = 24;
export const RES_SCALE_ABS: usize = 25;
export const RES_SCALE_SIGN: usize = 33;
export const LAST_X: usize = 35;
export const LAST_Y: usize = 53;
export const CODED_SUB_BLOCK: usize = 71;
export const SIGNIFICANT: usize = 75;
export const GREATER1: usize = 119;
export const GREATER2: usize = 143;
const CONTEXT_COUNT: usize = 149;
/** CONTEXT_COUNT variables of eight bytes, and StatCoeff. */
const STORED: usize = 1196;

/** The contexts in force. */
const contexts: usize = memory.data(1200, 16);
/** u8 × 4: StatCoeff of persistent_rice_adaptation_enabled_flag. */
export const statCoeff: usize = contexts + (CONTEXT_COUNT << CONTEXT_SHIFT);
/** TableStateIdxWpp and TableStateIdxDs with what belongs to them. */
const afterSecondBlock: usize = memory.data(1200, 16);
const afterSegment: usize = memory.data(1200, 16);

/** initValue of I slices, Tables 9-5 to 9-37, in the order above. */
const initValues: usize = memory.data<u8>([
  153, 200, 139, 141, 157, 154, 184, 184, 63, 153, 138, 138, 111, 141, 94, 138, 182, 154, 154, 139, 139, 154, 154, 154, 154,
  154, 154, 154, 154, 154, 154, 154, 154, 154, 154,
  110, 110, 124, 125, 140, 153, 125, 127, 140, 109, 111, 143, 127, 111, 79, 108, 123, 63,
  110, 110, 124, 125, 140, 153, 125, 127, 140, 109, 111, 143, 127, 111, 79, 108, 123, 63,
  91, 171, 134, 141,
  111, 111, 125, 110, 110, 94, 124, 108, 124, 107, 125, 141, 179, 153, 125, 107, 125, 141, 179, 153, 125, 107,
  125, 141, 179, 153, 125, 140, 139, 182, 182, 152, 136, 152, 136, 153, 136, 139, 111, 136, 139, 111, 141, 111,
  140, 92, 137, 138, 140, 152, 138, 139, 153, 74, 149, 92, 139, 107, 122, 152, 140, 179, 166, 182, 140, 227, 122, 197,
  138, 153, 136, 167, 152, 152,
]);

/** Address of a context. */
// @ts-ignore: decorator
@inline
export function contextAt(number: usize): usize {
  return contexts + (number << CONTEXT_SHIFT);
}

/** States at the start of an I slice, a tile and so on (§ 9.3.2.2). */
export function initContexts(sliceQp: i32): void {
  const qp = max(0, min(51, sliceQp));
  for (let i: usize = 0; i < CONTEXT_COUNT; i++) {
    const value: i32 = load<u8>(initValues + i);
    const m = (value >> 4) * 5 - 45;
    const n = ((value & 15) << 3) - 16;
    startContext(contextAt(i), ((m * qp) >> 4) + n);
  }
  store<u32>(statCoeff, 0);
}

/** § 9.3.2.4, behind the second coding tree unit of a row. */
export function keepForNextRow(): void {
  memory.copy(afterSecondBlock, contexts, STORED);
}

/** § 9.3.2.5, from the row above. */
export function takeFromRowAbove(): void {
  cover(COVER_WPP);
  memory.copy(contexts, afterSecondBlock, STORED);
}

/** At the end of a slice segment. */
export function keepForNextSegment(): void {
  memory.copy(afterSegment, contexts, STORED);
}

/** At the start of a dependent slice segment. */
export function takeFromSegmentBefore(): void {
  memory.copy(contexts, afterSegment, STORED);
}

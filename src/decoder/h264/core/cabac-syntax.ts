// Macroblock syntax elements in CABAC: binarisation (§ 9.3.2) and context choice (§ 9.3.3.1) in I slices.

import { CONTEXT_SHIFT } from "../../cabac/core/contexts";
import { decision, terminate } from "../../cabac/core/engine";
import { contextAt } from "./cabac-contexts";
import { parseLevels } from "./cabac-levels";
import { parseMappedSignificance, parseSignificance } from "./cabac-significance";
import { residualContexts } from "./cabac-tables";
import { dcLevels, unitScale } from "./dequant";
import { codedNeighbours, isIntraNxN, setCount, setCounts8x8 } from "./neighbours";
import { chromaArrayType, hasSubsampledChroma, MB_CBP, MB_CHROMA_MODE, MB_TRANSFORM_8X8, MB_TYPE, TYPE_PCM } from "./picture";
import { qpOffset } from "./sample";
import {
  chromaDcScan422,
  identityScan,
  incChromaDc422,
  lastInc8x8,
  significantInc8x8,
  significantIncField8x8,
} from "./scan-tables";
import { fail, leftRows, mbA, mbALower, mbB, mbField, scan4x4, scan8x8, ERROR_QP_DELTA } from "./slice-state";

/** Whether the macroblock before in the slice had a mb_qp_delta other than 0. */
let lastQpDelta: bool = false;

export function resetQpDelta(): void {
  lastQpDelta = false;
}

/** mb_type 0 … 25 (Table 7-11; ctxIdx 3 … 10). */
export function mbTypeCabac(): i32 {
  const inc = usize(mbA != 0 && !isIntraNxN(mbA)) + usize(mbB != 0 && !isIntraNxN(mbB));
  if (!decision(contextAt(3 + inc))) return 0;
  if (terminate()) return 25;
  let type = 1 + 12 * <i32>decision(contextAt(6));
  if (decision(contextAt(7))) type += 4 + 4 * <i32>decision(contextAt(8));
  type += 2 * <i32>decision(contextAt(9));
  return type + <i32>decision(contextAt(10));
}

/** mb_field_decoding_flag (ctxIdx 70 … 72), given how many of the left and upper pairs are field pairs. */
export function fieldFlagCabac(fieldNeighbours: usize): bool {
  return decision(contextAt(70 + fieldNeighbours)) != 0;
}

/** transform_size_8x8_flag (ctxIdx 399 … 401) */
export function transform8x8FlagCabac(): bool {
  const inc =
    usize(mbA != 0 && load<u8>(mbA + MB_TRANSFORM_8X8) != 0) + usize(mbB != 0 && load<u8>(mbB + MB_TRANSFORM_8X8) != 0);
  return decision(contextAt(399 + inc)) != 0;
}

/** prev_intra_pred_mode_flag and rem_intra_pred_mode (ctxIdx 68, 69): the mode, given its prediction. */
export function predModeCabac(predicted: i32): i32 {
  if (decision(contextAt(68))) return predicted;
  let rem = <i32>decision(contextAt(69));
  rem |= <i32>decision(contextAt(69)) << 1;
  rem |= <i32>decision(contextAt(69)) << 2;
  return rem < predicted ? rem : rem + 1;
}

// @ts-ignore: decorator
@inline
function chromaModeNotDc(record: usize): usize {
  return usize(record != 0 && load<u8>(record + MB_TYPE) != TYPE_PCM && load<u8>(record + MB_CHROMA_MODE) != 0);
}

/** intra_chroma_pred_mode (ctxIdx 64 … 67) */
export function chromaModeCabac(): i32 {
  if (!decision(contextAt(64 + chromaModeNotDc(mbA) + chromaModeNotDc(mbB)))) return 0;
  if (!decision(contextAt(67))) return 1;
  return decision(contextAt(67)) ? 3 : 2;
}

/** CodedBlockPattern of a neighbour as the contexts see it: all luma coded where there is none, everything in I_PCM. */
// @ts-ignore: decorator
@inline
function cbpOf(record: usize): u32 {
  if (record == 0) return 0x0f;
  return load<u8>(record + MB_TYPE) == TYPE_PCM ? 0x2f : load<u16>(record + MB_CBP) & 0x3f;
}

/** coded_block_pattern (ctxIdx 73 … 84): CodedBlockPatternLuma | CodedBlockPatternChroma << 4 */
export function cbpCabac(): u32 {
  const a = cbpOf(mbA);
  const b = cbpOf(mbB);
  // The 8x8 blocks (1 or 3) to the left of blocks 0 and 2: their rows say which half of the neighbour they are in.
  const left0 = (a >> (1 + (leftRows & 2))) & 1;
  const left2 = (cbpOf(mbALower) >> (1 + ((leftRows >> 16) & 2))) & 1;
  // condTermFlag is 1 where the neighbouring 8x8 block is *not* coded.
  let cbp = decision(contextAt(73 + (left0 ^ 1) + 2 * (((b >> 2) & 1) ^ 1)));
  cbp |= decision(contextAt(73 + ((cbp & 1) ^ 1) + 2 * (((b >> 3) & 1) ^ 1))) << 1;
  cbp |= decision(contextAt(73 + (left2 ^ 1) + 2 * ((cbp & 1) ^ 1))) << 2;
  cbp |= decision(contextAt(73 + (((cbp >> 2) & 1) ^ 1) + 2 * (((cbp >> 1) & 1) ^ 1))) << 3;
  if (!hasSubsampledChroma) return cbp;
  const chromaA = a >> 4;
  const chromaB = b >> 4;
  if (decision(contextAt(77 + usize(chromaA != 0) + 2 * usize(chromaB != 0)))) {
    cbp |= 16 << decision(contextAt(81 + usize(chromaA == 2) + 2 * usize(chromaB == 2)));
  }
  return cbp;
}

/** mb_qp_delta (ctxIdx 60 … 63) */
export function qpDeltaCabac(): i32 {
  if (!decision(contextAt(60 + usize(lastQpDelta)))) {
    lastQpDelta = false;
    return 0;
  }
  lastQpDelta = true;
  let value = 1;
  let context = contextAt(62);
  while (decision(context)) {
    context = contextAt(63);
    // -26 … 25 is the range at 8 bit (§ 7.4.5); the mapped value of -26 is 52.
    if (++value > 52 + qpOffset(false)) {
      fail(ERROR_QP_DELTA);
      return 0;
    }
  }
  return value & 1 ? (value + 1) >> 1 : -(value >> 1);
}

/** ctxBlockCat of luma blocks (Table 9-42); those of Cb and Cr in 4:4:4 follow in fours from 6 on. */
export const CAT_DC: i32 = 0;
export const CAT_AC: i32 = 1;
export const CAT_4X4: i32 = 2;
const CAT_CHROMA_DC: i32 = 3;
export const CAT_CHROMA_AC: i32 = 4;
const CAT_8X8: i32 = 5;

/** ctxBlockCat in a plane that is coded like luma. */
// @ts-ignore: decorator
@inline
export function categoryOf(plane: i32, category: i32): i32 {
  if (plane == 0) return category;
  return (category == CAT_8X8 ? 3 : category) + 2 + 4 * plane;
}

/** Address of the context of a kind, as `residualContexts` lists them, with ctxIdxInc `inc`. */
// @ts-ignore: decorator
@inline
function contextOf(category: i32, kind: i32, inc: usize = 0): usize {
  return contextAt(load<u16>(residualContexts + <usize>(category * 12 + kind * 2)) + inc);
}

const KIND_CODED: i32 = 0;
const KIND_SIGNIFICANT: i32 = 1;
const KIND_LAST: i32 = 2;
const KIND_ABSOLUTE: i32 = 3;

/** From the flags of frame macroblocks to those of field macroblocks. */
// @ts-ignore: decorator
@inline
function flagKind(kind: i32): i32 {
  return mbField ? kind + 3 : kind;
}

// What the 4x4 blocks of a plane have in common.
let blockCoded: usize = 0;
let blockSignificant: usize = 0;
let blockLast: usize = 0;
let blockAbsolute: usize = 0;
let blockFinal: usize = 0;
let blockScan: usize = 0;

/** Turns to 4x4 blocks of a category: of luma or a plane like it, or chroma AC. `ac`: without the first coefficient. */
export function startBlocks4x4(category: i32, ac: bool): void {
  blockCoded = contextOf(category, KIND_CODED);
  blockSignificant = contextOf(category, flagKind(KIND_SIGNIFICANT));
  blockLast = contextOf(category, flagKind(KIND_LAST));
  blockAbsolute = contextOf(category, KIND_ABSOLUTE);
  blockFinal = ac ? 14 : 15;
  blockScan = ac ? scan4x4 + 1 : scan4x4;
}

/** A 4x4 block with its coded_block_flag. `at`: place in the cache of counts. */
export function block4x4Cabac(plane: i32, at: usize, scale: usize, out: usize): void {
  const coded = blockCoded + (codedNeighbours(plane, at) << CONTEXT_SHIFT);
  const found = parseSignificance(coded, blockSignificant, blockLast, blockFinal);
  if (found > 0) parseLevels(found, blockAbsolute, 4, blockScan, scale, out);
  setCount(plane, at, found);
}

/** An 8x8 block, which has a coded_block_flag in 4:4:4 only. */
export function block8x8Cabac(plane: i32, at: usize, scale: usize, out: usize): void {
  const category = categoryOf(plane, CAT_8X8);
  if (chromaArrayType == 3 && !decision(contextOf(category, KIND_CODED, codedNeighbours(plane, at)))) {
    setCounts8x8(plane, at, 0);
    return;
  }
  const found = parseMappedSignificance(
    contextOf(category, flagKind(KIND_SIGNIFICANT)),
    contextOf(category, flagKind(KIND_LAST)),
    mbField ? significantIncField8x8 : significantInc8x8,
    lastInc8x8,
    63,
  );
  parseLevels(found, contextOf(category, KIND_ABSOLUTE), 4, scan8x8, scale, out);
  setCounts8x8(plane, at, found);
}

// @ts-ignore: decorator
@inline
function dcCoded(record: usize, bit: u32): usize {
  if (record == 0 || load<u8>(record + MB_TYPE) == TYPE_PCM) return 1;
  return (load<u16>(record + MB_CBP) >> bit) & 1;
}

/** Context of coded_block_flag of DC levels; `bit`: where MB_CBP notes them (8 Y, 9 Cb, 10 Cr). */
// @ts-ignore: decorator
@inline
function dcContext(category: i32, bit: u32): usize {
  return contextOf(category, KIND_CODED, dcCoded(mbA, bit) + 2 * dcCoded(mbB, bit));
}

/** DC levels of Intra_16x16 into `dcLevels`. Returns whether they are coded. */
export function lumaDcCabac(plane: i32, bit: u32): bool {
  const category = categoryOf(plane, CAT_DC);
  const found = parseSignificance(
    dcContext(category, bit),
    contextOf(category, flagKind(KIND_SIGNIFICANT)),
    contextOf(category, flagKind(KIND_LAST)),
    15,
  );
  if (found == 0) return false;
  parseLevels(found, contextOf(category, KIND_ABSOLUTE), 4, scan4x4, unitScale, dcLevels);
  return true;
}

/** DC levels of a 4:2:0 or 4:2:2 chroma plane into `dcLevels`. Returns whether they are coded. */
export function chromaDcCabac(bit: u32): bool {
  const is420 = chromaArrayType == 1;
  const coded = dcContext(CAT_CHROMA_DC, bit);
  const significant = contextOf(CAT_CHROMA_DC, flagKind(KIND_SIGNIFICANT));
  const last = contextOf(CAT_CHROMA_DC, flagKind(KIND_LAST));
  let found: i32;
  if (is420) found = parseSignificance(coded, significant, last, 3);
  else found = decision(coded) ? parseMappedSignificance(significant, last, incChromaDc422, incChromaDc422, 7) : 0;
  if (found == 0) return false;
  const scan = is420 ? identityScan : chromaDcScan422;
  parseLevels(found, contextOf(CAT_CHROMA_DC, KIND_ABSOLUTE), 3, scan, unitScale, dcLevels);
  return true;
}

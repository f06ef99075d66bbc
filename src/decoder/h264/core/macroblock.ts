// macroblock_layer() of I slices (§ 7.3.5): one macroblock from bits to samples, in either entropy coding.

import { bitPosition, se, setBitPosition, u, ue } from "./bits";
import { engineBit, startEngine } from "../../cabac/core/engine";
import {
  cbpCabac,
  chromaModeCabac,
  mbTypeCabac,
  predModeCabac,
  qpDeltaCabac,
  resetQpDelta,
  transform8x8FlagCabac,
} from "./cabac-syntax";
import { intraCbp, intraCbpLuma } from "./cavlc-tables";
import { cover, COVER_MB_TYPE_CABAC, COVER_MB_TYPE_CAVLC, COVER_QP_WRAP } from "./coverage";
import {
  forget4x4Neighbours,
  loadCounts,
  loadModes,
  place,
  predictedMode,
  setMode,
  setModes8x8,
  storeCounts,
  storeCountsOf,
  storeDcModes,
  storeModes,
} from "./neighbours";
import {
  chromaArrayType,
  hasSubsampledChroma,
  MB_CBP,
  MB_CHROMA_MODE,
  MB_DEBLOCK_IDC,
  MB_FIELD,
  MB_OFFSET_A,
  MB_OFFSET_B,
  MB_QP,
  MB_QP_CB,
  MB_QP_CR,
  MB_SLICE,
  MB_TRANSFORM_8X8,
  MB_TYPE,
  TYPE_I16X16,
  TYPE_I4X4,
  TYPE_I8X8,
  TYPE_PCM,
} from "./picture";
import { pcmBytes, reconstructPcm } from "./pcm";
import { reconstruct16x16, reconstruct4x4, reconstruct8x8, reconstructChroma } from "./reconstruct";
import { dcCodedBits, parseChroma, parsePlanes } from "./residual";
import { qpOffset } from "./sample";
import {
  chromaQpOf,
  deblockIdc,
  error,
  fail,
  mb,
  mbField,
  offsetA,
  offsetB,
  qp,
  setQp,
  sliceNumber,
  transform8x8Mode,
  ERROR_CBP,
  ERROR_MB_TYPE,
  ERROR_OVERRUN,
  ERROR_PRED_MODE,
  ERROR_QP_DELTA,
} from "./slice-state";

/** Writes what the deblocking filter and later macroblocks need to know whatever the type is. */
function describe(type: u32, deblockQp: i32, cb: i32, cr: i32): void {
  store<i32>(mb, sliceNumber, MB_SLICE);
  store<u8>(mb, type, MB_TYPE);
  store<u8>(mb, mbField, MB_FIELD);
  store<u8>(mb, 0, MB_TRANSFORM_8X8);
  store<u8>(mb, 0, MB_CHROMA_MODE);
  store<u16>(mb, 0, MB_CBP);
  store<u8>(mb, deblockQp, MB_QP);
  store<u8>(mb, cb, MB_QP_CB);
  store<u8>(mb, cr, MB_QP_CR);
  store<u8>(mb, deblockIdc, MB_DEBLOCK_IDC);
  store<u8>(mb, offsetA, MB_OFFSET_A);
  store<u8>(mb, offsetB, MB_OFFSET_B);
}

/** I_PCM: samples as they are. `qp` goes on as it was; the deblocking filter sees 0 (§ 8.7.2.2). */
function pcm(cabac: bool, sliceEnd: usize): void {
  const from = ((cabac ? engineBit() : bitPosition) + 7) >> 3;
  if (from + pcmBytes() > sliceEnd) {
    fail(ERROR_OVERRUN);
    return;
  }
  describe(TYPE_PCM, 0, chromaQpOf(0, 0), chromaQpOf(1, 0));
  storeCountsOf(16);
  storeDcModes();
  reconstructPcm(from);
  if (cabac) {
    startEngine(from + pcmBytes(), sliceEnd);
    resetQpDelta();
  } else {
    setBitPosition((from + pcmBytes()) << 3);
  }
}

function predModes4x4(cabac: bool): void {
  for (let block = 0; block < 16; block++) {
    const at = place(block);
    setMode(at, predMode(cabac, predictedMode(at)));
  }
}

function predModes8x8(cabac: bool): void {
  for (let quarter = 0; quarter < 4; quarter++) {
    const at = place(quarter << 2);
    setModes8x8(at, predMode(cabac, predictedMode(at)));
  }
}

// @ts-ignore: decorator
@inline
function predMode(cabac: bool, predicted: i32): i32 {
  if (cabac) return predModeCabac(predicted);
  if (u(1)) return predicted;
  const rem: i32 = u(3);
  return rem < predicted ? rem : rem + 1;
}

/** coded_block_pattern of I_NxN, me(v). */
function cbpCavlc(): u32 {
  const code = ue();
  if (code > (hasSubsampledChroma ? 47 : 15)) {
    fail(ERROR_CBP);
    return 0;
  }
  return load<u8>((hasSubsampledChroma ? intraCbp : intraCbpLuma) + code);
}

/** mb_qp_delta and what follows from it (§ 7.4.5). */
function applyQpDelta(cabac: bool): void {
  const delta = cabac ? qpDeltaCabac() : se();
  const offset = qpOffset(false);
  if (delta < -26 - (offset >> 1) || delta > 25 + (offset >> 1)) {
    fail(ERROR_QP_DELTA);
    return;
  }
  if (delta == 0) return;
  const next = qp + delta;
  if (next < -offset || next > 51) cover(COVER_QP_WRAP);
  setQp(((next + 52 + 2 * offset) % (52 + offset)) - offset);
}

/** Parses and reconstructs the macroblock that `setPosition` chose. Sets `error` when the syntax is broken. */
export function macroblock(cabac: bool, sliceEnd: usize): void {
  const type: i32 = cabac ? mbTypeCabac() : <i32>ue();
  if (type > 25) {
    fail(ERROR_MB_TYPE);
    return;
  }
  cover((cabac ? COVER_MB_TYPE_CABAC : COVER_MB_TYPE_CAVLC) + type);
  if (type == 25) {
    pcm(cabac, sliceEnd);
    return;
  }

  const intra16x16 = type != 0;
  let transform8x8 = false;
  let cbp: u32 = 0;
  if (intra16x16) {
    // Table 7-11: prediction mode, chroma and luma pattern in one number.
    const rest: u32 = type - 1;
    cbp = ((rest >> 2) % 3 << 4) | (rest >= 12 ? 15 : 0);
    if (!hasSubsampledChroma && cbp > 15) {
      fail(ERROR_MB_TYPE);
      return;
    }
  } else {
    if (transform8x8Mode) transform8x8 = cabac ? transform8x8FlagCabac() : u(1) != 0;
    loadModes();
    if (transform8x8) predModes8x8(cabac);
    else predModes4x4(cabac);
  }
  const chromaMode: i32 = !hasSubsampledChroma ? 0 : cabac ? chromaModeCabac() : <i32>ue();
  if (chromaMode > 3) {
    fail(ERROR_PRED_MODE);
    return;
  }
  if (!intra16x16) cbp = cabac ? cbpCabac() : cbpCavlc();
  if (intra16x16 || cbp != 0) applyQpDelta(cabac);
  else resetQpDelta();
  if (error) return;

  describe(intra16x16 ? TYPE_I16X16 : transform8x8 ? TYPE_I8X8 : TYPE_I4X4, qp, chromaQpOf(0, qp), chromaQpOf(1, qp));
  store<u8>(mb, transform8x8, MB_TRANSFORM_8X8);
  store<u8>(mb, chromaMode, MB_CHROMA_MODE);
  loadCounts();
  if (transform8x8 && cabac && chromaArrayType == 3) forget4x4Neighbours();
  parsePlanes(cabac, intra16x16, transform8x8, cbp & 15);
  if (error) return;
  if (hasSubsampledChroma) parseChroma(cabac, cbp >> 4);
  if (error) return;
  store<u16>(mb, cbp | dcCodedBits, MB_CBP);
  storeCounts();
  if (intra16x16) storeDcModes();
  else storeModes();

  if (intra16x16) reconstruct16x16((type - 1) & 3);
  else if (transform8x8) reconstruct8x8();
  else reconstruct4x4();
  if (error) return;
  if (hasSubsampledChroma) reconstructChroma(chromaMode);
}

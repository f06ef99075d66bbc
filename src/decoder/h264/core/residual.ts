// residual() of a macroblock (§ 7.3.5.3) in either entropy coding: scaled coefficients of luma and chroma.

import { block4x4Cabac, block8x8Cabac, dcCabac } from "./cabac-syntax";
import { NC_CHROMA_DC, residualCavlc } from "./cavlc-residual";
import { cover, COVER_TRANSFORM_8X8_CABAC, COVER_TRANSFORM_8X8_CAVLC } from "./coverage";
import { coefficients, dcLevels, PLANE_COEFFICIENTS, scale4x4At, scale8x8At, unitScale } from "./dequant";
import { place, predictedCount, setCount } from "./neighbours";
import { identityScan } from "./scan-tables";
import { bypass, error, qp, qpCb, qpCr, scan4x4, scanInterleaved } from "./slice-state";
import { chromaDc, lumaDc } from "./transform";

/** Which planes have DC levels: bits as in MB_CBP. */
export let dcCodedBits: u32 = 0;

function luma4x4(cabac: bool, intra16x16: bool, block: i32, scale: usize, round: i32, shift: i32): void {
  const at = place(block);
  const out = coefficients + (<usize>block << 5);
  if (cabac) {
    block4x4Cabac(intra16x16 ? 1 : 2, 0, at, scale, round, shift, out);
  } else {
    const scan = intra16x16 ? scan4x4 + 1 : scan4x4;
    setCount(0, at, residualCavlc(predictedCount(0, at), intra16x16 ? 15 : 16, scan, scale, round, shift, out));
  }
}

function luma8x8(cabac: bool, quarter: i32): void {
  const out = coefficients + (<usize>quarter << 7);
  const scale = bypass ? unitScale : scale8x8At(qp);
  const round = bypass ? 0 : 32;
  const shift = bypass ? 0 : 6;
  const first = quarter << 2;
  if (cabac) {
    cover(COVER_TRANSFORM_8X8_CABAC);
    block8x8Cabac(place(first), scale, round, shift, out);
    return;
  }
  cover(COVER_TRANSFORM_8X8_CAVLC);
  for (let k = 0; k < 4; k++) {
    const at = place(first + k);
    setCount(0, at, residualCavlc(predictedCount(0, at), 16, scanInterleaved + 16 * k, scale, round, shift, out));
  }
}

/** Coefficients of luma; DC of Intra_16x16 transformed into their blocks. */
export function parseLuma(cabac: bool, intra16x16: bool, transform8x8: bool, cbp: u32): void {
  dcCodedBits = 0;
  const scale = bypass ? unitScale : scale4x4At(0, qp);
  const round = bypass ? 0 : 8;
  const shift = bypass ? 0 : 4;
  if (intra16x16) {
    let coded: bool;
    if (cabac) coded = dcCabac(true, 8);
    else coded = residualCavlc(predictedCount(0, place(0)), 16, scan4x4, unitScale, 0, 0, dcLevels) > 0;
    if (coded) {
      dcCodedBits = 1 << 8;
      if (bypass) scatterLumaDc();
      else lumaDc(load<i32>(scale), coefficients);
    }
  }
  for (let quarter = 0; quarter < 4; quarter++) {
    if (!((cbp >> quarter) & 1)) continue;
    if (transform8x8) {
      luma8x8(cabac, quarter);
    } else {
      for (let k = 0; k < 4; k++) luma4x4(cabac, intra16x16, (quarter << 2) + k, scale, round, shift);
    }
    if (error) return;
  }
}

/** Lossless Intra_16x16: DC levels are the first samples of their blocks. */
function scatterLumaDc(): void {
  for (let block: usize = 0; block < 16; block++) {
    // luma4x4BlkIdx to column and row of the 4x4 matrix.
    const x = (block & 1) | ((block >> 1) & 2);
    const y = ((block >> 1) & 1) | ((block >> 2) & 2);
    const from = dcLevels + ((x * 4 + y) << 1);
    store<i16>(coefficients + (block << 5), load<i16>(from));
    store<i16>(from, 0);
  }
}

/** Coefficients of both chroma planes in 4:2:0; `pattern`: CodedBlockPatternChroma. */
export function parseChroma(cabac: bool, pattern: u32): void {
  if (pattern == 0) return;
  for (let plane = 1; plane < 3; plane++) {
    const out = coefficients + <usize>plane * PLANE_COEFFICIENTS;
    const bit: u32 = 8 + plane;
    let coded: bool;
    if (cabac) coded = dcCabac(false, bit);
    else coded = residualCavlc(NC_CHROMA_DC, 4, identityScan, unitScale, 0, 0, dcLevels) > 0;
    if (error) return;
    if (!coded) continue;
    dcCodedBits |= 1 << bit;
    if (bypass) {
      for (let k: usize = 0; k < 4; k++) {
        store<i16>(out + (k << 5), load<i16>(dcLevels + (k << 1)));
        store<i16>(dcLevels + (k << 1), 0);
      }
    } else {
      chromaDc(load<i32>(scale4x4At(plane, plane == 1 ? qpCb : qpCr)), out);
    }
  }
  if (pattern != 2) return;
  for (let plane = 1; plane < 3; plane++) {
    const out = coefficients + <usize>plane * PLANE_COEFFICIENTS;
    const scale = bypass ? unitScale : scale4x4At(plane, plane == 1 ? qpCb : qpCr);
    const round = bypass ? 0 : 8;
    const shift = bypass ? 0 : 4;
    for (let block = 0; block < 4; block++) {
      const at = place(block);
      const to = out + (<usize>block << 5);
      if (cabac) block4x4Cabac(4, plane, at, scale, round, shift, to);
      else setCount(plane, at, residualCavlc(predictedCount(plane, at), 15, scan4x4 + 1, scale, round, shift, to));
    }
    if (error) return;
  }
}

// residual() of a macroblock (§ 7.3.5.3) in either entropy coding: scaled coefficients of luma and chroma.

import {
  block4x4Cabac,
  block8x8Cabac,
  CAT_4X4,
  CAT_AC,
  CAT_CHROMA_AC,
  categoryOf,
  chromaDcCabac,
  lumaDcCabac,
  startBlocks4x4,
} from "./cabac-syntax";
import { NC_CHROMA_DC, NC_CHROMA_DC_422, residualCavlc } from "./cavlc-residual";
import {
  cover,
  COVER_LIKE_LUMA,
  COVER_TRANSFORM_8X8_CABAC,
  COVER_TRANSFORM_8X8_CAVLC,
} from "./coverage";
import { chromaDc, chromaDc422, lumaDc } from "./dc-transform";
import {
  BLOCK_4X4,
  BLOCK_8X8,
  clear4x4,
  coefficients,
  dcLevels,
  dcScaleAt,
  PLANE_COEFFICIENTS,
  scale4x4At,
  scale8x8At,
  unitScale,
} from "./dequant";
import { chromaPlace, place, predictedCount, setCount } from "./neighbours";
import { chromaArrayType, colourPlane } from "./picture";
import { coefficientAt, putCoefficient } from "./sample";
import { chromaDcScan422, identityScan } from "./scan-tables";
import { bypass, error, qpCb, qpCr, qpLuma, scan4x4, scanInterleaved } from "./slice-state";

/** Which planes have DC levels: bits as in MB_CBP. */
export let dcCodedBits: u32 = 0;

/** Scaling lists of a plane: those of Cb and Cr also where these are coded as luma of their own (§ 8.5.9). */
// @ts-ignore: decorator
@inline
function listOf(plane: i32): i32 {
  return plane + colourPlane;
}

/** qP of a plane's coefficients. */
// @ts-ignore: decorator
@inline
function qpOf(plane: i32): i32 {
  return plane == 0 ? qpLuma : plane == 1 ? qpCb : qpCr;
}

function block4x4(cabac: bool, intra16x16: bool, plane: i32, block: i32, scale: usize): void {
  const at = place(block);
  const out = coefficients + <usize>plane * PLANE_COEFFICIENTS + <usize>block * BLOCK_4X4;
  if (cabac) {
    block4x4Cabac(plane, at, scale, out);
    return;
  }
  const scan = intra16x16 ? scan4x4 + 1 : scan4x4;
  setCount(plane, at, residualCavlc(predictedCount(plane, at), intra16x16 ? 15 : 16, scan, scale, out));
}

function block8x8(cabac: bool, plane: i32, quarter: i32): void {
  const out = coefficients + <usize>plane * PLANE_COEFFICIENTS + <usize>quarter * BLOCK_8X8;
  const scale = bypass ? unitScale : scale8x8At(listOf(plane), qpOf(plane));
  const first = quarter << 2;
  if (cabac) {
    cover(COVER_TRANSFORM_8X8_CABAC);
    block8x8Cabac(plane, place(first), scale, out);
    return;
  }
  cover(COVER_TRANSFORM_8X8_CAVLC);
  for (let k = 0; k < 4; k++) {
    const at = place(first + k);
    setCount(plane, at, residualCavlc(predictedCount(plane, at), 16, scanInterleaved + 16 * k, scale, out));
  }
}

/** residual_luma() of one plane: coefficients; DC of Intra_16x16 transformed into their blocks. */
function parsePlane(cabac: bool, intra16x16: bool, transform8x8: bool, cbp: u32, plane: i32): void {
  const scale = bypass ? unitScale : scale4x4At(listOf(plane), qpOf(plane));
  if (intra16x16) {
    const bit: u32 = 8 + plane;
    const out = coefficients + <usize>plane * PLANE_COEFFICIENTS;
    let coded: bool;
    if (cabac) coded = lumaDcCabac(plane, bit);
    else coded = residualCavlc(predictedCount(plane, place(0)), 16, scan4x4, unitScale, dcLevels) > 0;
    if (coded) {
      dcCodedBits |= 1 << bit;
      if (bypass) scatterLumaDc(out);
      else lumaDc(dcScaleAt(listOf(plane), qpOf(plane)), out);
    }
  }
  if (cabac && !transform8x8 && cbp != 0) startBlocks4x4(categoryOf(plane, intra16x16 ? CAT_AC : CAT_4X4), intra16x16);
  for (let quarter = 0; quarter < 4; quarter++) {
    if (!((cbp >> quarter) & 1)) continue;
    if (transform8x8) {
      block8x8(cabac, plane, quarter);
    } else {
      for (let k = 0; k < 4; k++) block4x4(cabac, intra16x16, plane, (quarter << 2) + k, scale);
    }
    if (error) return;
  }
}

/** Coefficients of luma, and in 4:4:4 of Cb and Cr, which are coded like it. */
export function parsePlanes(cabac: bool, intra16x16: bool, transform8x8: bool, cbp: u32): void {
  dcCodedBits = 0;
  parsePlane(cabac, intra16x16, transform8x8, cbp, 0);
  if (chromaArrayType != 3) return;
  for (let plane = 1; plane < 3; plane++) {
    if (error) return;
    cover(COVER_LIKE_LUMA + (intra16x16 ? 2 : transform8x8 ? 1 : 0) + (cabac ? 3 : 0));
    parsePlane(cabac, intra16x16, transform8x8, cbp, plane);
  }
}

/** Lossless Intra_16x16: DC levels are the first samples of their blocks. */
function scatterLumaDc(out: usize): void {
  for (let block: usize = 0; block < 16; block++) {
    // luma4x4BlkIdx to column and row of the 4x4 matrix.
    const x = (block & 1) | ((block >> 1) & 2);
    const y = ((block >> 1) & 1) | ((block >> 2) & 2);
    putCoefficient(out + block * BLOCK_4X4, 0, coefficientAt(dcLevels, x * 4 + y));
  }
  clear4x4(dcLevels);
}

/** DC levels of a chroma plane, transformed into their blocks. Returns whether they are coded. */
function parseChromaDc(cabac: bool, plane: i32): bool {
  const out = coefficients + <usize>plane * PLANE_COEFFICIENTS;
  const is420 = chromaArrayType == 1;
  const bit: u32 = 8 + plane;
  let coded: bool;
  if (cabac) coded = chromaDcCabac(bit);
  else if (is420) coded = residualCavlc(NC_CHROMA_DC, 4, identityScan, unitScale, dcLevels) > 0;
  else coded = residualCavlc(NC_CHROMA_DC_422, 8, chromaDcScan422, unitScale, dcLevels) > 0;
  if (error || !coded) return false;
  const qp = qpOf(plane);
  if (bypass) {
    for (let k: usize = 0; k < 8; k++) putCoefficient(out + k * BLOCK_4X4, 0, coefficientAt(dcLevels, k));
    clear4x4(dcLevels);
  } else if (is420) {
    chromaDc(dcScaleAt(plane, qp), out);
  } else {
    // QP'c,dc (8-328)
    chromaDc422(dcScaleAt(plane, qp + 3), out);
  }
  return true;
}

/** Coefficients of both chroma planes in 4:2:0 and 4:2:2; `pattern`: CodedBlockPatternChroma. */
export function parseChroma(cabac: bool, pattern: u32): void {
  if (pattern == 0) return;
  for (let plane = 1; plane < 3; plane++) {
    if (parseChromaDc(cabac, plane)) dcCodedBits |= 1 << (8 + plane);
    if (error) return;
  }
  if (pattern != 2) return;
  const blocks = chromaArrayType == 1 ? 4 : 8;
  if (cabac) startBlocks4x4(CAT_CHROMA_AC, true);
  for (let plane = 1; plane < 3; plane++) {
    const out = coefficients + <usize>plane * PLANE_COEFFICIENTS;
    const scale = bypass ? unitScale : scale4x4At(plane, qpOf(plane));
    for (let block = 0; block < blocks; block++) {
      const at = chromaPlace(block);
      const to = out + <usize>block * BLOCK_4X4;
      if (cabac) block4x4Cabac(plane, at, scale, to);
      else setCount(plane, at, residualCavlc(predictedCount(plane, at), 15, scan4x4 + 1, scale, to));
    }
    if (error) return;
  }
}

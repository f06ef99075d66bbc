// residual_coding (§ 7.3.8.11): where a block's coefficients are; then, sub-block by sub-block, what they are.

import { bypassBits, decision } from "../../cabac/core/engine";
import { CODED_SUB_BLOCK, contextAt, LAST_X, LAST_Y, SIGNIFICANT, statCoeff, TRANSFORM_SKIP } from "./contexts";
import { cover, COVER_SCAN } from "./coverage";
import { maxSkipLog2, signHiding, skipContextEnabled, transformSkipEnabled } from "./parameters";
import { parseLevels, startLevels } from "./residual-levels";
import { placeLevels, startScaling } from "./residual-scaling";
import { parseSignificance, positions } from "./residual-significance";
import {
  positionInverse,
  positionScan,
  significance4x4,
  significanceFlat,
  significancePattern,
  subBlockInverse,
  subBlockScan,
  subBlockSlot,
  SCAN_VERTICAL,
} from "./scan-tables";

/** Column and row behind which there are zeros only. */
export let lastColumn: i32 = 0;
export let lastRow: i32 = 0;
/** transform_skip_flag */
export let transformSkip: bool = false;

/** coded_sub_block_flag by x + 16 y, with a column and a row to spare. */
const coded: usize = memory.data(16 * 9, 16);
const CODED_ROW: usize = 16;

/** last_sig_coeff_x_prefix, last_sig_coeff_y_prefix */
function lastPrefix(first: usize, log2: i32, component: i32): i32 {
  const base = first + (component == 0 ? 3 * (log2 - 2) + ((log2 - 1) >> 2) : 15);
  const shift = component == 0 ? (log2 + 1) >> 2 : log2 - 2;
  const most = (log2 << 1) - 1;
  let prefix = 0;
  while (prefix < most && decision(contextAt(base + (prefix >> shift)))) prefix++;
  return prefix;
}

/** LastSignificantCoeffX, LastSignificantCoeffY (7-74 … 7-77) */
function lastPosition(prefix: i32): i32 {
  if (prefix < 4) return prefix;
  const bits = (prefix >> 1) - 1;
  return ((2 + (prefix & 1)) << bits) + bypassBits(bits);
}

/**
 * Parses a block whose cbf is 1 into `coefficients`. A level that cannot be fails the slice.
 *
 * @param qp           Qp′ of the component
 * @param bypass       cu_transquant_bypass_flag
 * @param directional  implicit_rdpcm_enabled_flag with horizontal or vertical prediction
 */
export function residual(log2: i32, component: i32, scanIdx: i32, qp: i32, bypass: bool, directional: bool): void {
  const isChroma = component != 0;
  transformSkip = false;
  if (transformSkipEnabled && !bypass && log2 <= maxSkipLog2)
    transformSkip = decision(contextAt(TRANSFORM_SKIP + usize(isChroma))) != 0;
  const prefixX = lastPrefix(LAST_X, log2, component);
  const prefixY = lastPrefix(LAST_Y, log2, component);
  let lastX = lastPosition(prefixX);
  let lastY = lastPosition(prefixY);
  if (scanIdx == SCAN_VERTICAL) {
    const swap = lastX;
    lastX = lastY;
    lastY = swap;
  }
  cover(COVER_SCAN + scanIdx);
  startScaling(log2, component, qp, bypass, transformSkip);
  startLevels();

  const slot = subBlockSlot(log2, scanIdx);
  const subBlocks = subBlockScan + slot;
  const scan = positionScan + (scanIdx << 4);
  const lastSub: i32 = load<u8>(subBlockInverse + slot + ((lastX >> 2) | ((lastY >> 2) << 3)));
  const lastPos: i32 = load<u8>(positionInverse + (scanIdx << 4) + ((lastX & 3) | ((lastY & 3) << 2)));
  if (log2 > 2) memory.fill(coded, 0, 16 * 9);
  lastColumn = 0;
  lastRow = 0;

  const oneContext = skipContextEnabled && (transformSkip || bypass);
  const significant = SIGNIFICANT + (isChroma ? 27 : 0);
  const statistic = statCoeff + (isChroma ? 0 : 2) + usize(transformSkip || bypass);
  const maySkipSign = signHiding && !(bypass || (directional && transformSkip));

  for (let i = lastSub; i >= 0; i--) {
    const subBlock: i32 = load<u8>(subBlocks + i);
    const left = (subBlock & 7) << 2;
    const top = (subBlock >> 3) << 2;
    const flags = coded + <usize>(subBlock & 7) + <usize>(subBlock >> 3) * CODED_ROW;
    const neighbours: i32 = <i32>load<u8>(flags, 1) | (<i32>load<u8>(flags, CODED_ROW) << 1);
    const inferred = i < lastSub && i > 0;
    if (inferred && !decision(contextAt(CODED_SUB_BLOCK + usize(neighbours != 0) + (isChroma ? 2 : 0)))) continue;
    store<u8>(flags, 1);

    let pattern = significanceFlat;
    let patternContext = significant + (isChroma ? 16 : 42);
    let firstContext = patternContext;
    if (!oneContext) {
      if (log2 == 2) {
        pattern = significance4x4 + (scanIdx << 4);
        patternContext = significant;
        firstContext = significant;
      } else {
        pattern = significancePattern + (scanIdx << 6) + (neighbours << 4);
        if (isChroma) patternContext = significant + (log2 == 3 ? 9 : 12);
        else patternContext = significant + (log2 == 3 ? (scanIdx == 0 ? 9 : 15) : 21) + (i > 0 ? 3 : 0);
        firstContext = i > 0 ? patternContext + load<u8>(pattern) : significant;
      }
    }
    if (i == lastSub) store<u8>(positions, lastPos);
    const found =
      i == lastSub
        ? parseSignificance(1, lastPos - 1, patternContext, pattern, firstContext, false)
        : parseSignificance(0, 15, patternContext, pattern, firstContext, inferred);
    if (found == 0) continue;
    if (!parseLevels(found, component, i == 0, statistic, maySkipSign)) return;
    placeLevels(found, left, top, scan);
    lastColumn = max(lastColumn, left + 3);
    lastRow = max(lastRow, top + 3);
  }
  if (lastSub == 0 && lastPos == 0) {
    lastColumn = 0;
    lastRow = 0;
  }
}

// residual_coding (§ 7.3.8.11): coefficients of one block, scaled (§ 8.6.3) while they are parsed.
//
// The engine's state lives in locals here, and the decision of `cabac/engine.ts` is written out at its places: a call, or
// the state in globals, costs a third of the whole decoder's speed.

import { bypassBits, decision, extraBits, nextByte, offset, putEngine, range } from "../../cabac/core/engine";
import { nextState, rangeLps } from "../../cabac/core/tables";
import {
  CODED_SUB_BLOCK,
  contexts,
  GREATER1,
  GREATER2,
  LAST_X,
  LAST_Y,
  SIGNIFICANT,
  STAT_COEFF,
  TRANSFORM_SKIP,
} from "./contexts";
import {
  cover,
  COVER_ALIGNMENT,
  COVER_ESCAPE,
  COVER_PERSISTENT_RICE,
  COVER_SCALING_LIST,
  COVER_SCAN,
  COVER_SIGN_HIDING,
} from "./coverage";
import {
  bitDepthOf,
  bypassAlignment,
  extendedPrecision,
  isWide,
  maxSkipLog2,
  persistentRice,
  scalingLists,
  signHiding,
  skipContextEnabled,
  transformSkipEnabled,
} from "./parameters";
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
import { ERROR_COEFFICIENT, fail } from "./slice-state";

/** Coefficients of the block in rows, i16, or i32 when the picture is wide. All zero between blocks. */
export const coefficients: usize = memory.data(32 * 32 * 4, 16);
/** Column and row behind which there are zeros only. */
export let lastColumn: i32 = 0;
export let lastRow: i32 = 0;
/** transform_skip_flag */
export let transformSkip: bool = false;

/** weightScale: of each size 4x4 … 32x32 and component 64 bytes in rows, and the weight of the first coefficient. */
export const weights: usize = memory.data(4 * 3 * 80, 16);
const WEIGHTS_SIZE: usize = 80;
const WEIGHTS_DC: usize = 64;

const levelScale: usize = memory.data<u8>([40, 45, 51, 57, 64, 72]);

/** coded_sub_block_flag by x + 16 y, with a column and a row to spare. */
const coded: usize = memory.data(16 * 9, 16);
const CODED_ROW: usize = 16;
/** Scan positions and absolute levels of a sub-block's coefficients. */
const positions: usize = memory.data(16, 16);
const levels: usize = memory.data(16 * 4, 16);

/** Longer prefixes of coeff_abs_level_remaining are not needed for 16-bit coefficients. */
const MAX_PREFIX: i32 = 24;

/** last_sig_coeff_x_prefix, last_sig_coeff_y_prefix */
function lastPrefix(first: usize, log2: i32, component: i32): i32 {
  const base = contexts + first + (component == 0 ? 3 * (log2 - 2) + ((log2 - 1) >> 2) : 15);
  const shift = component == 0 ? (log2 + 1) >> 2 : log2 - 2;
  const most = (log2 << 1) - 1;
  let prefix = 0;
  while (prefix < most && decision(base + (prefix >> shift))) prefix++;
  return prefix;
}

/** LastSignificantCoeffX, LastSignificantCoeffY (7-74 … 7-77) */
function lastPosition(prefix: i32): i32 {
  if (prefix < 4) return prefix;
  const bits = (prefix >> 1) - 1;
  return ((2 + (prefix & 1)) << bits) + bypassBits(bits);
}

/**
 * Parses a block whose cbf is 1 into `coefficients`.
 *
 * @param qp           Qp′ of the component
 * @param bypass       cu_transquant_bypass_flag
 * @param directional  implicit_rdpcm_enabled_flag with horizontal or vertical prediction
 */
export function residual(log2: i32, component: i32, scanIdx: i32, qp: i32, bypass: bool, directional: bool): void {
  const isChroma = component != 0;
  transformSkip = false;
  if (transformSkipEnabled && !bypass && log2 <= maxSkipLog2)
    transformSkip = decision(contexts + TRANSFORM_SKIP + usize(isChroma)) != 0;
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

  // Scaling (§ 8.6.4): coefficient = (level * factor + round) >> scaleShift, factor with or without the weight.
  const log2Range = extendedPrecision ? max(15, bitDepthOf(component) + 6) : 15;
  const scaleShift = bitDepthOf(component) + log2 + 10 - log2Range;
  const largest: i64 = (<i64>1 << log2Range) - 1;
  const round: i64 = <i64>1 << (scaleShift - 1);
  const weighted = scalingLists && !(transformSkip && log2 > 2);
  const scale: i64 = <i64>(<i32>load<u8>(levelScale + (qp % 6))) << (qp / 6 + (weighted ? 0 : 4));
  const blockWeights = weights + <usize>((log2 - 2) * 3 + component) * WEIGHTS_SIZE;
  const weightShift = max(0, log2 - 3);
  const weightLog2 = min(3, log2);
  if (weighted) cover(COVER_SCALING_LIST + log2 - 2);

  const slot = subBlockSlot(log2, scanIdx);
  const subBlocks = subBlockScan + slot;
  const scan = positionScan + (scanIdx << 4);
  const lastSub: i32 = load<u8>(subBlockInverse + slot + ((lastX >> 2) | ((lastY >> 2) << 3)));
  const lastPos: i32 = load<u8>(positionInverse + (scanIdx << 4) + ((lastX & 3) | ((lastY & 3) << 2)));
  if (log2 > 2) memory.fill(coded, 0, 16 * 9);
  lastColumn = 0;
  lastRow = 0;

  const oneContext = skipContextEnabled && (transformSkip || bypass);
  const significant = contexts + SIGNIFICANT + (isChroma ? 27 : 0);
  const statistic = contexts + STAT_COEFF + (isChroma ? 0 : 2) + usize(transformSkip || bypass);
  const maySkipSign = signHiding && !(bypass || (directional && transformSkip));

  let r: u32 = range;
  let o: u64 = offset;
  let bits: i32 = extraBits;
  let next: usize = nextByte;
  let state: u32, lpsRange: u32, bin: u32, context: usize, shift: i32, scaled: u64;

  let greater1: i32 = 1;
  for (let i = lastSub; i >= 0; i--) {
    const subBlock: i32 = load<u8>(subBlocks + i);
    const subX = subBlock & 7;
    const subY = subBlock >> 3;
    const flags = coded + <usize>subX + <usize>subY * CODED_ROW;
    const neighbours: i32 = <i32>load<u8>(flags, 1) | (<i32>load<u8>(flags, CODED_ROW) << 1);
    let inferred = false;
    if (i < lastSub && i > 0) {
      // coded_sub_block_flag
      if (bits < 16) {
        o = (o << 32) | bswap<u32>(load<u32>(next));
        next += 4;
        bits += 32;
      }
      context = contexts + CODED_SUB_BLOCK + usize(neighbours != 0) + (isChroma ? 2 : 0);
      state = load<u8>(context);
      lpsRange = (load<u32>(rangeLps + (state << 2)) >> ((r >> 3) & 24)) & 0xff;
      r -= lpsRange;
      scaled = <u64>r << bits;
      bin = state & 1;
      if (o < scaled) {
        store<u8>(context, load<u8>(nextState + state));
        shift = (r >> 8) ^ 1;
      } else {
        o -= scaled;
        r = lpsRange;
        bin ^= 1;
        store<u8>(context, load<u8>(nextState + state, 128));
        shift = clz(r) - 23;
      }
      r <<= shift;
      bits -= shift;
      if (!bin) continue;
      inferred = true;
    }
    store<u8>(flags, 1);

    // sig_coeff_flag
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
    let found: i32 = 0;
    let position: i32 = 15;
    if (i == lastSub) {
      store<u8>(positions, lastPos);
      found = 1;
      position = lastPos - 1;
    }
    for (; position > 0; position--) {
      if (bits < 16) {
        o = (o << 32) | bswap<u32>(load<u32>(next));
        next += 4;
        bits += 32;
      }
      context = patternContext + load<u8>(pattern + position);
      state = load<u8>(context);
      lpsRange = (load<u32>(rangeLps + (state << 2)) >> ((r >> 3) & 24)) & 0xff;
      r -= lpsRange;
      scaled = <u64>r << bits;
      bin = state & 1;
      if (o < scaled) {
        store<u8>(context, load<u8>(nextState + state));
        shift = (r >> 8) ^ 1;
      } else {
        o -= scaled;
        r = lpsRange;
        bin ^= 1;
        store<u8>(context, load<u8>(nextState + state, 128));
        shift = clz(r) - 23;
      }
      r <<= shift;
      bits -= shift;
      store<u8>(positions + found, position);
      found += bin;
    }
    if (position == 0) {
      if (inferred && found == 0) {
        store<u8>(positions, 0);
        found = 1;
      } else {
        if (bits < 16) {
          o = (o << 32) | bswap<u32>(load<u32>(next));
          next += 4;
          bits += 32;
        }
        context = firstContext;
        state = load<u8>(context);
        lpsRange = (load<u32>(rangeLps + (state << 2)) >> ((r >> 3) & 24)) & 0xff;
        r -= lpsRange;
        scaled = <u64>r << bits;
        bin = state & 1;
        if (o < scaled) {
          store<u8>(context, load<u8>(nextState + state));
          shift = (r >> 8) ^ 1;
        } else {
          o -= scaled;
          r = lpsRange;
          bin ^= 1;
          store<u8>(context, load<u8>(nextState + state, 128));
          shift = clz(r) - 23;
        }
        r <<= shift;
        bits -= shift;
        store<u8>(positions + found, 0);
        found += bin;
      }
    }
    if (found == 0) continue;

    // coeff_abs_level_greater1_flag of up to eight, coeff_abs_level_greater2_flag of one
    let contextSet: usize = i == 0 || isChroma ? 0 : 2;
    if (greater1 == 0) contextSet++;
    greater1 = 1;
    const greater1Contexts = contexts + GREATER1 + (contextSet << 2) + (isChroma ? 16 : 0);
    const flagged = min(found, 8);
    let firstGreater: i32 = -1;
    let escaped = found > 8;
    for (let k = 0; k < flagged; k++) {
      if (bits < 16) {
        o = (o << 32) | bswap<u32>(load<u32>(next));
        next += 4;
        bits += 32;
      }
      context = greater1Contexts + greater1;
      state = load<u8>(context);
      lpsRange = (load<u32>(rangeLps + (state << 2)) >> ((r >> 3) & 24)) & 0xff;
      r -= lpsRange;
      scaled = <u64>r << bits;
      bin = state & 1;
      if (o < scaled) {
        store<u8>(context, load<u8>(nextState + state));
        shift = (r >> 8) ^ 1;
      } else {
        o -= scaled;
        r = lpsRange;
        bin ^= 1;
        store<u8>(context, load<u8>(nextState + state, 128));
        shift = clz(r) - 23;
      }
      r <<= shift;
      bits -= shift;
      store<u32>(levels + (<usize>k << 2), 1 + bin);
      if (bin) {
        greater1 = 0;
        if (firstGreater < 0) firstGreater = k;
        else escaped = true;
      } else if (greater1 > 0 && greater1 < 3) {
        greater1++;
      }
    }
    for (let k = flagged; k < found; k++) store<u32>(levels + (<usize>k << 2), 1);
    if (firstGreater >= 0) {
      if (bits < 16) {
        o = (o << 32) | bswap<u32>(load<u32>(next));
        next += 4;
        bits += 32;
      }
      context = contexts + GREATER2 + contextSet + (isChroma ? 4 : 0);
      state = load<u8>(context);
      lpsRange = (load<u32>(rangeLps + (state << 2)) >> ((r >> 3) & 24)) & 0xff;
      r -= lpsRange;
      scaled = <u64>r << bits;
      bin = state & 1;
      if (o < scaled) {
        store<u8>(context, load<u8>(nextState + state));
        shift = (r >> 8) ^ 1;
      } else {
        o -= scaled;
        r = lpsRange;
        bin ^= 1;
        store<u8>(context, load<u8>(nextState + state, 128));
        shift = clz(r) - 23;
      }
      r <<= shift;
      bits -= shift;
      if (bin) {
        store<u32>(levels + (<usize>firstGreater << 2), 3);
        escaped = true;
      }
    }

    // coeff_sign_flag
    const hidden = maySkipSign && <i32>load<u8>(positions) - <i32>load<u8>(positions + found - 1) > 3;
    if (hidden) cover(COVER_SIGN_HIDING);
    if (bypassAlignment && escaped) {
      cover(COVER_ALIGNMENT);
      r = 256;
    }
    let signs: u32 = 0;
    for (let k = hidden ? 1 : 0; k < found; k++) {
      if (bits < 16) {
        o = (o << 32) | bswap<u32>(load<u32>(next));
        next += 4;
        bits += 32;
      }
      bits--;
      scaled = <u64>r << bits;
      bin = u32(o >= scaled);
      o -= scaled & -(<u64>bin);
      signs = (signs << 1) | bin;
    }
    // The first one into the highest bit.
    signs <<= 32 - found + i32(hidden);

    let rice: i32 = persistentRice ? <i32>load<u8>(statistic) >> 2 : 0;
    let counted = false;
    let sum: i32 = 0;
    for (let k = 0; k < found; k++) {
      let level: i32 = load<u32>(levels + (<usize>k << 2));
      if (level == (k < 8 ? (k == firstGreater ? 3 : 2) : 1)) {
        // coeff_abs_level_remaining (§ 9.3.3.11): prefix
        let prefix: i32 = 0;
        const longest = extendedPrecision ? 32 - log2Range : MAX_PREFIX;
        for (;;) {
          if (bits < 16) {
            o = (o << 32) | bswap<u32>(load<u32>(next));
            next += 4;
            bits += 32;
          }
          bits--;
          scaled = <u64>r << bits;
          if (o < scaled) break;
          o -= scaled;
          if (++prefix == longest) {
            if (extendedPrecision) break;
            fail(ERROR_COEFFICIENT);
            putEngine(r, o, bits, next);
            return;
          }
        }
        let rest: i32 = rice;
        let value: i32 = prefix << rice;
        if (prefix > 3) {
          cover(COVER_ESCAPE + 1);
          value = ((1 << (prefix - 3)) + 2) << rice;
          rest = prefix - 3 + rice;
          if (extendedPrecision && prefix == longest) {
            cover(COVER_ESCAPE + 2);
            rest = log2Range;
          }
        } else {
          cover(COVER_ESCAPE);
        }
        let suffix: i32 = 0;
        while (--rest >= 0) {
          if (bits < 16) {
            o = (o << 32) | bswap<u32>(load<u32>(next));
            next += 4;
            bits += 32;
          }
          bits--;
          scaled = <u64>r << bits;
          bin = u32(o >= scaled);
          o -= scaled & -(<u64>bin);
          suffix = (suffix << 1) | bin;
        }
        value += suffix;
        level += value;
        if (persistentRice && !counted) {
          counted = true;
          cover(COVER_PERSISTENT_RICE);
          const count: i32 = load<u8>(statistic);
          if (value >= 3 << (count >> 2)) store<u8>(statistic, count + 1);
          else if (2 * value < 1 << (count >> 2) && count > 0) store<u8>(statistic, count - 1);
        }
        if (level > 3 << rice && (persistentRice || rice < 4)) rice++;
        // Nothing larger is ever needed; it keeps the arithmetic of damaged streams within bounds.
        level = min(level, 1 << 23);
        rice = min(rice, 20);
      }
      sum += level;
      let negative = <i32>signs >> 31;
      signs <<= 1;
      if (hidden && k == found - 1) negative = -(sum & 1);
      level = (level ^ negative) - negative;

      const place: i32 = load<u8>(scan + load<u8>(positions + k));
      const x = (subX << 2) + (place & 3);
      const y = (subY << 2) + (place >> 2);
      if (!bypass) {
        let factor = scale;
        if (weighted) {
          const cell = ((y >> weightShift) << weightLog2) + (x >> weightShift);
          factor *= x + y == 0 ? load<u8>(blockWeights, WEIGHTS_DC) : load<u8>(blockWeights + cell);
        }
        const product = (<i64>level * factor + round) >> scaleShift;
        level = <i32>max(-largest - 1, min(largest, product));
      }
      const at = (y << log2) + x;
      if (isWide) store<i32>(coefficients + (<usize>at << 2), level);
      else store<i16>(coefficients + (<usize>at << 1), level);
    }
    lastColumn = max(lastColumn, (subX << 2) + 3);
    lastRow = max(lastRow, (subY << 2) + 3);
  }
  if (lastSub == 0 && lastPos == 0) {
    lastColumn = 0;
    lastRow = 0;
  }
  putEngine(r, o, bits, next);
}

/** Behind a block that was broken off. */
export function clearCoefficients(): void {
  memory.fill(coefficients, 0, 32 * 32 * 4);
}

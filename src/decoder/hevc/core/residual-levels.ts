// Absolute levels and signs of one sub-block's coefficients (§ 7.3.8.11), the engine in locals as in `residual-significance.ts`.

import { LPS_TRANSITIONS, transitions } from "../../cabac/core/contexts";
import { isLow, offset, OFFSET_SHIFT, putEngine, range, refilled } from "../../cabac/core/engine";
import { contextAt, GREATER1, GREATER2 } from "./contexts";
import {
  cover,
  COVER_ALIGNMENT,
  COVER_ESCAPE,
  COVER_PERSISTENT_RICE,
  COVER_SIGN_HIDING,
} from "./coverage";
import { bypassAlignment, extendedPrecision, log2RangeOf, persistentRice } from "./parameters";
import { positions } from "./residual-significance";
import { ERROR_COEFFICIENT, fail } from "./slice-state";

/** Levels of the coefficients at `positions`, signed. */
export const levels: usize = memory.data(16 * 4, 16);

/** Longer prefixes of coeff_abs_level_remaining are not needed for 16-bit coefficients. */
const MAX_PREFIX: i32 = 24;

/** greater1Ctx as the last sub-block left it: 0 after a level above 1. */
let greater1: i32 = 1;

/** Before the first sub-block of a block. */
export function startLevels(): void {
  greater1 = 1;
}

/**
 * Parses `found` levels.
 *
 * @param isFirst      the sub-block with the first coefficient
 * @param statistic    address of StatCoeff
 * @param maySkipSign  sign_data_hiding_enabled_flag, unless the block is without transform
 * @returns false for a level that cannot be
 */
export function parseLevels(found: i32, component: i32, isFirst: bool, statistic: usize, maySkipSign: bool): bool {
  const isChroma = component != 0;
  const log2Range = log2RangeOf(component);
  let r: u32 = range;
  let o: u64 = offset;
  let variable: u64, state: u32, lpsRange: u32, bin: u32, context: usize, shift: i32, scaled: u64;

  // coeff_abs_level_greater1_flag of up to eight, coeff_abs_level_greater2_flag of one
  let contextSet: usize = isFirst || isChroma ? 0 : 2;
  if (greater1 == 0) contextSet++;
  let ones: i32 = 1;
  const greater1Contexts = GREATER1 + (contextSet << 2) + (isChroma ? 16 : 0);
  const flagged = min(found, 8);
  let firstGreater: i32 = -1;
  let escaped = found > 8;
  for (let k = 0; k < flagged; k++) {
    if (isLow(o)) o = refilled(o);
    context = contextAt(greater1Contexts + ones);
    variable = load<u64>(context);
    state = <u32>(variable >> 32);
    lpsRange = (<u32>variable >> ((r >> 3) & 24)) & 0xff;
    r -= lpsRange;
    scaled = <u64>r << OFFSET_SHIFT;
    bin = (state >> 3) & 1;
    if (o < scaled) {
      store<u64>(context, load<u64>(transitions + state));
      o = select<u64>(o << 1, o, r < 256);
      r = select<u32>(r << 1, r, r < 256);
    } else {
      store<u64>(context, load<u64>(transitions + state, LPS_TRANSITIONS));
      shift = clz(lpsRange) - 23;
      o = (o - scaled) << shift;
      r = lpsRange << shift;
      bin ^= 1;
    }
    store<u32>(levels + (<usize>k << 2), 1 + bin);
    if (bin) {
      ones = 0;
      if (firstGreater < 0) firstGreater = k;
      else escaped = true;
    } else if (ones > 0 && ones < 3) {
      ones++;
    }
  }
  greater1 = ones;
  for (let k = flagged; k < found; k++) store<u32>(levels + (<usize>k << 2), 1);
  if (firstGreater >= 0) {
    if (isLow(o)) o = refilled(o);
    context = contextAt(GREATER2 + contextSet + (isChroma ? 4 : 0));
    variable = load<u64>(context);
    state = <u32>(variable >> 32);
    lpsRange = (<u32>variable >> ((r >> 3) & 24)) & 0xff;
    r -= lpsRange;
    scaled = <u64>r << OFFSET_SHIFT;
    bin = (state >> 3) & 1;
    if (o < scaled) {
      store<u64>(context, load<u64>(transitions + state));
      o = select<u64>(o << 1, o, r < 256);
      r = select<u32>(r << 1, r, r < 256);
    } else {
      store<u64>(context, load<u64>(transitions + state, LPS_TRANSITIONS));
      shift = clz(lpsRange) - 23;
      o = (o - scaled) << shift;
      r = lpsRange << shift;
      bin ^= 1;
    }
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
    if (isLow(o)) o = refilled(o);
    o <<= 1;
    scaled = <u64>r << OFFSET_SHIFT;
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
        if (isLow(o)) o = refilled(o);
        o <<= 1;
        scaled = <u64>r << OFFSET_SHIFT;
        if (o < scaled) break;
        o -= scaled;
        if (++prefix == longest) {
          if (extendedPrecision) break;
          fail(ERROR_COEFFICIENT);
          putEngine(r, o);
          return false;
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
        if (isLow(o)) o = refilled(o);
        o <<= 1;
        scaled = <u64>r << OFFSET_SHIFT;
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
    store<i32>(levels + (<usize>k << 2), level);
  }
  putEngine(r, o);
  return true;
}

// What a block's coefficients are: coeff_abs_level_minus1 and coeff_sign_flag (§ 7.3.5.3.3), scaled while they are parsed. The
// engine in locals as in `cabac-significance.ts`.

import { CONTEXT_SHIFT, LPS_TRANSITIONS, transitions, VAL_MPS } from "../../cabac/core/contexts";
import { isLow, offset, OFFSET_SHIFT, putEngine, range, refilled } from "../../cabac/core/engine";
import { positions } from "./cabac-significance";
import { cover, COVER_LEVEL_ESCAPE } from "./coverage";
import { scaleLevel } from "./dequant";
import { HIGH, putCoefficient } from "./sample";
import { fail, ERROR_COEFFICIENT } from "./slice-state";

/** coeff_abs_level_minus1 never has a longer Exp-Golomb prefix: levels stay below 2^(7 + bit depth) (§ 7.4.5.3.3). */
const MAX_SUFFIX_PREFIX: i32 = HIGH ? 22 : 18;

/** From one context to the next. */
const ONE_CONTEXT: usize = 1 << CONTEXT_SHIFT;

/**
 * Parses `found` levels, those of the highest `positions` first.
 *
 * @param absolute     address of the first coeff_abs_level_minus1 context
 * @param maxGreater   4, or 3 for chroma DC (§ 9.3.3.1.3)
 * @param scan         element of the output by scan position
 * @param scale        factor by element
 * @param out          coefficients
 */
export function parseLevels(found: i32, absolute: usize, maxGreater: usize, scan: usize, scale: usize, out: usize): void {
  let r: u32 = range;
  let o: u64 = offset;
  let variable: u64, state: u32, lpsRange: u32, bin: u32, shift: i32, scaled: u64, context: usize;

  // Contexts of the first bin of a level, by the number of levels of 1, and of its other bins, by that of greater ones.
  let first = absolute + ONE_CONTEXT;
  let rest = absolute + 5 * ONE_CONTEXT;
  const lastRest = rest + (maxGreater << CONTEXT_SHIFT);
  for (let place = positions + found - 1; place >= positions; place--) {
    if (isLow(o)) o = refilled(o);
    context = first;
    variable = load<u64>(context);
    state = <u32>(variable >> 32);
    lpsRange = (<u32>variable >> ((r >> 3) & 24)) & 0xff;
    r -= lpsRange;
    scaled = <u64>r << OFFSET_SHIFT;
    if (o < scaled) {
      bin = state & VAL_MPS;
      store<u64>(context, load<u64>(transitions + state));
      o = select<u64>(o << 1, o, r < 256);
      r = select<u32>(r << 1, r, r < 256);
    } else {
      bin = ~state & VAL_MPS;
      store<u64>(context, load<u64>(transitions + state, LPS_TRANSITIONS));
      shift = clz(lpsRange) - 23;
      o = (o - scaled) << shift;
      r = lpsRange << shift;
    }
    let level: i32 = 1;
    if (bin) {
      // The rest of the truncated unary prefix, all with one context.
      context = rest;
      first = absolute;
      rest = min(rest + ONE_CONTEXT, lastRest);
      level = 2;
      while (level < 15) {
        if (isLow(o)) o = refilled(o);
        variable = load<u64>(context);
        state = <u32>(variable >> 32);
        lpsRange = (<u32>variable >> ((r >> 3) & 24)) & 0xff;
        r -= lpsRange;
        scaled = <u64>r << OFFSET_SHIFT;
        if (o < scaled) {
          bin = state & VAL_MPS;
          store<u64>(context, load<u64>(transitions + state));
          o = select<u64>(o << 1, o, r < 256);
          r = select<u32>(r << 1, r, r < 256);
        } else {
          bin = ~state & VAL_MPS;
          store<u64>(context, load<u64>(transitions + state, LPS_TRANSITIONS));
          shift = clz(lpsRange) - 23;
          o = (o - scaled) << shift;
          r = lpsRange << shift;
        }
        if (!bin) break;
        level++;
      }
      if (level == 15) {
        // Exp-Golomb suffix of order 0, in bypass bins (§ 9.3.2.3).
        cover(COVER_LEVEL_ESCAPE + 3);
        scaled = <u64>r << OFFSET_SHIFT;
        let order: i32 = 0;
        for (;;) {
          if (isLow(o)) o = refilled(o);
          o <<= 1;
          if (o < scaled) break;
          o -= scaled;
          level += 1 << order;
          if (++order > MAX_SUFFIX_PREFIX) {
            fail(ERROR_COEFFICIENT);
            putEngine(r, o);
            return;
          }
        }
        while (--order >= 0) {
          if (isLow(o)) o = refilled(o);
          o <<= 1;
          if (o >= scaled) {
            o -= scaled;
            level += 1 << order;
          }
        }
      }
    } else if (first != absolute && first != absolute + 4 * ONE_CONTEXT) {
      first += ONE_CONTEXT;
    }
    // coeff_sign_flag, in bypass
    scaled = <u64>r << OFFSET_SHIFT;
    o <<= 1;
    const negative = -i32(o >= scaled);
    o -= scaled & <u64>(<i64>negative);
    level = (level ^ negative) - negative;
    const element: usize = load<u8>(scan + load<u8>(place));
    putCoefficient(out, element, scaleLevel(level, scale, element));
  }
  putEngine(r, o);
}

// sig_coeff_flag of one sub-block (§ 7.3.8.11).
//
// The engine's state lives in locals here and in `residual-levels.ts`, and the decision of `cabac/core/engine.ts` is written out at its
// places: a call, or the state in globals, costs a third of the whole decoder's speed. They are functions of a sub-block and not of
// a block because a new isolate runs unoptimised code until the compiler is done with them: the smaller, the sooner.

import { LPS_TRANSITIONS, transitions } from "../../cabac/core/contexts";
import { isLow, offset, OFFSET_SHIFT, putEngine, range, refilled } from "../../cabac/core/engine";
import { contextAt } from "./contexts";

/** Scan positions of the coefficients that are not zero, the highest first. */
export const positions: usize = memory.data(16, 16);

/**
 * Appends to `positions` from `position` down. Returns how many there are.
 *
 * @param found        positions that are known already: the last coefficient of the block
 * @param pattern      ctxIdxInc of each position, relative to `first`
 * @param firstContext number of the context of position 0
 * @param inferred     coded_sub_block_flag was read: one of the positions is not zero
 */
export function parseSignificance(found: i32, position: i32, first: usize, pattern: usize, firstContext: usize, inferred: bool): i32 {
  let r: u32 = range;
  let o: u64 = offset;
  let variable: u64, state: u32, lpsRange: u32, bin: u32, context: usize, shift: i32, scaled: u64;

  for (; position > 0; position--) {
    if (isLow(o)) o = refilled(o);
    context = contextAt(first + load<u8>(pattern + position));
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
    store<u8>(positions + found, position);
    found += bin;
  }
  if (position == 0) {
    if (inferred && found == 0) {
      store<u8>(positions, 0);
      found = 1;
    } else {
      if (isLow(o)) o = refilled(o);
      context = contextAt(firstContext);
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
      store<u8>(positions + found, 0);
      found += bin;
    }
  }
  putEngine(r, o);
  return found;
}

// sig_coeff_flag of one sub-block (§ 7.3.8.11).
//
// The engine's state lives in locals here and in `residual-levels.ts`, and the decision of `cabac/core/engine.ts` is written out at its
// places: a call, or the state in globals, costs a third of the whole decoder's speed. They are functions of a sub-block and not of
// a block because a new isolate runs unoptimised code until the compiler is done with them: the smaller, the sooner.

import { extraBits, nextByte, offset, putEngine, range } from "../../cabac/core/engine";
import { nextState, rangeLps } from "../../cabac/core/tables";

/** Scan positions of the coefficients that are not zero, the highest first. */
export const positions: usize = memory.data(16, 16);

/**
 * Appends to `positions` from `position` down. Returns how many there are.
 *
 * @param found        positions that are known already: the last coefficient of the block
 * @param pattern      ctxIdxInc of each position, relative to `contexts`
 * @param firstContext context of position 0
 * @param inferred     coded_sub_block_flag was read: one of the positions is not zero
 */
export function parseSignificance(found: i32, position: i32, contexts: usize, pattern: usize, firstContext: usize, inferred: bool): i32 {
  let r: u32 = range;
  let o: u64 = offset;
  let bits: i32 = extraBits;
  let next: usize = nextByte;
  let state: u32, lpsRange: u32, bin: u32, context: usize, shift: i32, scaled: u64;

  for (; position > 0; position--) {
    if (bits < 16) {
      o = (o << 32) | bswap<u32>(load<u32>(next));
      next += 4;
      bits += 32;
    }
    context = contexts + load<u8>(pattern + position);
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
  putEngine(r, o, bits, next);
  return found;
}

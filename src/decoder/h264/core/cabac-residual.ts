// residual_block_cabac (§ 7.3.5.3.3): coefficients of one block, scaled while they are parsed.
//
// The engine's state lives in locals here, and the decision of `cabac/core/engine.ts` is written out at its four places: a call, or
// the state in globals, costs a third of the whole decoder's speed. Unlike there, the two outcomes are branches: these
// decisions are skewed enough for the processor to guess, which is 4 to 13 % faster than computing both.

import { offset, range, extraBits, nextByte, putEngine } from "../../cabac/core/engine";
import { nextState, rangeLps } from "../../cabac/core/tables";
import { cover, COVER_LEVEL_ESCAPE } from "./coverage";
import { HIGH, putCoefficient } from "./sample";
import { fail, ERROR_COEFFICIENT } from "./slice-state";

/** Scan positions of the block's coefficients. */
const positions: usize = memory.data(64, 16);

/** coeff_abs_level_minus1 never has a longer Exp-Golomb prefix: levels stay below 2^(7 + bit depth) (§ 7.4.5.3.3). */
const MAX_SUFFIX_PREFIX: i32 = HIGH ? 22 : 18;

/**
 * Parses a block whose coded_block_flag is 1.
 *
 * @param significant  address of the first significant_coeff_flag context
 * @param last         address of the first last_significant_coeff_flag context
 * @param absolute     address of the first coeff_abs_level_minus1 context
 * @param significantInc, lastInc  ctxIdxInc by scan position
 * @param count        maxNumCoeff
 * @param maxGreater   4, or 3 for chroma DC (§ 9.3.3.1.3)
 * @param scan         element of the output by scan position
 * @param scale        i32 by element; coefficient = (level * scale + round) >> shift
 * @param out          coefficients
 * @returns number of coefficients
 */
export function residualCabac(
  significant: usize,
  last: usize,
  absolute: usize,
  significantInc: usize,
  lastInc: usize,
  count: i32,
  maxGreater: i32,
  scan: usize,
  scale: usize,
  round: i32,
  shift: i32,
  out: usize,
): i32 {
  let r: u32 = range;
  let o: u64 = offset;
  let bits: i32 = extraBits;
  let next: usize = nextByte;
  let state: u32, lpsRange: u32, lps: u32, context: usize, n: i32, scaled: u64;

  let found: i32 = 0;
  const final = count - 1;
  let i: i32 = 0;
  while (i < final) {
    if (bits < 16) {
      o = (o << 32) | bswap<u32>(load<u32>(next));
      next += 4;
      bits += 32;
    }
    // significant_coeff_flag
    context = significant + load<u8>(significantInc + i);
    state = load<u8>(context);
    lpsRange = (load<u32>(rangeLps + (state << 2)) >> ((r >> 3) & 24)) & 0xff;
    r -= lpsRange;
    scaled = <u64>r << bits;
    lps = 0;
    if (o < scaled) {
      store<u8>(context, load<u8>(nextState + state));
      n = (r >> 8) ^ 1;
    } else {
      o -= scaled;
      r = lpsRange;
      lps = 1;
      store<u8>(context, load<u8>(nextState + state, 128));
      n = clz(r) - 23;
    }
    r <<= n;
    bits -= n;
    if ((state & 1) ^ lps) {
      store<u8>(positions + found, i);
      found++;
      // last_significant_coeff_flag
      context = last + load<u8>(lastInc + i);
      state = load<u8>(context);
      lpsRange = (load<u32>(rangeLps + (state << 2)) >> ((r >> 3) & 24)) & 0xff;
      r -= lpsRange;
      scaled = <u64>r << bits;
      lps = 0;
      if (o < scaled) {
        store<u8>(context, load<u8>(nextState + state));
        n = (r >> 8) ^ 1;
      } else {
        o -= scaled;
        r = lpsRange;
        lps = 1;
        store<u8>(context, load<u8>(nextState + state, 128));
        n = clz(r) - 23;
      }
      r <<= n;
      bits -= n;
      if ((state & 1) ^ lps) break;
    }
    i++;
  }
  if (i == final) {
    // The flags ran out without a last one: the final coefficient is inferred.
    store<u8>(positions + found, final);
    found++;
  }

  let ones: i32 = 1;
  let greater: i32 = 0;
  for (let k = found - 1; k >= 0; k--) {
    if (bits < 16) {
      o = (o << 32) | bswap<u32>(load<u32>(next));
      next += 4;
      bits += 32;
    }
    // coeff_abs_level_minus1, first bin
    context = absolute + (greater > 0 ? 0 : min(4, ones));
    state = load<u8>(context);
    lpsRange = (load<u32>(rangeLps + (state << 2)) >> ((r >> 3) & 24)) & 0xff;
    r -= lpsRange;
    scaled = <u64>r << bits;
    lps = 0;
    if (o < scaled) {
      store<u8>(context, load<u8>(nextState + state));
      n = (r >> 8) ^ 1;
    } else {
      o -= scaled;
      r = lpsRange;
      lps = 1;
      store<u8>(context, load<u8>(nextState + state, 128));
      n = clz(r) - 23;
    }
    r <<= n;
    bits -= n;
    let level: i32 = 1;
    if ((state & 1) ^ lps) {
      // The rest of the truncated unary prefix, all with one context.
      context = absolute + 5 + min(maxGreater, greater);
      greater++;
      level = 2;
      while (level < 15) {
        if (bits < 16) {
          o = (o << 32) | bswap<u32>(load<u32>(next));
          next += 4;
          bits += 32;
        }
        state = load<u8>(context);
        lpsRange = (load<u32>(rangeLps + (state << 2)) >> ((r >> 3) & 24)) & 0xff;
        r -= lpsRange;
        scaled = <u64>r << bits;
        lps = 0;
        if (o < scaled) {
          store<u8>(context, load<u8>(nextState + state));
          n = (r >> 8) ^ 1;
        } else {
          o -= scaled;
          r = lpsRange;
          lps = 1;
          store<u8>(context, load<u8>(nextState + state, 128));
          n = clz(r) - 23;
        }
        r <<= n;
        bits -= n;
        if (!((state & 1) ^ lps)) break;
        level++;
      }
      if (level == 15) {
        // Exp-Golomb suffix of order 0, in bypass bins (§ 9.3.2.3).
        cover(COVER_LEVEL_ESCAPE + 3);
        let order: i32 = 0;
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
          level += 1 << order;
          if (++order > MAX_SUFFIX_PREFIX) {
            fail(ERROR_COEFFICIENT);
            putEngine(r, o, bits, next);
            return 0;
          }
        }
        while (--order >= 0) {
          if (bits < 16) {
            o = (o << 32) | bswap<u32>(load<u32>(next));
            next += 4;
            bits += 32;
          }
          bits--;
          scaled = <u64>r << bits;
          if (o >= scaled) {
            o -= scaled;
            level += 1 << order;
          }
        }
      }
    } else {
      ones++;
    }
    // coeff_sign_flag, in bypass
    bits--;
    scaled = <u64>r << bits;
    const negative = -i32(o >= scaled);
    o -= scaled & <u64>(<i64>negative);
    level = (level ^ negative) - negative;
    const element: usize = load<u8>(scan + load<u8>(positions + k));
    putCoefficient(out, element, (level * load<i32>(scale + (element << 2)) + round) >> shift);
  }
  putEngine(r, o, bits, next);
  return found;
}

// Where a block's coefficients are: significant_coeff_flag and last_significant_coeff_flag (§ 7.3.5.3.3).
//
// The engine's state lives in locals here and in `cabac-levels.ts`, and the decision of `cabac/core/engine.ts` is written out at its
// places: a call, or the state in globals, costs a third of the whole decoder's speed. What else is alive in these loops is kept
// to what the processor has registers for.

import { CONTEXT_SHIFT, LPS_TRANSITIONS, transitions, VAL_MPS } from "../../cabac/core/contexts";
import { isLow, offset, OFFSET_SHIFT, putEngine, range, refilled } from "../../cabac/core/engine";

/** Scan positions of the block's coefficients. */
export const positions: usize = memory.data(64, 16);

/**
 * Fills `positions` for a block whose ctxIdxInc is the scan position: 4x4 blocks, DC levels of luma and of 4:2:0 chroma.
 *
 * @param coded        address of the coded_block_flag context
 * @param significant  address of the first significant_coeff_flag context
 * @param last         address of the first last_significant_coeff_flag context
 * @param final        the block's last position
 * @returns how many there are, 0 where coded_block_flag is
 */
export function parseSignificance(coded: usize, significant: usize, last: usize, final: usize): i32 {
  let r: u32 = range;
  let o: u64 = offset;
  let variable: u64, state: u32, lpsRange: u32, bin: u32, shift: i32, scaled: u64, context: usize;

  // coded_block_flag
  if (isLow(o)) o = refilled(o);
  context = coded;
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
  if (!bin) {
    putEngine(r, o);
    return 0;
  }

  let place = positions;
  let i: usize = 0;
  for (; i < final; i++) {
    if (isLow(o)) o = refilled(o);
    // significant_coeff_flag
    context = significant + (i << CONTEXT_SHIFT);
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
    if (!bin) continue;
    store<u8>(place++, i);
    // last_significant_coeff_flag
    context = last + (i << CONTEXT_SHIFT);
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
    if (bin) {
      putEngine(r, o);
      return <i32>(place - positions);
    }
  }
  // The flags ran out without a last one: the final coefficient is inferred.
  store<u8>(place++, final);
  putEngine(r, o);
  return <i32>(place - positions);
}

/**
 * The same for a block whose contexts stand in tables by scan position: 8x8 blocks, DC levels of 4:2:2 chroma.
 *
 * @param significantInc, lastInc  ctxIdxInc by scan position
 */
export function parseMappedSignificance(significant: usize, last: usize, significantInc: usize, lastInc: usize, final: usize): i32 {
  let r: u32 = range;
  let o: u64 = offset;
  let variable: u64, state: u32, lpsRange: u32, bin: u32, shift: i32, scaled: u64, context: usize;

  let place = positions;
  let i: usize = 0;
  for (; i < final; i++) {
    if (isLow(o)) o = refilled(o);
    // significant_coeff_flag
    context = significant + (<usize>load<u8>(significantInc + i) << CONTEXT_SHIFT);
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
    if (!bin) continue;
    store<u8>(place++, i);
    // last_significant_coeff_flag
    context = last + (<usize>load<u8>(lastInc + i) << CONTEXT_SHIFT);
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
    if (bin) {
      putEngine(r, o);
      return <i32>(place - positions);
    }
  }
  store<u8>(place++, final);
  putEngine(r, o);
  return <i32>(place - positions);
}

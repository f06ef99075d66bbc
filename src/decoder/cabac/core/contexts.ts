// Context variables, the same in H.264 (§ 9.3.1) and H.265 (§ 9.3.2.2): eight bytes each, so that one load gives all that a decision
// wants to know. The lower half has the LPS ranges of the state, by qCodIRangeIdx; the upper one is the state, pStateIdx * 2 + valMPS,
// as the distance in bytes at which `transitions` has the variable that follows.

import { nextState, rangeLps } from "./tables";

/** Bytes of a context variable, as a shift. */
export const CONTEXT_SHIFT: usize = 3;
const STATES: usize = 128;
/** valMPS in the upper half of a context variable. */
export const VAL_MPS: u32 = 1 << <u32>CONTEXT_SHIFT;

/** What a context variable becomes behind an MPS, and LPS_TRANSITIONS bytes further behind an LPS. */
export const transitions: usize = memory.data(2048, 16);
export const LPS_TRANSITIONS: usize = STATES << CONTEXT_SHIFT;

/** The variable in state pStateIdx * 2 + valMPS. */
// @ts-ignore: decorator
@inline
export function contextVariable(state: u32): u64 {
  return <u64>load<u32>(rangeLps + (state << 2)) | (<u64>(state << CONTEXT_SHIFT) << 32);
}

for (let k: usize = 0; k < 2 * STATES; k++) {
  store<u64>(transitions + (k << CONTEXT_SHIFT), contextVariable(load<u8>(nextState + k)));
}

/** Sets the variable at `context` to its state at the start of a slice, given preCtxState (§ 9.3.1.1; H.265 § 9.3.2.2). */
// @ts-ignore: decorator
@inline
export function startContext(context: usize, preCtxState: i32): void {
  const pre = max(1, min(126, preCtxState));
  store<u64>(context, contextVariable(pre <= 63 ? (63 - pre) << 1 : ((pre - 64) << 1) | 1));
}

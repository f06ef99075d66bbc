// Context variables of CABAC (§ 9.3.1.1).

import { CONTEXT_SHIFT, startContext } from "../../cabac/core/contexts";
import {
  CONTEXT_COPIES,
  CONTEXT_COUNT,
  contextCopies,
  contextInit,
} from "./cabac-tables";
import { chromaArrayType } from "./picture";

const contexts: usize = memory.data(8192, 16);

/** Address of context ctxIdx. */
// @ts-ignore: decorator
@inline
export function contextAt(ctxIdx: usize): usize {
  return contexts + (ctxIdx << CONTEXT_SHIFT);
}

/** States of all contexts at the start of an I slice with SliceQPY `sliceQp` (§ 9.3.1.1). */
export function initContexts(sliceQp: i32): void {
  const clipped = max(0, sliceQp);
  for (let i = 0; i < CONTEXT_COUNT; i++) {
    const m: i32 = load<i8>(contextInit + 2 * i);
    const n: i32 = load<i8>(contextInit + 2 * i, 1);
    startContext(contextAt(i), ((m * clipped) >> 4) + n);
  }
  if (chromaArrayType != 3) return;
  for (let at = contextCopies; at < contextCopies + 6 * CONTEXT_COPIES; at += 6)
    memory.copy(contextAt(load<u16>(at)), contextAt(load<u16>(at, 2)), <usize>load<u16>(at, 4) << CONTEXT_SHIFT);
}

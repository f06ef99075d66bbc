// Context variables of CABAC (§ 9.3.1.1).

import {
  CONTEXT_COPIES,
  CONTEXT_COUNT,
  CONTEXT_COUNT_444,
  contextCopies,
  contextInit,
} from "./cabac-tables";
import { chromaArrayType } from "./picture";

export const contexts: usize = memory.data(CONTEXT_COUNT_444, 16);

/** States of all contexts at the start of an I slice with SliceQPY `sliceQp` (§ 9.3.1.1). */
export function initContexts(sliceQp: i32): void {
  const clipped = max(0, sliceQp);
  for (let i = 0; i < CONTEXT_COUNT; i++) {
    const m: i32 = load<i8>(contextInit + 2 * i);
    const n: i32 = load<i8>(contextInit + 2 * i, 1);
    const pre = max(1, min(126, ((m * clipped) >> 4) + n));
    store<u8>(contexts + i, pre <= 63 ? (63 - pre) << 1 : ((pre - 64) << 1) | 1);
  }
  if (chromaArrayType != 3) return;
  for (let at = contextCopies; at < contextCopies + 6 * CONTEXT_COPIES; at += 6)
    memory.copy(contexts + load<u16>(at), contexts + load<u16>(at, 2), load<u16>(at, 4));
}

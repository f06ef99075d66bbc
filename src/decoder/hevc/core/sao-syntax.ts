// sao() (§ 7.3.8.3): parameters of a coding tree block into its record.

import { bypass, bypassBits, decision } from "../../cabac/core/engine";
import { contextAt, SAO_MERGE, SAO_TYPE } from "./contexts";
import { cover, COVER_SAO } from "./coverage";
import { bitDepthOf, chromaArrayType, saoShiftChroma, saoShiftLuma } from "./parameters";
import { CTB_SAO, CTB_SIZE, CTB_SLICE, CTB_TILE, ctbColumns, SAO_SIZE } from "./picture";
import { saoChroma, saoLuma, sliceAddress } from "./slice-state";

const BAND: u8 = 1;

/** Whether parameters may be taken from the neighbour: same slice, same tile. */
// @ts-ignore: decorator
@inline
function mayMerge(inside: bool, neighbour: usize, record: usize): bool {
  return inside && load<i32>(neighbour, CTB_SLICE) == sliceAddress && load<u16>(neighbour, CTB_TILE) == load<u16>(record, CTB_TILE);
}

function offsets(at: usize, component: i32, type: u8): void {
  const depth = bitDepthOf(component);
  const most = (1 << (min(depth, 10) - 5)) - 1;
  const shift = component == 0 ? saoShiftLuma : saoShiftChroma;
  for (let i: usize = 0; i < 4; i++) {
    let value = 0;
    while (value < most && bypass()) value++;
    store<i16>(at + (i << 1), value);
  }
  for (let i: usize = 0; i < 4; i++) {
    let value: i32 = load<i16>(at + (i << 1));
    if (type == BAND ? value != 0 && bypass() != 0 : i > 1) value = -value;
    store<i16>(at + (i << 1), value << shift);
  }
}

/** `x`, `y`: column and row of the block. */
export function parseSao(record: usize, x: i32, y: i32): void {
  memory.fill(record + CTB_SAO, 0, 3 * SAO_SIZE);
  if (!saoLuma && !saoChroma) return;
  const left = record - CTB_SIZE;
  if (mayMerge(x > 0, left, record) && decision(contextAt(SAO_MERGE))) {
    cover(COVER_SAO + 5);
    memory.copy(record + CTB_SAO, left + CTB_SAO, 3 * SAO_SIZE);
    return;
  }
  const up = record - <usize>ctbColumns * CTB_SIZE;
  if (mayMerge(y > 0, up, record) && decision(contextAt(SAO_MERGE))) {
    cover(COVER_SAO + 6);
    memory.copy(record + CTB_SAO, up + CTB_SAO, 3 * SAO_SIZE);
    return;
  }
  const components = chromaArrayType == 0 ? 1 : 3;
  for (let component = 0; component < components; component++) {
    if (component == 0 ? !saoLuma : !saoChroma) continue;
    const at = record + CTB_SAO + <usize>component * SAO_SIZE;
    if (component < 2) {
      // sao_type_idx_luma, sao_type_idx_chroma
      const type: u8 = decision(contextAt(SAO_TYPE)) ? (bypass() ? 2 : 1) : 0;
      store<u8>(at, type);
    } else {
      store<u8>(at, load<u8>(at - SAO_SIZE));
    }
    const type = load<u8>(at);
    if (type == 0) continue;
    offsets(at + 2, component, type);
    if (type == BAND) store<u8>(at, bypassBits(5), 1);
    else store<u8>(at, component < 2 ? bypassBits(2) : load<u8>(at - SAO_SIZE, 1), 1);
  }
}

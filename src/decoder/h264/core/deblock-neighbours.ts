// Which edges of a macroblock are filtered (§ 8.7).

import { cover, COVER_DEBLOCK_8X8, COVER_DEBLOCK_SLICE_EDGE } from "./coverage";
import { MB_SLICE, MB_TRANSFORM_8X8 } from "./picture";

/** Record of the neighbour if the edge to it is to be filtered (filterLeftMbEdgeFlag, filterTopMbEdgeFlag), else 0. */
// @ts-ignore: decorator
@inline
export function filteredNeighbour(record: usize, neighbour: usize, idc: u32): usize {
  const slice = load<i32>(neighbour, MB_SLICE);
  if (slice < 0) return 0;
  if (slice != load<i32>(record, MB_SLICE)) {
    cover(COVER_DEBLOCK_SLICE_EDGE + (idc == 2 ? 1 : 0));
    if (idc == 2) return 0;
  }
  return neighbour;
}

/** Distance of the luma edges inside a macroblock: those inside an 8x8 transform are left alone. */
export function innerStep(record: usize): i32 {
  if (!load<u8>(record, MB_TRANSFORM_8X8)) return 4;
  cover(COVER_DEBLOCK_8X8);
  return 8;
}

// Counters of the coding tools that a stream exercised. They cost nothing in the normal build: `isDefined` is decided
// by the compiler, and only the coverage build (`coverage-on.ts` as a second entry) defines COVERAGE_ON.

/** Counter numbers; `test/support/hevc-coverage.ts` names them. */
export const COVER_INTRA_LUMA: i32 = 0; // + 35 * (log2 of the size - 2) + mode
export const COVER_INTRA_CHROMA: i32 = 140; // + mode
export const COVER_TRANSFORM: i32 = 175; // + DST, then DCT by log2 of the size - 2
export const COVER_DC_ONLY: i32 = 180; // + log2 of the size - 2
export const COVER_WIDE: i32 = 184; // + log2 of the size - 2: transforms in more than 16 bits
export const COVER_SKIP: i32 = 188; // + log2 of the size - 2: transform skip
export const COVER_BYPASS: i32 = 192; // + log2 of the size - 2: transquant bypass
export const COVER_RDPCM: i32 = 196; // + horizontal, vertical
export const COVER_ROTATION: i32 = 198;
export const COVER_CROSS_COMPONENT: i32 = 199;
export const COVER_SCAN: i32 = 200; // + scanIdx
export const COVER_SIGN_HIDING: i32 = 203;
export const COVER_ESCAPE: i32 = 204; // + prefix up to 3, longer, limited length
export const COVER_PERSISTENT_RICE: i32 = 207;
export const COVER_ALIGNMENT: i32 = 208;
export const COVER_SCALING_LIST: i32 = 209; // + log2 of the size - 2
export const COVER_PCM: i32 = 213;
export const COVER_NXN: i32 = 214;
export const COVER_QP_DELTA: i32 = 215;
export const COVER_CHROMA_QP_OFFSET: i32 = 216; // + cu_chroma_qp_offset_idx
export const COVER_SMOOTHING: i32 = 222; // + none, [1 2 1], strong
export const COVER_EDGE_FILTER: i32 = 225; // + DC, vertical, horizontal
export const COVER_SUBSTITUTION: i32 = 228; // + some neighbours missing, all missing
export const COVER_422: i32 = 230; // lower square of a 4:2:2 block
export const COVER_DEPENDENT: i32 = 231;
export const COVER_TILE_START: i32 = 232;
export const COVER_WPP: i32 = 233; // + contexts taken from above, contexts started anew
export const COVER_SAO: i32 = 235; // + band, edge class 0 … 3, merge left, merge up
export const COVER_SAO_BORDER: i32 = 242; // + slice, tile
export const COVER_SAO_KEPT: i32 = 244; // lossless samples given back
export const COVER_DEBLOCK: i32 = 245; // + luma strong vertical, horizontal, weak; chroma vertical, horizontal
export const COVER_DEBLOCK_KEPT: i32 = 251; // edge with a lossless side
export const COVER_DEBLOCK_BORDER: i32 = 252; // + slice, tile edge left alone
export const COVER_DEBLOCK_WIDE: i32 = 254;

export const coverCounters: usize = memory.data(256 * 4, 16);

// @ts-ignore: decorator
@inline
export function cover(counter: i32): void {
  // @ts-ignore: COVERAGE_ON exists in the coverage build only
  if (isDefined(COVERAGE_ON)) {
    const at = coverCounters + (<usize>counter << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}

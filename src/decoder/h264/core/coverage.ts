// Counters of the coding tools that a stream exercised. They cost nothing in the normal build: `isDefined` is decided
// by the compiler, and only the coverage build (`coverage-on.ts` as a second entry) defines COVERAGE_ON.

/** Counter numbers; `src/decoder/h264/coverage.ts` names them for tests. */
export const COVER_MB_TYPE_CAVLC: i32 = 0; // + mb_type 0 … 25 (Table 7-11)
export const COVER_MB_TYPE_CABAC: i32 = 26;
export const COVER_INTRA_4X4: i32 = 52; // + mode 0 … 8, then DC left only, DC top only, DC none
export const COVER_INTRA_8X8: i32 = 64; // same order
export const COVER_INTRA_16X16: i32 = 76; // + mode 0 … 3, then DC left only, DC top only, DC none
export const COVER_INTRA_CHROMA: i32 = 83; // + mode 0 … 3, then DC left only, DC top only, DC none
export const COVER_TRANSFORM: i32 = 90; // + 4x4 full, 4x4 DC only, 8x8 full, 8x8 DC only, bypass
export const COVER_TRANSFORM_8X8_CAVLC: i32 = 95;
export const COVER_TRANSFORM_8X8_CABAC: i32 = 96;
export const COVER_DEBLOCK: i32 = 97; // + luma bS 4 vertical, horizontal, bS 3 vertical, horizontal; chroma likewise
export const COVER_DEBLOCK_IDC: i32 = 105; // + disable_deblocking_filter_idc 0 … 2
export const COVER_DEBLOCK_SLICE_EDGE: i32 = 108; // edge between slices: filtered, left alone (idc 2)
export const COVER_DEBLOCK_8X8: i32 = 110;
export const COVER_LEVEL_ESCAPE: i32 = 111; // CAVLC level_prefix 14, 15, 16 and more; CABAC suffix
export const COVER_COEFF_TOKEN: i32 = 115; // nC 0-1, 2-3, 4-7, 8 and more, chroma DC of 4:2:0, of 4:2:2
export const COVER_QP_WRAP: i32 = 121;
export const COVER_SLICE_GROUPS: i32 = 122;
export const COVER_LOSSLESS_DPCM: i32 = 123; // 4x4, 8x8, 16x16, chroma
export const COVER_LIKE_LUMA: i32 = 127; // Cb and Cr in 4:4:4: 4x4, 8x8, 16x16 in CAVLC, then in CABAC
export const COVER_FORMAT: i32 = 133; // ChromaArrayType 0 … 3
export const COVER_SEPARATE_PLANES: i32 = 137;
export const COVER_COUNT: i32 = 144;

export const coverCounters: usize = memory.data(COVER_COUNT * 4, 16);

// @ts-ignore: decorator
@inline
export function cover(counter: i32): void {
  // @ts-ignore: COVERAGE_ON exists in the coverage build only
  if (isDefined(COVERAGE_ON)) {
    const at = coverCounters + (<usize>counter << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}

// State of the picture being decoded and its place in linear memory.
//
// Fixed scratch comes from `memory.data` in the file that uses it. What depends on the picture's size lies behind
// __heap_base: macroblock records, slice group map, planes, then the bytes of the slice.

/** Bytes of one macroblock record, and the offsets of its fields. */
export const MB_SIZE: usize = 64;
/** i32: number of the slice that holds the macroblock, -1 before it is decoded. */
export const MB_SLICE: usize = 0;
/** u8: one of the MB_TYPE values. */
export const MB_TYPE: usize = 4;
/** u8: transform_size_8x8_flag. */
export const MB_TRANSFORM_8X8: usize = 5;
/** u8: QPY as the deblocking filter sees it (0 for I_PCM). */
export const MB_QP: usize = 6;
/** u8: intra_chroma_pred_mode. */
export const MB_CHROMA_MODE: usize = 7;
/** u16: CodedBlockPatternLuma | CodedBlockPatternChroma << 4 | coded DC blocks Y, Cb, Cr << 8. */
export const MB_CBP: usize = 8;
/** u8 each: QPC of Cb and of Cr for the deblocking filter. */
export const MB_QP_CB: usize = 10;
export const MB_QP_CR: usize = 11;
/** u8, i8, i8: disable_deblocking_filter_idc, FilterOffsetA, FilterOffsetB of the slice. */
export const MB_DEBLOCK_IDC: usize = 12;
export const MB_OFFSET_A: usize = 13;
export const MB_OFFSET_B: usize = 14;
/** u8 × 4 bottom row, u8 × 4 right column: total_coeff of the 4x4 blocks, for Y, Cb, Cr. */
export const MB_NNZ: usize = 16;
/** i8 × 4 bottom row, i8 × 4 right column: Intra4x4PredMode / Intra8x8PredMode. */
export const MB_MODES: usize = 40;

export const TYPE_I4X4: u32 = 1;
export const TYPE_I8X8: u32 = 2;
export const TYPE_I16X16: u32 = 3;
export const TYPE_PCM: u32 = 4;

export let mbWidth: i32 = 0;
export let mbHeight: i32 = 0;
/** Samples from row to row. */
export let lumaStride: usize = 0;
export let chromaStride: usize = 0;
export let planeY: usize = 0;
export let planeCb: usize = 0;
export let planeCr: usize = 0;
export let mbRecords: usize = 0;
/** u8 per macroblock: mbToSliceGroupMap (§ 8.2.2), written by the shell when there is more than one slice group. */
export let sliceGroupMap: usize = 0;
export let input: usize = 0;
let inputCapacity: usize = 0;

/** Zero bytes behind a slice: more than a macroblock can consume, so that one check per macroblock is enough. */
export const INPUT_PADDING: usize = 8192;

// SIMD loads may reach this far beyond a plane's last row.
const PLANE_PADDING: usize = 64;

function ensureMemory(end: usize): bool {
  const have = <usize>memory.size() << 16;
  if (end <= have) return true;
  return memory.grow(<i32>((end - have + 0xffff) >> 16)) >= 0;
}

// @ts-ignore: decorator
@inline
function align(address: usize): usize {
  return (address + 63) & ~63;
}

/** Lays out a picture of `width` × `height` macroblocks. false: the memory is not to be had. */
export function layOut(width: i32, height: i32): bool {
  mbWidth = width;
  mbHeight = height;
  const macroblocks = <usize>(width * height);
  lumaStride = <usize>width * 16;
  chromaStride = <usize>width * 8;
  mbRecords = align(__heap_base);
  sliceGroupMap = align(mbRecords + macroblocks * MB_SIZE);
  planeY = align(sliceGroupMap + macroblocks) + PLANE_PADDING;
  planeCb = align(planeY + macroblocks * 256) + PLANE_PADDING;
  planeCr = align(planeCb + macroblocks * 64) + PLANE_PADDING;
  input = align(planeCr + macroblocks * 64) + PLANE_PADDING;
  inputCapacity = 0;
  return ensureMemory(input);
}

/** Forgets all macroblocks of the picture before. Planes start black, so that a lost slice shows no older picture. */
export function clearPicture(): void {
  const macroblocks = <usize>(mbWidth * mbHeight);
  memory.fill(mbRecords, 0xff, macroblocks * MB_SIZE);
  memory.fill(planeY, 16, macroblocks * 256);
  memory.fill(planeCb, 128, macroblocks * 64);
  memory.fill(planeCr, 128, macroblocks * 64);
}

/** Room for a slice of `size` bytes; its padding is zeroed. Address, or 0 when the memory is not to be had. */
export function reserveInput(size: usize): usize {
  if (size > inputCapacity) {
    if (!ensureMemory(input + size + INPUT_PADDING)) return 0;
    inputCapacity = size;
  }
  memory.fill(input + size, 0, INPUT_PADDING);
  return input;
}

// @ts-ignore: decorator
@inline
export function mbRecord(address: i32): usize {
  return mbRecords + <usize>address * MB_SIZE;
}

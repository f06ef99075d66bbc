// State of the picture being decoded and its place in linear memory.
//
// Fixed scratch comes from `memory.data` in the file that uses it. What depends on the picture's size lies behind
// __heap_base: macroblock records, slice group map, planes, then the bytes of the slice.

import { SAMPLE_BYTES } from "./sample";

/** Bytes of one macroblock record, and the offsets of its fields. */
export const MB_SIZE: usize = 64;
/** i32: number of the slice that holds the macroblock, -1 before it is decoded. */
export const MB_SLICE: usize = 0;
/** u8: one of the MB_TYPE values. */
export const MB_TYPE: usize = 4;
/** u8: transform_size_8x8_flag. */
export const MB_TRANSFORM_8X8: usize = 5;
/** i8: QPY as the deblocking filter sees it (0 for I_PCM). */
export const MB_QP: usize = 6;
/** u8: intra_chroma_pred_mode. */
export const MB_CHROMA_MODE: usize = 7;
/** u16: CodedBlockPatternLuma | CodedBlockPatternChroma << 4 | coded DC blocks Y, Cb, Cr << 8. */
export const MB_CBP: usize = 8;
/** i8 each: QPC of Cb and of Cr for the deblocking filter. */
export const MB_QP_CB: usize = 10;
export const MB_QP_CR: usize = 11;
/** u8, i8, i8: disable_deblocking_filter_idc, FilterOffsetA, FilterOffsetB of the slice. */
export const MB_DEBLOCK_IDC: usize = 12;
export const MB_OFFSET_A: usize = 13;
export const MB_OFFSET_B: usize = 14;
/** u8: mb_field_decoding_flag of an MBAFF frame. */
export const MB_FIELD: usize = 15;
/** u8 × 4 bottom row, u8 × 4 right column: total_coeff of the 4x4 blocks, for Y, Cb, Cr. */
export const MB_NNZ: usize = 16;
/** i8 × 4 bottom row, i8 × 4 right column: Intra4x4PredMode / Intra8x8PredMode. */
export const MB_MODES: usize = 40;

export const TYPE_I4X4: u32 = 1;
export const TYPE_I8X8: u32 = 2;
export const TYPE_I16X16: u32 = 3;
export const TYPE_PCM: u32 = 4;

/** The structure being decoded: a frame, or one of its fields, whose rows are every other row of the frame. */
export const STRUCTURE_FRAME: i32 = 0;
export const STRUCTURE_TOP: i32 = 1;
export const STRUCTURE_BOTTOM: i32 = 2;

export let isField: bool = false;
/** MbaffFrameFlag: macroblocks come in pairs, each of two frame or two field macroblocks, in the order of mbAddr. */
export let isMbaff: bool = false;
export let mbWidth: i32 = 0;
export let mbHeight: i32 = 0;
/** Bytes from row to row of the structure. */
export let lumaStride: usize = 0;
export let chromaStride: usize = 0;
export let planeY: usize = 0;
export let planeCb: usize = 0;
export let planeCr: usize = 0;
export let mbRecords: usize = 0;
/** ChromaArrayType: 0 where there is no chroma, which includes planes that are coded separately; 1 4:2:0, 2 4:2:2, 3 4:4:4. */
export let chromaArrayType: i32 = 1;
/** Chroma in blocks of its own (4:2:0, 4:2:2), not as further planes like luma. */
export let hasSubsampledChroma: bool = true;
/** colour_plane_id of the plane that is decoded, 0 unless the planes are coded separately. */
export let colourPlane: i32 = 0;

// The whole frame.
let frameHeight: i32 = 0;
let frameY: usize = 0;
let frameCb: usize = 0;
let frameCr: usize = 0;
let frameRecords: usize = 0;
/** chroma_format_idc */
let chromaFormat: i32 = 1;
let structure: i32 = 0;
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

// log2 of the luma samples per chroma sample.
// @ts-ignore: decorator
@inline
function shiftX(): i32 {
  return chromaFormat == 3 ? 0 : 1;
}

// @ts-ignore: decorator
@inline
function shiftY(): i32 {
  return chromaFormat == 1 ? 1 : 0;
}

/** Rows of a macroblock's chroma block. */
// @ts-ignore: decorator
@inline
export function chromaRows(): i32 {
  return chromaArrayType == 1 ? 8 : 16;
}

/** Bytes of a macroblock's row of chroma. */
// @ts-ignore: decorator
@inline
export function chromaRowBytes(): usize {
  return chromaArrayType == 3 ? 16 * SAMPLE_BYTES : 8 * SAMPLE_BYTES;
}

/**
 * Lays out a frame of `width` × `height` macroblocks in the chroma format; `separate`: separate_colour_plane_flag. false: the
 * memory is not to be had.
 */
export function layOut(width: i32, height: i32, format: i32, separate: bool): bool {
  mbWidth = width;
  frameHeight = height;
  chromaFormat = format;
  chromaArrayType = separate ? 0 : format;
  hasSubsampledChroma = chromaArrayType == 1 || chromaArrayType == 2;
  colourPlane = 0;
  const macroblocks = <usize>(width * height);
  const lumaBytes = macroblocks * 256 * SAMPLE_BYTES;
  const chromaBytes = format == 0 ? 0 : lumaBytes >> (shiftX() + shiftY());
  frameRecords = align(__heap_base);
  // Separately coded planes have macroblocks of their own.
  sliceGroupMap = align(frameRecords + macroblocks * MB_SIZE * (separate ? 3 : 1));
  frameY = align(sliceGroupMap + macroblocks) + PLANE_PADDING;
  frameCb = align(frameY + lumaBytes) + PLANE_PADDING;
  frameCr = align(frameCb + chromaBytes) + PLANE_PADDING;
  input = align(frameCr + chromaBytes) + PLANE_PADDING;
  inputCapacity = 0;
  return ensureMemory(input);
}

/** Turns to the frame or to one of its fields: where its samples and macroblock records are. */
export function selectStructure(wanted: i32, mbaff: bool): void {
  structure = wanted;
  isField = structure != STRUCTURE_FRAME;
  isMbaff = mbaff;
  mbHeight = isField ? frameHeight >> 1 : frameHeight;
  const step: usize = isField ? 2 : 1;
  const second = usize(structure == STRUCTURE_BOTTOM);
  const lumaRow = <usize>mbWidth * 16 * SAMPLE_BYTES;
  const chromaRow = lumaRow >> shiftX();
  lumaStride = lumaRow * step;
  chromaStride = chromaRow * step;
  planeY = frameY + second * lumaRow;
  planeCb = frameCb + second * chromaRow;
  planeCr = frameCr + second * chromaRow;
  mbRecords = frameRecords + second * <usize>(mbWidth * mbHeight) * MB_SIZE;
}

/** Turns to one of separately coded planes, which are decoded as luma each (§ 7.4.2.1.1). */
export function selectColourPlane(plane: i32): void {
  selectStructure(structure, isMbaff);
  colourPlane = plane;
  if (plane == 1) planeY = planeCb;
  if (plane == 2) planeY = planeCr;
  mbRecords += <usize>(plane * mbWidth * frameHeight) * MB_SIZE;
}

/** Forgets all macroblocks of the picture before. Their samples stay until they are written over, by macroblocks or by `blankUnit`. */
export function clearPicture(): void {
  memory.fill(frameRecords, 0xff, sliceGroupMap - frameRecords);
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

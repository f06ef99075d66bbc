// The picture being decoded and its place in linear memory.
//
// Fixed scratch comes from `memory.data` in the file that uses it. What depends on the picture's size lies behind
// __heap_base: maps of 4x4 luma units, coding tree block records, planes of 16-bit samples, rows for SAO, then the
// bytes of a slice segment.

import { chromaArrayType, chromaShiftX, chromaShiftY, ctbLog2 } from "./parameters";

export let width: i32 = 0;
export let height: i32 = 0;
export let ctbColumns: i32 = 0;
export let ctbRows: i32 = 0;

/** Units from row to row of the maps below; there are spare units left of, right of, above and below the picture. */
export let unitStride: usize = 0;
/** u16: zone in which the unit was decoded (slice within a tile), 0 before. Spare units are never decoded. */
export let zoneMap: usize = 0;
/** u8: IntraPredModeY. */
export let modeMap: usize = 0;
/** i8: QpY. */
export let qpMap: usize = 0;
/** u8: CtDepth. */
export let depthMap: usize = 0;
/** u8: EDGE_ bits. */
export let edgeMap: usize = 0;

/** The unit's left and upper edge are filtered. */
export const EDGE_LEFT: u8 = 1;
export const EDGE_TOP: u8 = 2;
/** Neither filter may change the samples: transquant bypass, or PCM with pcm_loop_filter_disabled_flag. */
export const EDGE_KEEP: u8 = 4;

/** Bytes of a coding tree block record, and the offsets of its fields. */
export const CTB_SIZE: usize = 64;
/** i32: SliceAddrRs, -1 before the block is decoded. */
export const CTB_SLICE: usize = 0;
/** i32: CtbAddrInTs. */
export const CTB_ORDER: usize = 4;
/** u16: TileId. */
export const CTB_TILE: usize = 8;
/** u8: slice_loop_filter_across_slices_enabled_flag. */
export const CTB_ACROSS: usize = 10;
/** i8: slice_beta_offset_div2 * 2, slice_tc_offset_div2 * 2. */
export const CTB_BETA: usize = 11;
export const CTB_TC: usize = 12;
/** u16: first column of the tile. */
export const CTB_TILE_LEFT: usize = 14;
/** Of each component: u8 SaoTypeIdx, u8 band position or class, i16 × 4 offsets. */
export const CTB_SAO: usize = 16;
export const SAO_SIZE: usize = 12;

export let ctbRecords: usize = 0;
/** i32: CtbAddrTsToRs. */
let ctbOrder: usize = 0;

/** Address of sample (0, 0) and bytes from row to row. */
export let planeY: usize = 0;
export let planeCb: usize = 0;
export let planeCr: usize = 0;
export let strideY: usize = 0;
export let strideC: usize = 0;

/** Deblocked rows of a row of coding tree blocks, one more above and below; `sao.ts`. */
export let stripRows: usize = 0;
export let input: usize = 0;
let inputCapacity: usize = 0;

/** Zero bytes behind a segment: more than a coding tree unit can consume, so that one check per unit is enough. */
export const INPUT_PADDING: usize = 65536;

/** Spare units around the picture: intra prediction looks at most 64 samples beyond a block. */
const SPARE: usize = 18;
// SIMD loads may reach this far beyond a row.
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

let mapsStart: usize = 0;
let mapsEnd: usize = 0;

/** Lays out a picture of `w` × `h` luma samples. false: the memory is not to be had. */
export function layOut(w: i32, h: i32): bool {
  width = w;
  height = h;
  const mask = (1 << ctbLog2) - 1;
  ctbColumns = (w + mask) >> ctbLog2;
  ctbRows = (h + mask) >> ctbLog2;
  const ctbs = <usize>(ctbColumns * ctbRows);
  unitStride = align((<usize>ctbColumns << (ctbLog2 - 2)) + 2 * SPARE);
  const units = unitStride * ((<usize>ctbRows << (ctbLog2 - 2)) + 2 * SPARE);
  const first = SPARE * unitStride + SPARE;
  mapsStart = align(__heap_base);
  zoneMap = mapsStart + 2 * first;
  modeMap = mapsStart + 2 * units + first;
  qpMap = modeMap + units;
  depthMap = qpMap + units;
  edgeMap = depthMap + units;
  mapsEnd = mapsStart + 6 * units;
  ctbRecords = align(mapsEnd);
  ctbOrder = ctbRecords + ctbs * CTB_SIZE;
  strideY = align(<usize>w * 2);
  strideC = chromaArrayType == 0 ? 0 : align(<usize>(w >> chromaShiftX) * 2);
  const chromaRows = chromaArrayType == 0 ? 0 : <usize>(h >> chromaShiftY);
  planeY = align(ctbOrder + ctbs * 4) + PLANE_PADDING;
  planeCb = planeY + strideY * <usize>h + PLANE_PADDING;
  planeCr = planeCb + strideC * chromaRows + PLANE_PADDING;
  stripRows = planeCr + strideC * chromaRows + 2 * PLANE_PADDING;
  input = align(stripRows + (strideY + 2 * PLANE_PADDING) * ((1 << ctbLog2) + 2));
  inputCapacity = 0;
  return ensureMemory(input);
}

/** Forgets the picture before. Planes start black, so that a lost slice shows no older picture. */
export function clearPicture(blackLuma: u16, blackChroma: u16): void {
  memory.fill(mapsStart, 0, mapsEnd - mapsStart);
  memory.fill(ctbRecords, 0xff, <usize>(ctbColumns * ctbRows) * CTB_SIZE);
  fill(planeY, blackLuma, planeCb - PLANE_PADDING - planeY);
  if (chromaArrayType != 0) fill(planeCb, blackChroma, stripRows - 2 * PLANE_PADDING - planeCb);
}

function fill(from: usize, value: u16, bytes: usize): void {
  const vector = i16x8.splat(<i16>value);
  for (let at: usize = 0; at + 16 <= bytes; at += 16) v128.store(from + at, vector);
}

/** Tile scan (§ 6.5.1) from `columns` and `rows` sizes, u16 each, at `sizes`. */
export function layOutTiles(sizes: usize, columns: i32, rows: i32): void {
  let order = 0;
  let tile = 0;
  let top = 0;
  for (let row = 0; row < rows; row++) {
    const tileHeight: i32 = load<u16>(sizes + 2 * (columns + row));
    let left = 0;
    for (let column = 0; column < columns; column++) {
      const tileWidth: i32 = load<u16>(sizes + 2 * column);
      for (let y = top; y < top + tileHeight; y++) {
        for (let x = left; x < left + tileWidth; x++) {
          const address = y * ctbColumns + x;
          const record = ctbRecord(address);
          store<i32>(record, order, CTB_ORDER);
          store<u16>(record, tile, CTB_TILE);
          store<u16>(record, left, CTB_TILE_LEFT);
          store<i32>(ctbOrder + (<usize>order << 2), address);
          order++;
        }
      }
      left += tileWidth;
      tile++;
    }
    top += tileHeight;
  }
}

/** CtbAddrTsToRs */
// @ts-ignore: decorator
@inline
export function addressAt(order: i32): i32 {
  return load<i32>(ctbOrder + (<usize>order << 2));
}

/** Room for a segment of `size` bytes; its padding is zeroed. Address, or 0 when the memory is not to be had. */
export function reserveInput(size: usize): usize {
  if (size > inputCapacity || inputCapacity == 0) {
    if (!ensureMemory(input + size + INPUT_PADDING)) return 0;
    inputCapacity = size;
  }
  memory.fill(input + size, 0, INPUT_PADDING);
  return input;
}

// @ts-ignore: decorator
@inline
export function ctbRecord(address: i32): usize {
  return ctbRecords + <usize>address * CTB_SIZE;
}

/** Index in the maps of the unit that holds luma sample (x, y); x and y may be negative. */
// @ts-ignore: decorator
@inline
export function unitAt(x: i32, y: i32): usize {
  return <usize>((y >> 2) * <i32>unitStride + (x >> 2));
}

// @ts-ignore: decorator
@inline
export function zoneAt(x: i32, y: i32): i32 {
  return load<u16>(zoneMap + (unitAt(x, y) << 1));
}

/** Address of sample (x, y) of a component. */
// @ts-ignore: decorator
@inline
export function sampleAt(component: i32, x: i32, y: i32): usize {
  const plane = component == 0 ? planeY : component == 1 ? planeCb : planeCr;
  return plane + <usize>y * strideOf(component) + (<usize>x << 1);
}

// @ts-ignore: decorator
@inline
export function strideOf(component: i32): usize {
  return component == 0 ? strideY : strideC;
}

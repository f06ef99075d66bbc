// Sample adaptive offset (§ 8.7.3) and the picture's way out.
//
// A row of coding tree blocks at a time, the deblocked samples are copied to a strip, with the row above and the one
// below. From there they go back to the plane, offset or as they are; as bytes when all samples have 8 bits: half as far
// from the plane's start as they were, so never over samples that are still needed.

import { cover, COVER_SAO, COVER_SAO_BORDER, COVER_SAO_KEPT } from "./coverage";
import {
  bitDepthChroma,
  bitDepthLuma,
  bitDepthOf,
  bypassEnabled,
  chromaArrayType,
  chromaShiftX,
  chromaShiftY,
  ctbLog2,
  filterAcrossTiles,
  pcmEnabled,
  pcmFilterOff,
} from "./parameters";
import {
  CTB_ACROSS,
  CTB_ORDER,
  CTB_SAO,
  CTB_SLICE,
  CTB_TILE,
  ctbColumns,
  ctbRecord,
  ctbRows,
  EDGE_KEEP,
  edgeMap,
  height,
  planeCb,
  planeCr,
  planeY,
  SAO_SIZE,
  stripRows,
  strideOf,
  unitAt,
  width,
} from "./picture";
import { mostOf } from "./sample";

const BAND: i32 = 1;

/** Bytes from row to row of the strip; the first sample of a row. */
let pitch: usize = 0;
const MARGIN: usize = 64;

/** Whether all samples have 8 bits. */
// @ts-ignore: decorator
@inline
export function isOutputBytes(): bool {
  return bitDepthLuma == 8 && (chromaArrayType == 0 || bitDepthChroma == 8);
}

// @ts-ignore: decorator
@inline
function stripRow(row: i32): usize {
  return stripRows + MARGIN + <usize>row * pitch;
}

/** Eight samples on their way out; `to`: of the first one. */
// @ts-ignore: decorator
@inline
function put8(to: usize, samples: v128, bytes: bool): void {
  if (bytes) v128.store64_lane(to, i8x16.narrow_i16x8_u(samples, samples), 0);
  else v128.store(to, samples);
}

// @ts-ignore: decorator
@inline
function keep(from: usize, to: usize, bytes: bool): void {
  const value = load<u16>(from);
  if (bytes) store<u8>(to, <u8>value);
  else store<u16>(to, value);
}

/** sample + offset within 0 … `most`, any depth up to 16 bits. */
// @ts-ignore: decorator
@inline
function addOffset(samples: v128, offset: v128, most: v128): v128 {
  const zero = i16x8.splat(0);
  const up = i16x8.max_s(offset, zero);
  const down = i16x8.max_s(i16x8.neg(offset), zero);
  return i16x8.min_u(i16x8.sub_sat_u(i16x8.add_sat_u(samples, up), down), most);
}

// @ts-ignore: decorator
@inline
function pick(value: v128, index: i32, offset: v128): v128 {
  return v128.and(i16x8.eq(value, i16x8.splat(<i16>index)), offset);
}

/** Offsets of a component of the block: four vectors. */
let offset0: v128 = i16x8.splat(0);
let offset1: v128 = i16x8.splat(0);
let offset2: v128 = i16x8.splat(0);
let offset3: v128 = i16x8.splat(0);

function band(first: i32, from: usize, to: usize, toStride: usize, w: i32, h: i32, depth: i32, bytes: bool): void {
  cover(COVER_SAO);
  const most = mostOf(depth);
  const thirtyOne = i16x8.splat(31);
  const firsts = i16x8.splat(<i16>first);
  const size: usize = bytes ? 1 : 2;
  for (let y = 0; y < h; y++) {
    for (let x: usize = 0; x < <usize>w; x += 8) {
      const samples = v128.load(from + (x << 1));
      const index = v128.and(i16x8.sub(i16x8.shr_u(samples, depth - 5), firsts), thirtyOne);
      const offset = v128.or(
        v128.or(pick(index, 0, offset0), pick(index, 1, offset1)),
        v128.or(pick(index, 2, offset2), pick(index, 3, offset3)),
      );
      put8(to + x * size, addOffset(samples, offset, most), bytes);
    }
    from += pitch;
    to += toStride;
  }
}

/** sign(a - b) */
// @ts-ignore: decorator
@inline
function sign(a: v128, b: v128): v128 {
  return i16x8.sub(i16x8.lt_u(a, b), i16x8.gt_u(a, b));
}

function edge(step: usize, from: usize, to: usize, toStride: usize, w: i32, h: i32, depth: i32, bytes: bool): void {
  const most = mostOf(depth);
  const size: usize = bytes ? 1 : 2;
  for (let y = 0; y < h; y++) {
    for (let x: usize = 0; x < <usize>w; x += 8) {
      const at = from + (x << 1);
      const samples = v128.load(at);
      const index = i16x8.add(sign(samples, v128.load(at - step)), sign(samples, v128.load(at + step)));
      const offset = v128.or(
        v128.or(pick(index, -2, offset0), pick(index, -1, offset1)),
        v128.or(pick(index, 1, offset2), pick(index, 2, offset3)),
      );
      put8(to + x * size, addOffset(samples, offset, most), bytes);
    }
    from += pitch;
    to += toStride;
  }
}

/** Whether samples of the block `dx`, `dy` blocks away may be compared with. */
function isUsable(record: usize, column: i32, row: i32, dx: i32, dy: i32): bool {
  const x = column + dx;
  const y = row + dy;
  if (x < 0 || y < 0 || x >= ctbColumns || y >= ctbRows) return false;
  const other = ctbRecord(y * ctbColumns + x);
  if (load<i32>(other, CTB_SLICE) != load<i32>(record, CTB_SLICE)) {
    // The later one of the two slices decides.
    const later = load<i32>(other, CTB_ORDER) < load<i32>(record, CTB_ORDER) ? record : other;
    if (load<u8>(later, CTB_ACROSS) == 0) {
      cover(COVER_SAO_BORDER);
      return false;
    }
  }
  if (!filterAcrossTiles && load<u16>(other, CTB_TILE) != load<u16>(record, CTB_TILE)) {
    cover(COVER_SAO_BORDER + 1);
    return false;
  }
  return true;
}

/** isUsable() of the neighbours, by 3 * (dy + 1) + dx + 1. */
const usable: usize = memory.data(9);

/** Gives samples back that were compared with something out of bounds; `dx`, `dy`: one of the two neighbours. */
function restoreBorder(from: usize, to: usize, toStride: usize, w: i32, h: i32, dx: i32, dy: i32, bytes: bool): void {
  const size: usize = bytes ? 1 : 2;
  for (let y = 0; y < h; y++) {
    const isInner = y > 0 && y < h - 1;
    for (let x = 0; x < w; x += isInner && w > 1 ? w - 1 : 1) {
      for (let side = -1; side <= 1; side += 2) {
        const nx = x + side * dx;
        const ny = y + side * dy;
        const place = 3 * (ny < 0 ? 0 : ny >= h ? 2 : 1) + (nx < 0 ? 0 : nx >= w ? 2 : 1);
        if (!load<u8>(usable + place))
          keep(from + <usize>y * pitch + (<usize>x << 1), to + <usize>y * toStride + <usize>x * size, bytes);
      }
    }
  }
}

/** Gives samples of lossless coding units back. */
function restoreKept(component: i32, x0: i32, y0: i32, from: usize, to: usize, toStride: usize, w: i32, h: i32, bytes: bool): void {
  const size: usize = bytes ? 1 : 2;
  const shiftX = component == 0 ? 0 : chromaShiftX;
  const shiftY = component == 0 ? 0 : chromaShiftY;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      if (!(load<u8>(edgeMap + unitAt((x0 + x) << shiftX, (y0 + y) << shiftY)) & EDGE_KEEP)) continue;
      cover(COVER_SAO_KEPT);
      keep(from + <usize>y * pitch + (<usize>x << 1), to + <usize>y * toStride + <usize>x * size, bytes);
    }
  }
}

function offsetBlock(component: i32, column: i32, row: i32, to: usize, toStride: usize, w: i32, h: i32, log2X: i32, log2Y: i32): void {
  const record = ctbRecord(row * ctbColumns + column);
  const sao = record + CTB_SAO + <usize>component * SAO_SIZE;
  const type: i32 = load<u8>(sao);
  // A block that was not decoded has all ones.
  if (type == 0 || type == 255) return;
  const bytes = isOutputBytes();
  const depth = bitDepthOf(component);
  const x0 = column << log2X;
  const y0 = row << log2Y;
  const from = stripRow(1) + (<usize>x0 << 1);
  offset0 = i16x8.splat(load<i16>(sao, 2));
  offset1 = i16x8.splat(load<i16>(sao, 4));
  offset2 = i16x8.splat(load<i16>(sao, 6));
  offset3 = i16x8.splat(load<i16>(sao, 8));
  const detail: i32 = load<u8>(sao, 1);
  if (type == BAND) {
    band(detail, from, to, toStride, w, h, depth, bytes);
  } else {
    cover(COVER_SAO + 1 + detail);
    // SaoEoClass: horizontal, vertical, 135°, 45° (Table 8-13)
    const dx = detail == 1 ? 0 : detail == 3 ? -1 : 1;
    const dy = detail == 0 ? 0 : 1;
    edge(<usize>dy * pitch + <usize>(dx * 2), from, to, toStride, w, h, depth, bytes);
    let all = true;
    for (let place = 0; place < 9; place++) {
      const ok = place == 4 || isUsable(record, column, row, (place % 3) - 1, place / 3 - 1);
      store<u8>(usable + place, u8(ok));
      all = all && ok;
    }
    if (!all) restoreBorder(from, to, toStride, w, h, dx, dy, bytes);
  }
  if (bypassEnabled || (pcmEnabled && pcmFilterOff)) restoreKept(component, x0, y0, from, to, toStride, w, h, bytes);
}

function finishPlane(component: i32): void {
  const plane = component == 0 ? planeY : component == 1 ? planeCb : planeCr;
  const stride = strideOf(component);
  const shiftX = component == 0 ? 0 : chromaShiftX;
  const shiftY = component == 0 ? 0 : chromaShiftY;
  const w = width >> shiftX;
  const h = height >> shiftY;
  const log2X = ctbLog2 - shiftX;
  const log2Y = ctbLog2 - shiftY;
  const bytes = isOutputBytes();
  const toStride = bytes ? stride >> 1 : stride;
  const rowBytes = <usize>w << 1;
  pitch = stride + 2 * MARGIN;
  for (let row = 0; row < ctbRows; row++) {
    const y0 = row << log2Y;
    const rows = min(1 << log2Y, h - y0);
    if (row > 0) memory.copy(stripRow(0), stripRow(1 << log2Y), rowBytes);
    const filled = min(rows + 1, h - y0);
    for (let y = 0; y < filled; y++) memory.copy(stripRow(y + 1), plane + <usize>(y0 + y) * stride, rowBytes);
    const to = plane + <usize>y0 * toStride;
    if (bytes) {
      for (let y = 0; y < rows; y++) {
        const from = stripRow(y + 1);
        const target = to + <usize>y * toStride;
        for (let x: usize = 0; x < <usize>w; x += 8) put8(target + x, v128.load(from + (x << 1)), true);
      }
    }
    for (let column = 0; column < ctbColumns; column++) {
      const x0 = column << log2X;
      const target = to + (<usize>x0 << i32(!bytes));
      offsetBlock(component, column, row, target, toStride, min(1 << log2X, w - x0), rows, log2X, log2Y);
    }
  }
}

/** Turns the deblocked planes into what is shown. */
export function finishPlanes(): void {
  finishPlane(0);
  if (chromaArrayType == 0) return;
  finishPlane(1);
  finishPlane(2);
}

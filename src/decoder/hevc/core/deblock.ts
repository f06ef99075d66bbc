// Deblocking of the whole picture (§ 8.7.2): all vertical edges of a plane, then all horizontal ones. In intra pictures
// every edge of a transform block has bS 2.

import { cover, COVER_DEBLOCK, COVER_DEBLOCK_KEPT } from "./coverage";
import {
  betaLanes,
  changeP,
  changeQ,
  filterChroma,
  filterLuma,
  tcLanes,
  VECTOR_DEPTH,
} from "./deblock-filter";
import { filterChromaWide, filterLumaWide } from "./deblock-wide";
import { transpose8 } from "./intra-angular";
import {
  bitDepthChroma,
  bitDepthLuma,
  chromaArrayType,
  chromaShiftX,
  chromaShiftY,
  ctbLog2,
  ppsCbOffset,
  ppsCrOffset,
} from "./parameters";
import {
  CTB_BETA,
  CTB_TC,
  ctbColumns,
  ctbRecord,
  EDGE_KEEP,
  EDGE_LEFT,
  EDGE_TOP,
  edgeMap,
  height,
  qpMap,
  sampleAt,
  strideC,
  strideY,
  unitAt,
  unitStride,
  width,
} from "./picture";
import { chromaQp } from "./slice-state";

/** tC′ and β′ by Q (Table 8-12). */
const tcTable: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 8,
  9, 10, 11, 13, 14, 16, 18, 20, 22, 24,
]);
const betaTable: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 22, 24, 26, 28, 30, 32, 34,
  36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62, 64,
]);

/** What bS 2 adds to Q for tC: 2 * (bS - 1). */
const STRENGTH: i32 = 2;

/** An 8x8 square of samples around a vertical edge, transposed. */
const square: usize = memory.data(128, 16);

// @ts-ignore: decorator
@inline
function recordAt(x: i32, y: i32): usize {
  return ctbRecord((y >> ctbLog2) * ctbColumns + (x >> ctbLog2));
}

// @ts-ignore: decorator
@inline
function tcAt(record: usize, qp: i32, depth: i32): i32 {
  const index = max(0, min(53, qp + STRENGTH + <i32>load<i8>(record, CTB_TC)));
  return <i32>load<u8>(tcTable + index) << (depth - 8);
}

/** Lanes `lane` … `lane + count - 1` of the edge between the units at map indices `p` and `q`. */
function setLanes(lane: usize, count: usize, p: usize, q: usize, tc: i32, beta: i32): void {
  const keepP = load<u8>(edgeMap + p) & EDGE_KEEP;
  const keepQ = load<u8>(edgeMap + q) & EDGE_KEEP;
  if (keepP | keepQ) cover(COVER_DEBLOCK_KEPT);
  for (let i = lane << 1; i < (lane + count) << 1; i += 2) {
    store<i16>(tcLanes + i, tc);
    store<i16>(betaLanes + i, beta);
    store<i16>(changeP + i, keepP ? 0 : -1);
    store<i16>(changeQ + i, keepQ ? 0 : -1);
  }
}

/** Lanes of a luma segment; nothing is filtered where `isEdge` is false. */
function setLuma(lane: usize, isEdge: bool, p: usize, q: usize, record: usize): void {
  if (!isEdge) {
    store<u64>(tcLanes + (lane << 1), 0);
    store<u64>(betaLanes + (lane << 1), 0);
    return;
  }
  const qp = (<i32>load<i8>(qpMap + p) + <i32>load<i8>(qpMap + q) + 1) >> 1;
  const index = max(0, min(51, qp + <i32>load<i8>(record, CTB_BETA)));
  setLanes(lane, 4, p, q, tcAt(record, qp, bitDepthLuma), <i32>load<u8>(betaTable + index) << (bitDepthLuma - 8));
}

function lumaVertical(): void {
  const isVector = bitDepthLuma <= VECTOR_DEPTH;
  for (let y = 0; y < height; y += 8) {
    for (let x = 8; x < width; x += 8) {
      const unit = unitAt(x, y);
      const upper = (load<u8>(edgeMap + unit) & EDGE_LEFT) != 0;
      const lower = (load<u8>(edgeMap + unit + unitStride) & EDGE_LEFT) != 0;
      if (!upper && !lower) continue;
      const record = recordAt(x, y);
      setLuma(0, upper, unit - 1, unit, record);
      setLuma(4, lower, unit + unitStride - 1, unit + unitStride, record);
      const at = sampleAt(0, x - 4, y);
      transpose8(at, strideY, square, 16);
      if (isVector) filterLuma(square, 16, bitDepthLuma, 0);
      else filterLumaWide(square, 16, bitDepthLuma);
      transpose8(square, 16, at, strideY);
    }
  }
}

function lumaHorizontal(): void {
  const isVector = bitDepthLuma <= VECTOR_DEPTH;
  for (let y = 8; y < height; y += 8) {
    for (let x = 0; x < width; x += 8) {
      const unit = unitAt(x, y);
      const left = (load<u8>(edgeMap + unit) & EDGE_TOP) != 0;
      const right = (load<u8>(edgeMap + unit, 1) & EDGE_TOP) != 0;
      if (!left && !right) continue;
      const record = recordAt(x, y);
      setLuma(0, left, unit - unitStride, unit, record);
      setLuma(4, right, unit + 1 - unitStride, unit + 1, record);
      const at = sampleAt(0, x, y - 4);
      if (isVector) filterLuma(at, strideY, bitDepthLuma, 1);
      else filterLumaWide(at, strideY, bitDepthLuma);
    }
  }
}

/** Lanes of eight chroma lines from the unit `q` on; false when none of them is an edge. */
function setChroma(q: usize, back: usize, along: usize, edge: u8, lanes: usize, record: usize, offset: i32): bool {
  let any = false;
  for (let lane: usize = 0; lane < 8; lane += lanes) {
    if (load<u8>(edgeMap + q) & edge) {
      any = true;
      const p = q - back;
      const qp = (<i32>load<i8>(qpMap + p) + <i32>load<i8>(qpMap + q) + 1) >> 1;
      setLanes(lane, lanes, p, q, tcAt(record, chromaQp(qp + offset), bitDepthChroma), 0);
    } else {
      for (let i = lane << 1; i < (lane + lanes) << 1; i += 2) store<i16>(tcLanes + i, 0);
    }
    q += along;
  }
  return any;
}

function chromaVertical(component: i32, offset: i32): void {
  const isVector = bitDepthChroma <= VECTOR_DEPTH;
  const lanes = <usize>(4 >> chromaShiftY);
  for (let y = 0; y < height; y += 8 << chromaShiftY) {
    for (let x = 8 << chromaShiftX; x < width; x += 8 << chromaShiftX) {
      if (!setChroma(unitAt(x, y), 1, unitStride, EDGE_LEFT, lanes, recordAt(x, y), offset)) continue;
      cover(COVER_DEBLOCK + 4);
      const at = sampleAt(component, (x >> chromaShiftX) - 4, y >> chromaShiftY);
      transpose8(at, strideC, square, 16);
      if (isVector) filterChroma(square + 32, 16, bitDepthChroma);
      else filterChromaWide(square + 32, 16, bitDepthChroma);
      transpose8(square, 16, at, strideC);
    }
  }
}

function chromaHorizontal(component: i32, offset: i32): void {
  const isVector = bitDepthChroma <= VECTOR_DEPTH;
  const lanes = <usize>(4 >> chromaShiftX);
  for (let y = 8 << chromaShiftY; y < height; y += 8 << chromaShiftY) {
    for (let x = 0; x < width; x += 8 << chromaShiftX) {
      if (!setChroma(unitAt(x, y), unitStride, 1, EDGE_TOP, lanes, recordAt(x, y), offset)) continue;
      cover(COVER_DEBLOCK + 5);
      const at = sampleAt(component, x >> chromaShiftX, (y >> chromaShiftY) - 2);
      if (isVector) filterChroma(at, strideC, bitDepthChroma);
      else filterChromaWide(at, strideC, bitDepthChroma);
    }
  }
}

export function deblockAll(): void {
  lumaVertical();
  lumaHorizontal();
  if (chromaArrayType == 0) return;
  for (let component = 1; component < 3; component++) {
    const offset = component == 1 ? ppsCbOffset : ppsCrOffset;
    chromaVertical(component, offset);
    chromaHorizontal(component, offset);
  }
}

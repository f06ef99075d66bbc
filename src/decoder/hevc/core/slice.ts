// slice_segment_data() (§ 7.3.8.1): the loop over coding tree units, and what tiles and wavefronts do to it.

import { engineBit, engineOverrun, onlyZerosLeft, startEngine, terminate } from "../../cabac/core/engine";
import { codingQuadtree } from "./coding-tree";
import {
  initContexts,
  keepForNextRow,
  keepForNextSegment,
  takeFromRowAbove,
  takeFromSegmentBefore,
} from "./contexts";
import { cover, COVER_DEPENDENT, COVER_TILE_START, COVER_WPP } from "./coverage";
import { ctbLog2, dependentSegments, wavefront } from "./parameters";
import {
  addressAt,
  CTB_ACROSS,
  CTB_BETA,
  CTB_ORDER,
  CTB_SIZE,
  CTB_SLICE,
  CTB_TC,
  CTB_TILE,
  CTB_TILE_LEFT,
  ctbColumns,
  ctbRecord,
  ctbRows,
} from "./picture";
import { restartQp } from "./qp";
import { clearCoefficients } from "./residual-scaling";
import { parseSao } from "./sao-syntax";
import {
  betaOffset,
  clearError,
  error,
  ERROR_ADDRESS,
  ERROR_OVERRUN,
  ERROR_SLICES,
  ERROR_SUBSET,
  ERROR_TRAILING,
  fail,
  filterAcrossSlices,
  nextZone,
  setChromaOffsets,
  sliceAddress,
  sliceQp,
  tcOffset,
} from "./slice-state";
import { startCtb } from "./transform-tree";

/** Coding tree units that the segment decoded for the first time. */
export let newUnits: i32 = 0;

/** Whether contexts may come from the block to the upper right (§ 9.3.1). */
function hasRowAbove(record: usize, x: i32): bool {
  if (x + 1 >= ctbColumns) return false;
  const neighbour = record - <usize>(ctbColumns - 1) * CTB_SIZE;
  return load<i32>(neighbour, CTB_SLICE) == sliceAddress && load<u16>(neighbour, CTB_TILE) == load<u16>(record, CTB_TILE);
}

/** Contexts and QP at the start of a segment, a tile, or a row with wavefronts. */
function restart(record: usize, x: i32, y: i32, startsTile: bool, startsRow: bool, dependent: bool): void {
  if (startsTile) {
    cover(COVER_TILE_START);
    initContexts(sliceQp);
  } else if (startsRow) {
    if (y > 0 && hasRowAbove(record, x)) {
      takeFromRowAbove();
    } else {
      cover(COVER_WPP + 1);
      initContexts(sliceQp);
    }
  } else if (dependent) {
    cover(COVER_DEPENDENT);
    takeFromSegmentBefore();
  } else {
    initContexts(sliceQp);
  }
  if (startsTile || startsRow || !dependent) restartQp(sliceQp);
}

/** A coding tree unit. Its record is taken for decoded while it is being decoded. */
function codingTreeUnit(record: usize, x: i32, y: i32): void {
  const isNew = load<i32>(record, CTB_SLICE) < 0;
  store<i32>(record, sliceAddress, CTB_SLICE);
  store<u8>(record, u8(filterAcrossSlices), CTB_ACROSS);
  store<i8>(record, betaOffset, CTB_BETA);
  store<i8>(record, tcOffset, CTB_TC);
  startCtb(record, x, y);
  parseSao(record, x, y);
  codingQuadtree(x << ctbLog2, y << ctbLog2, ctbLog2, 0);
  if (!error && engineOverrun()) fail(ERROR_OVERRUN);
  if (error) {
    // Nothing may lean on half a unit.
    store<i32>(record, -1, CTB_SLICE);
    if (!isNew) newUnits--;
  } else if (isNew) {
    newUnits++;
  }
}

/**
 * Decodes the segment data at byte `from` of the RBSP that ends at `end`, from coding tree block `address` in raster order on.
 * Returns the error that ended the segment early, or 0. Units before the error stay.
 */
export function decodeSegment(from: usize, end: usize, address: i32, dependent: bool): i32 {
  clearError();
  clearCoefficients();
  newUnits = 0;
  const total = ctbColumns * ctbRows;
  if (address >= total || from >= end) {
    fail(address >= total ? ERROR_ADDRESS : ERROR_OVERRUN);
    return error;
  }
  startEngine(from, end);
  let order = load<i32>(ctbRecord(address), CTB_ORDER);
  let isFirst = true;
  if (!dependent) setChromaOffsets(0, 0);
  for (;;) {
    address = addressAt(order);
    const record = ctbRecord(address);
    const x = address % ctbColumns;
    const y = address / ctbColumns;
    const startsTile = order == 0 || load<u16>(ctbRecord(addressAt(order - 1)), CTB_TILE) != load<u16>(record, CTB_TILE);
    const startsRow = wavefront && x == <i32>load<u16>(record, CTB_TILE_LEFT);
    if (!isFirst && (startsTile || startsRow)) {
      // end_of_subset_one_bit, byte_alignment()
      if (!terminate()) {
        fail(ERROR_SUBSET);
        return error;
      }
      startEngine((engineBit() + 7) >> 3, end);
    }
    if (isFirst || startsTile || startsRow) restart(record, x, y, startsTile, startsRow, !isFirst || dependent);
    if ((isFirst && !dependent) || startsTile) {
      if (!nextZone()) {
        fail(ERROR_SLICES);
        return error;
      }
    }
    isFirst = false;
    codingTreeUnit(record, x, y);
    if (error) return error;
    if (wavefront && x == <i32>load<u16>(record, CTB_TILE_LEFT) + 1) keepForNextRow();
    // end_of_slice_segment_flag
    if (terminate()) break;
    if (++order >= total) {
      fail(ERROR_ADDRESS);
      return error;
    }
  }
  if (dependentSegments) keepForNextSegment();
  // CABAC seldom notices damage. A segment that ends before its bytes do has lost its way.
  if (engineOverrun() || !onlyZerosLeft()) fail(ERROR_TRAILING);
  return error;
}

// slice_data() of I slices (§ 7.3.4): the loop over macroblocks.

import { bitPosition, moreData, overrun, startBits, u } from "./bits";
import { engineOverrun, onlyZerosLeft, startEngine, terminate } from "../../cabac/core/engine";
import { initContexts } from "./cabac-contexts";
import { fieldFlagCabac, resetQpDelta } from "./cabac-syntax";
import { cover, COVER_SLICE_GROUPS } from "./coverage";
import { clearCoefficients } from "./dequant";
import { macroblock } from "./macroblock";
import { fieldNeighbours, moveInPairs } from "./mbaff";
import {
  chromaRowBytes,
  chromaRows,
  chromaStride,
  isMbaff,
  lumaStride,
  MB_SLICE,
  mbHeight,
  mbRecord,
  mbWidth,
  planeCb,
  planeCr,
  planeY,
  sliceGroupMap,
} from "./picture";
import { SAMPLE_BYTES } from "./sample";
import {
  clearError,
  error,
  fail,
  setField,
  setNeighbours,
  setQp,
  setSamples,
  sliceNumber,
  ERROR_ADDRESS,
  ERROR_OVERRUN,
  ERROR_TRAILING,
} from "./slice-state";

/** Macroblocks that the slice decoded for the first time. */
export let newMacroblocks: i32 = 0;

/** Record of a neighbour, or 0 when it is outside the picture or the slice (§ 6.4.8). */
// @ts-ignore: decorator
@inline
function available(inside: bool, address: i32): usize {
  if (!inside) return 0;
  const record = mbRecord(address);
  return load<i32>(record, MB_SLICE) == sliceNumber ? record : 0;
}

// The macroblock that `moveTo` went to last.
let current: i32 = 0;
let x: i32 = 0;
let y: i32 = 0;

function moveTo(address: i32): void {
  if (address == current + 1) {
    // Nearly always: two divisions would cost more than all the rest.
    if (++x == mbWidth) {
      x = 0;
      y++;
    }
  } else {
    x = address % mbWidth;
    y = address / mbWidth;
  }
  current = address;
  const chroma = <usize>(y * chromaRows()) * chromaStride + <usize>x * chromaRowBytes();
  setSamples(
    planeY + <usize>y * 16 * lumaStride + <usize>x * 16 * SAMPLE_BYTES,
    planeCb + chroma,
    planeCr + chroma,
    lumaStride,
    chromaStride,
  );
  setNeighbours(
    mbRecord(address),
    available(x > 0, address - 1),
    available(y > 0, address - mbWidth),
    available(y > 0 && x + 1 < mbWidth, address - mbWidth + 1) != 0,
    available(y > 0 && x > 0, address - mbWidth - 1) != 0,
  );
}

/** The upper macroblock of a pair carries mb_field_decoding_flag for both (in I slices it is never inferred). */
function moveToPair(address: i32, cabac: bool): void {
  if ((address & 1) == 0) setField(cabac ? fieldFlagCabac(fieldNeighbours(address)) : u(1) != 0);
  moveInPairs(address);
}

/** NextMbAddress (§ 8.2.2): the next macroblock of the same slice group. */
// @ts-ignore: decorator
@inline
function nextAddress(address: i32, total: i32, groups: bool): i32 {
  if (!groups) return address + 1;
  const group = load<u8>(sliceGroupMap + address);
  do address++;
  while (address < total && load<u8>(sliceGroupMap + address) != group);
  return address;
}

/**
 * Decodes the slice data at bit `bit` of the `size` bytes at `start`. Returns the error that ended the slice early, or 0.
 * Macroblocks before the error stay.
 */
export function decodeSliceData(
  start: usize,
  size: usize,
  bit: usize,
  firstMb: i32,
  sliceQp: i32,
  cabac: bool,
  groups: bool,
): i32 {
  clearError();
  clearCoefficients();
  current = -2;
  newMacroblocks = 0;
  const end = start + size;
  const total = mbWidth * mbHeight;
  if (firstMb >= (isMbaff ? total >> 1 : total)) {
    fail(ERROR_ADDRESS);
    return error;
  }
  if (groups) cover(COVER_SLICE_GROUPS);
  setQp(sliceQp);
  if (!startBits(start, size, bit)) {
    fail(ERROR_OVERRUN);
    return error;
  }
  if (cabac) {
    initContexts(sliceQp);
    resetQpDelta();
    // cabac_alignment_one_bit
    startEngine((bitPosition + 7) >> 3, end);
  }
  let address = isMbaff ? firstMb * 2 : firstMb;
  for (;;) {
    if (isMbaff) moveToPair(address, cabac);
    else moveTo(address);
    const isNew = load<i32>(mbRecord(address), MB_SLICE) < 0;
    macroblock(cabac, end);
    if (!error && (cabac ? engineOverrun() : overrun())) fail(ERROR_OVERRUN);
    if (error) {
      // Neighbours must not lean on half a macroblock.
      store<i32>(mbRecord(address), -1, MB_SLICE);
      if (!isNew) newMacroblocks--;
      return error;
    }
    if (isNew) newMacroblocks++;
    // Between the two macroblocks of a pair there is no end_of_slice_flag.
    const insidePair = isMbaff && (address & 1) == 0;
    if (cabac ? !insidePair && terminate() : !moreData()) break;
    address = nextAddress(address, total, groups);
    if (address >= total) {
      fail(ERROR_ADDRESS);
      return error;
    }
  }
  // CABAC seldom notices damage. A slice that ends before its bytes do has lost its way.
  if (cabac && (engineOverrun() || !onlyZerosLeft())) fail(ERROR_TRAILING);
  return error;
}

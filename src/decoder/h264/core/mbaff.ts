// Neighbours in MBAFF frames (§ 6.4.10, § 6.4.12.2, Table 6-4).
//
// Macroblock addresses count through pairs: 2 * pair is the upper (or top field) macroblock, 2 * pair + 1 the lower (or
// bottom field) one. Samples need no table: in every combination the neighbouring sample is the one to the left, or above
// at the macroblock's own row distance. What the tables decide is whose syntax elements count.

import {
  chromaRowBytes,
  chromaRows,
  chromaStride,
  lumaStride,
  MB_FIELD,
  MB_SIZE,
  MB_SLICE,
  mbRecord,
  mbWidth,
  planeCb,
  planeCr,
  planeY,
} from "./picture";
import { SAMPLE_BYTES } from "./sample";
import { mbField, setMixedLeft, setNeighbours, setSamples, sliceNumber } from "./slice-state";

/** Record of the upper macroblock of a pair, or 0 when it is outside the picture or the slice. */
// @ts-ignore: decorator
@inline
function availablePair(inside: bool, pair: i32): usize {
  if (!inside) return 0;
  const record = mbRecord(pair * 2);
  return load<i32>(record, MB_SLICE) == sliceNumber ? record : 0;
}

// @ts-ignore: decorator
@inline
function isFieldPair(pair: usize): bool {
  return load<u8>(pair, MB_FIELD) != 0;
}

/** How many of the left and upper neighbouring pairs are field pairs: ctxIdxInc of mb_field_decoding_flag. */
export function fieldNeighbours(address: i32): usize {
  const pair = address >> 1;
  const a = availablePair(pair % mbWidth > 0, pair - 1);
  const b = availablePair(pair >= mbWidth, pair - mbWidth);
  return usize(a != 0 && isFieldPair(a)) + usize(b != 0 && isFieldPair(b));
}

/** Turns to the macroblock `address`, whose pair is of the kind `mbField`. */
export function moveInPairs(address: i32): void {
  const pair = address >> 1;
  const x = pair % mbWidth;
  const y = pair / mbWidth;
  const lower = usize(address & 1);
  // Rows of a field macroblock are every other row of the pair.
  const step: usize = mbField ? 2 : 1;
  const lumaRow = <usize>y * 32 + lower * (mbField ? 1 : 16);
  const chromaRow = <usize>(y * 2 * chromaRows()) + lower * (mbField ? 1 : chromaRows());
  const chroma = chromaRow * chromaStride + <usize>x * chromaRowBytes();
  setSamples(
    planeY + lumaRow * lumaStride + <usize>x * 16 * SAMPLE_BYTES,
    planeCb + chroma,
    planeCr + chroma,
    lumaStride * step,
    chromaStride * step,
  );

  const record = mbRecord(address);
  const pairA = availablePair(x > 0, pair - 1);
  const pairB = availablePair(y > 0, pair - mbWidth);
  const pairC = availablePair(y > 0 && x + 1 < mbWidth, pair - mbWidth + 1);
  const pairD = availablePair(y > 0 && x > 0, pair - mbWidth - 1);
  const lowerInFrame = !mbField && lower != 0;
  let b: usize = 0;
  if (lowerInFrame) b = record - MB_SIZE;
  else if (pairB) b = pairB + (mbField && !lower && isFieldPair(pairB) ? 0 : MB_SIZE);
  const hasC = !lowerInFrame && pairC != 0;
  const hasD = lowerInFrame ? pairA != 0 : pairD != 0;

  if (pairA == 0 || isFieldPair(pairA) == mbField) {
    setNeighbours(record, pairA ? pairA + lower * MB_SIZE : 0, b, hasC, hasD);
    return;
  }
  setNeighbours(record, pairA, b, hasC, hasD);
  if (mbField) {
    // A field macroblock beside two frame macroblocks: its rows 0, 1 lie beside the upper one's rows 0, 2, and so on.
    setMixedLeft(pairA + MB_SIZE, 0x02000200, 0x0000);
  } else {
    // A frame macroblock beside two fields: beside the upper or lower half of both, of which the top field counts.
    setMixedLeft(pairA, lower ? 0x03030202 : 0x01010000, lower ? 0x0101 : 0x0000);
  }
}

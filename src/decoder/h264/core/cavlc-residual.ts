// residual_block_cavlc (§ 7.3.5.3.2, § 9.2): coefficients of one block, scaled while they are parsed.

import { bitPosition, peekAt, setBitPosition } from "./bits";
import {
  coeffToken,
  coeffTokenFixed,
  runBefore,
  totalZeros,
  totalZerosChromaDc,
  totalZerosChromaDc422,
} from "./cavlc-tables";
import { cover, COVER_COEFF_TOKEN, COVER_LEVEL_ESCAPE } from "./coverage";
import { scaleLevel } from "./dequant";
import { HIGH, putCoefficient } from "./sample";
import { fail, ERROR_COEFFICIENT } from "./slice-state";

/** nC of chroma DC blocks, in 4:2:0 and 4:2:2. */
export const NC_CHROMA_DC: i32 = -1;
export const NC_CHROMA_DC_422: i32 = -2;

/** Longest level_prefix of a level that fits the bit depth; what is longer than 15 is for high ones (§ 9.2.2.1). */
const MAX_LEVEL_PREFIX: u32 = HIGH ? 24 : 18;

const levels: usize = memory.data(16 * 4, 16);

/**
 * Parses a block.
 *
 * @param nC     number that chooses the coeff_token table (§ 9.2.1)
 * @param count  maxNumCoeff: 4, 8, 15 or 16
 * @param scan   element of the output by scan position
 * @param scale  factor by element
 * @param out    coefficients
 * @returns TotalCoeff
 */
export function residualCavlc(nC: i32, count: i32, scan: usize, scale: usize, out: usize): i32 {
  let at = bitPosition;
  let bits = peekAt(at);
  let token: u32;
  if (nC >= 8) {
    cover(COVER_COEFF_TOKEN + 3);
    token = load<u16>(coeffTokenFixed + (<usize>(bits >> 26) << 1));
  } else {
    const table: usize = nC < 0 ? 2 - nC : nC < 2 ? 0 : nC < 4 ? 1 : 2;
    cover(COVER_COEFF_TOKEN + (nC < 0 ? 3 - nC : <i32>table));
    const zeros = min(clz<u32>(bits), 15);
    token = load<u16>(coeffToken + table * 256 + (<usize>((zeros << 3) | (((bits << zeros) >> 28) & 7)) << 1));
  }
  const total: i32 = (token >> 2) & 31;
  at += token >> 8;
  if (token == 0 || total > count) {
    fail(ERROR_COEFFICIENT);
    return 0;
  }
  if (total == 0) {
    setBitPosition(at);
    return 0;
  }

  // Levels (§ 9.2.2), highest frequency first.
  const trailingOnes: i32 = token & 3;
  bits = peekAt(at);
  at += trailingOnes;
  for (let i = 0; i < trailingOnes; i++) {
    store<i32>(levels + (<usize>i << 2), 1 - <i32>((bits >> 31) << 1));
    bits <<= 1;
  }
  let suffixLength: u32 = u32(total > 10 && trailingOnes < 3);
  for (let i = trailingOnes; i < total; i++) {
    bits = peekAt(at);
    const prefix: u32 = clz<u32>(bits);
    if (prefix > 15) {
      cover(COVER_LEVEL_ESCAPE + 2);
      if (prefix > MAX_LEVEL_PREFIX) {
        fail(ERROR_COEFFICIENT);
        return 0;
      }
    }
    at += prefix + 1;
    let levelCode: i32 = min(15, prefix) << suffixLength;
    let size = suffixLength;
    if (prefix == 14 && suffixLength == 0) {
      cover(COVER_LEVEL_ESCAPE);
      size = 4;
    }
    if (prefix >= 15) {
      cover(COVER_LEVEL_ESCAPE + 1);
      size = prefix - 3;
      if (suffixLength == 0) levelCode += 15;
      if (prefix >= 16) levelCode += (1 << (prefix - 3)) - 4096;
    }
    if (size > 0) {
      levelCode += peekAt(at) >> (32 - size);
      at += size;
    }
    if (i == trailingOnes && trailingOnes < 3) levelCode += 2;
    const level = levelCode & 1 ? (-levelCode - 1) >> 1 : (levelCode + 2) >> 1;
    store<i32>(levels + (<usize>i << 2), level);
    if (suffixLength == 0) suffixLength = 1;
    if (suffixLength < 6 && abs(level) > 3 << (suffixLength - 1)) suffixLength++;
  }

  // Runs (§ 9.2.3). A block with as many levels as places has none.
  let zerosLeft: i32 = 0;
  if (total < count) {
    bits = peekAt(at);
    let entry: u32;
    if (nC >= 0) entry = load<u8>(totalZeros + ((<usize>(total - 1) << 9) | (bits >> 23)));
    else if (nC == NC_CHROMA_DC) entry = load<u8>(totalZerosChromaDc + ((<usize>(total - 1) << 3) | (bits >> 29)));
    else entry = load<u8>(totalZerosChromaDc422 + ((<usize>(total - 1) << 5) | (bits >> 27)));
    at += entry >> 4;
    zerosLeft = entry & 15;
    if (entry == 0 || zerosLeft + total > count) {
      fail(ERROR_COEFFICIENT);
      return 0;
    }
  }
  let position = zerosLeft + total - 1;
  for (let i = 0; i < total; i++) {
    const element: usize = load<u8>(scan + position);
    const level = load<i32>(levels + (<usize>i << 2));
    putCoefficient(out, element, scaleLevel(level, scale, element));
    position--;
    if (zerosLeft > 0 && i < total - 1) {
      bits = peekAt(at);
      const entry: u32 = load<u8>(runBefore + ((<usize>(min(zerosLeft, 7) - 1) << 3) | (bits >> 29)));
      let run: i32;
      if (entry != 0) {
        run = entry & 15;
        at += entry >> 4;
      } else {
        run = clz<u32>(bits) + 4;
        at += run - 3;
      }
      zerosLeft -= run;
      if (zerosLeft < 0) {
        fail(ERROR_COEFFICIENT);
        return 0;
      }
      position -= run;
    }
  }
  setBitPosition(at);
  return total;
}

// Scaling process for transform coefficients (§ 8.6.4.2), as they are parsed.

import { cover, COVER_SCALING_LIST } from "./coverage";
import { bitDepthOf, isWide, log2RangeOf, scalingLists } from "./parameters";
import { levels } from "./residual-levels";
import { positions } from "./residual-significance";

/** Coefficients of the block in rows, i16, or i32 when the picture is wide. All zero between blocks. */
export const coefficients: usize = memory.data(32 * 32 * 4, 16);

/** weightScale: of each size 4x4 … 32x32 and component 64 bytes in rows, and the weight of the first coefficient. */
export const weights: usize = memory.data(4 * 3 * 80, 16);
const WEIGHTS_SIZE: usize = 80;
const WEIGHTS_DC: usize = 64;

const levelScale: usize = memory.data<u8>([40, 45, 51, 57, 64, 72]);

// Of the block: coefficient = (level * factor + round) >> scaleShift, factor with or without the weight.
let log2: i32 = 0;
let isScaled: bool = false;
let isWeighted: bool = false;
let scale: i64 = 0;
let round: i64 = 0;
let scaleShift: i32 = 0;
let largest: i64 = 0;
let blockWeights: usize = 0;

/**
 * Before the first sub-block of a block.
 *
 * @param qp      Qp′ of the component
 * @param bypass  cu_transquant_bypass_flag: levels are the residual itself
 */
export function startScaling(log2Size: i32, component: i32, qp: i32, bypass: bool, transformSkip: bool): void {
  log2 = log2Size;
  isScaled = !bypass;
  const log2Range = log2RangeOf(component);
  scaleShift = bitDepthOf(component) + log2Size + 10 - log2Range;
  largest = (<i64>1 << log2Range) - 1;
  round = <i64>1 << (scaleShift - 1);
  isWeighted = scalingLists && !(transformSkip && log2Size > 2);
  scale = <i64>(<i32>load<u8>(levelScale + (qp % 6))) << (qp / 6 + (isWeighted ? 0 : 4));
  blockWeights = weights + <usize>((log2Size - 2) * 3 + component) * WEIGHTS_SIZE;
  if (isWeighted) cover(COVER_SCALING_LIST + log2Size - 2);
}

/** Puts `found` levels of the sub-block at column `left` and row `top` in their places; `scan`: places by position. */
export function placeLevels(found: i32, left: i32, top: i32, scan: usize): void {
  const weightShift = max(0, log2 - 3);
  const weightLog2 = min(3, log2);
  for (let k = 0; k < found; k++) {
    let level: i32 = load<i32>(levels + (<usize>k << 2));
    const place: i32 = load<u8>(scan + load<u8>(positions + k));
    const x = left + (place & 3);
    const y = top + (place >> 2);
    if (isScaled) {
      let factor = scale;
      if (isWeighted) {
        const cell = ((y >> weightShift) << weightLog2) + (x >> weightShift);
        factor *= x + y == 0 ? load<u8>(blockWeights, WEIGHTS_DC) : load<u8>(blockWeights + cell);
      }
      const product = (<i64>level * factor + round) >> scaleShift;
      level = <i32>max(-largest - 1, min(largest, product));
    }
    const at = (y << log2) + x;
    if (isWide) store<i32>(coefficients + (<usize>at << 2), level);
    else store<i16>(coefficients + (<usize>at << 1), level);
  }
}

/** Behind a block that was broken off. */
export function clearCoefficients(): void {
  memory.fill(coefficients, 0, 32 * 32 * 4);
}

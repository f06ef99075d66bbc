// Rows of another size: source rows are mixed, then the columns of the mixture. `src/image/scale.ts` is the only caller.
import { samplesAddress, WIDEST } from './rows';

/** Of all columns together: neighbours share a source sample at most. */
const WEIGHTS: i32 = 2 * WIDEST + 2;

const mixed = memory.data(4 * (WIDEST + 8), 16);
const firsts = memory.data(4 * WIDEST, 16);
const begins = memory.data(4 * (WIDEST + 1), 16);
const weights = memory.data(4 * WEIGHTS, 16);

/** Greatest number of weights for {@link mixColumns}. */
export function mostWeights(): i32 {
  return WEIGHTS;
}

/** Where to write the first source column of each output column, 32 bits each. */
export function firstsAddress(): usize {
  return firsts;
}

/** Where to write the index of each output column's first weight, and one more: their number. 32 bits each. */
export function beginsAddress(): usize {
  return begins;
}

/** Where to write weights, 32-bit floating point. */
export function weightsAddress(): usize {
  return weights;
}

/** The row at `samplesAddress(0)`, `weight` times, becomes the mixture or, unless `isFirst`, is added to it. */
export function mixRow(width: i32, weight: f32, isFirst: bool, wide: bool): void {
  const row = samplesAddress(0);
  const factor = f32x4.splat(weight);
  for (let x = 0; x < width; x += 8) {
    const samples = wide ? v128.load(row + x * 2) : v128.load8x8_u(row + x);
    const at = mixed + x * 4;
    let low = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(samples)), factor);
    let high = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(samples)), factor);
    if (!isFirst) {
      low = f32x4.add(low, v128.load(at));
      high = f32x4.add(high, v128.load(at, 16));
    }
    v128.store(at, low);
    v128.store(at, high, 16);
  }
}

/** Mixes columns of the mixture into `count` samples at `samplesAddress(1)`, rounded. */
export function mixColumns(count: i32, wide: bool): void {
  const out = samplesAddress(1);
  let begin = load<i32>(begins);
  for (let x = 0; x < count; x++) {
    const end = load<i32>(begins + x * 4, 4);
    let source = mixed + load<i32>(firsts + x * 4) * 4;
    let sum: f32 = 0.5;
    for (; begin < end; begin++) {
      sum += load<f32>(weights + begin * 4) * load<f32>(source);
      source += 4;
    }
    const sample = i32(sum);
    if (wide) store<u16>(out + x * 2, sample);
    else store<u8>(out + x, sample);
  }
}

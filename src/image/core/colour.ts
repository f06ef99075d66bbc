// Samples to R, G, B, A, eight pixels at a time: three weighted sums a pixel. H.273 § 8.3. `src/image/yuv-to-rgba.ts` is the only caller.
import { rowAddress, samplesAddress } from './rows';

// Per channel: its weights of Y and U in turns, its weight of V and zero in turns, its bias.
const VECTOR: usize = 16;
const CHANNEL: usize = 3 * VECTOR;
const channels = memory.data(144, 16);

// By how much samples are shifted so that those of all planes have one depth.
let lumaUp: i32 = 0;
let lumaDown: i32 = 0;
let chromaUp: i32 = 0;
let chromaDown: i32 = 0;
/** Fractional bits of the sums. */
let fraction: i32 = 0;

/** Channel 0, 1 or 2 (R, G, B) becomes `(y * Y + u * U + v * V + bias) >> fraction`, clipped to 0…255. Weights have 16 bits. */
export function setChannel(channel: i32, y: i32, u: i32, v: i32, bias: i32): void {
  const at = channels + usize(channel) * CHANNEL;
  v128.store(at, i32x4.splat((y & 0xffff) | (u << 16)));
  v128.store(at + VECTOR, i32x4.splat(v & 0xffff));
  v128.store(at + 2 * VECTOR, i32x4.splat(bias));
}

/** @param up, down bits to shift samples by before they are weighted: at most 14 bits may be left */
export function setDepths(luma: i32, lumaRight: i32, chroma: i32, chromaRight: i32, bits: i32): void {
  lumaUp = luma;
  lumaDown = lumaRight;
  chromaUp = chroma;
  chromaDown = chromaRight;
  fraction = bits;
}

/**
 * Converts the rows at `samplesAddress` to the row of R, G, B, A at `rowAddress(parity)`.
 * @param chromaShift 1: every chroma sample is for two pixels
 * @param wide samples of two bytes
 */
export function convertRow(parity: i32, width: i32, chromaShift: i32, wide: bool): void {
  const luma = samplesAddress(0);
  const cb = samplesAddress(1);
  const cr = samplesAddress(2);
  const out = rowAddress(parity);
  const opaque = i8x16.splat(-1);
  for (let x = 0; x < width; x += 8) {
    const y = i16x8.shr_u(i16x8.shl(samplesAt(luma, x, wide), lumaUp), lumaDown);
    const u = i16x8.shr_u(i16x8.shl(chromaAt(cb, x, chromaShift, wide), chromaUp), chromaDown);
    const v = i16x8.shr_u(i16x8.shl(chromaAt(cr, x, chromaShift, wide), chromaUp), chromaDown);
    const yuLow = i16x8.shuffle(y, u, 0, 8, 1, 9, 2, 10, 3, 11);
    const yuHigh = i16x8.shuffle(y, u, 4, 12, 5, 13, 6, 14, 7, 15);
    const vLow = i32x4.extend_low_i16x8_u(v);
    const vHigh = i32x4.extend_high_i16x8_u(v);
    const red = channelOf(0, yuLow, yuHigh, vLow, vHigh);
    const green = channelOf(1, yuLow, yuHigh, vLow, vHigh);
    const blue = channelOf(2, yuLow, yuHigh, vLow, vHigh);
    const redGreen = i8x16.shuffle(red, green, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const blueAlpha = i8x16.shuffle(blue, opaque, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    v128.store(out + x * 4, i16x8.shuffle(redGreen, blueAlpha, 0, 8, 1, 9, 2, 10, 3, 11));
    v128.store(out + x * 4, i16x8.shuffle(redGreen, blueAlpha, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  }
}

/** Eight samples from sample `x` on, 16 bits each. */
// @ts-ignore: decorator
@inline
function samplesAt(row: usize, x: i32, wide: bool): v128 {
  return wide ? v128.load(row + x * 2) : v128.load8x8_u(row + x);
}

/** The chroma samples of the eight pixels from `x` on, a multiple of eight. */
// @ts-ignore: decorator
@inline
function chromaAt(row: usize, x: i32, chromaShift: i32, wide: bool): v128 {
  if (chromaShift === 0) return samplesAt(row, x, wide);
  const four = samplesAt(row, x >> 1, wide);
  return i16x8.shuffle(four, four, 0, 0, 1, 1, 2, 2, 3, 3);
}

/** Eight values of a channel in the low bytes. */
// @ts-ignore: decorator
@inline
function channelOf(channel: usize, yuLow: v128, yuHigh: v128, vLow: v128, vHigh: v128): v128 {
  const at = channels + channel * CHANNEL;
  const yuWeights = v128.load(at);
  const vWeight = v128.load(at, VECTOR);
  const bias = v128.load(at, 2 * VECTOR);
  const low = i32x4.add(i32x4.add(i32x4.dot_i16x8_s(yuLow, yuWeights), i32x4.dot_i16x8_s(vLow, vWeight)), bias);
  const high = i32x4.add(i32x4.add(i32x4.dot_i16x8_s(yuHigh, yuWeights), i32x4.dot_i16x8_s(vHigh, vWeight)), bias);
  const words = i16x8.narrow_i32x4_s(i32x4.shr_s(low, fraction), i32x4.shr_s(high, fraction));
  return i8x16.narrow_i16x8_u(words, words);
}

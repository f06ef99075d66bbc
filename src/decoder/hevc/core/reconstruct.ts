// From coefficients to samples (§ 8.6.2, § 8.6.6): transform, transform skip or bypass, RDPCM, cross-component prediction.

import { cover, COVER_BYPASS, COVER_CROSS_COMPONENT, COVER_RDPCM, COVER_ROTATION, COVER_SKIP } from "./coverage";
import {
  bitDepthChroma,
  bitDepthLuma,
  bitDepthOf,
  crossComponent,
  extendedPrecision,
  isWide,
  rotationEnabled,
} from "./parameters";
import { sampleAt, strideOf } from "./picture";
import { transformSkip } from "./residual";
import { coefficients } from "./residual-scaling";
import { residuals, transform } from "./transform";
import { mostOf } from "./sample";
import { transformWide } from "./transform-wide";

/** Residuals in rows, i32: of the block, and of luma for the prediction of chroma. */
const block: usize = memory.data(32 * 32 * 4, 16);
const luma: usize = memory.data(32 * 32 * 4, 16);

// @ts-ignore: decorator
@inline
function coefficientAt(index: i32): i32 {
  return isWide ? load<i32>(coefficients + (<usize>index << 2)) : <i32>load<i16>(coefficients + (<usize>index << 1));
}

/** Coefficients of a block without a transform, shifted as § 8.6.4.2 and § 8.6.2 do one after the other. */
function copyCoefficients(to: usize, log2: i32, left: i32, shift: i32): void {
  const count = 1 << (2 * log2);
  const turn = rotationEnabled && log2 == 2;
  if (turn) cover(COVER_ROTATION);
  const round: i64 = shift > 0 ? <i64>1 << (shift - 1) : 0;
  for (let i = 0; i < count; i++) {
    const value = <i64>coefficientAt(turn ? count - 1 - i : i) << left;
    store<i32>(to + (<usize>i << 2), <i32>((value + round) >> shift));
  }
  memory.fill(coefficients, 0, <usize>count << (isWide ? 2 : 1));
}

/** Running sums along the prediction (§ 8.6.5). */
function accumulate(at: usize, log2: i32, isVertical: bool): void {
  cover(COVER_RDPCM + i32(isVertical));
  const n = 1 << log2;
  const step: usize = isVertical ? <usize>n << 2 : 4;
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      if ((isVertical ? y : x) == 0) continue;
      const sample = at + (<usize>((y << log2) + x) << 2);
      store<i32>(sample, load<i32>(sample) + load<i32>(sample - step));
    }
  }
}

/** i32 residuals onto predicted samples. */
function addWide(from: usize, to: usize, stride: usize, n: i32, depth: i32): void {
  const most = (1 << depth) - 1;
  for (let y = 0; y < n; y++) {
    for (let x: usize = 0; x < <usize>n; x++) {
      const sample = to + (x << 1);
      store<u16>(sample, max(0, min(most, <i32>load<u16>(sample) + load<i32>(from + (x << 2)))));
    }
    from += <usize>n << 2;
    to += stride;
  }
}

/** `residuals` onto predicted samples of 12 bits at most. */
function add(to: usize, stride: usize, n: i32, depth: i32): void {
  const most = mostOf(depth);
  const zero = i16x8.splat(0);
  let from = residuals;
  for (let y = 0; y < n; y++) {
    for (let x: usize = 0; x < <usize>(2 * n); x += 16) {
      const sum = i16x8.add_sat_s(v128.load(to + x), v128.load(from + x));
      const result = i16x8.max_s(i16x8.min_s(sum, most), zero);
      if (n == 4) v128.store64_lane(to, result, 0);
      else v128.store(to + x, result);
    }
    from += <usize>n << 1;
    to += stride;
  }
}

function widen(to: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i += 4) v128.store(to + (i << 2), v128.load_ext<i16>(residuals + (i << 1)));
}

/** r += (ResScaleVal * ((rY << BitDepthC) >> BitDepthY)) >> 3 (§ 8.6.6) */
function predictFromLuma(to: usize, log2: i32, scale: i32): void {
  cover(COVER_CROSS_COMPONENT);
  const count = 1 << (2 * log2);
  for (let i: usize = 0; i < <usize>count; i++) {
    const adjusted = (<i64>load<i32>(luma + (i << 2)) << bitDepthChroma) >> bitDepthLuma;
    store<i32>(to + (i << 2), load<i32>(to + (i << 2)) + <i32>((scale * adjusted) >> 3));
  }
}

/**
 * Adds the residual that `coefficients` mean to the prediction of the block, and leaves them at zero.
 *
 * @param directional  implicit_rdpcm_enabled_flag with horizontal or vertical prediction
 * @param scale        ResScaleVal
 */
export function reconstruct(
  component: i32,
  x: i32,
  y: i32,
  log2: i32,
  bypass: bool,
  directional: bool,
  isVertical: bool,
  scale: i32,
): void {
  const n = 1 << log2;
  const depth = bitDepthOf(component);
  const to = sampleAt(component, x, y);
  const stride = strideOf(component);
  const isDst = component == 0 && log2 == 2;
  const keepsLuma = crossComponent && component == 0;
  const plain = !bypass && !transformSkip;
  if (plain && !isWide && !keepsLuma && scale == 0) {
    transform(log2, isDst, depth);
    add(to, stride, n, depth);
    return;
  }
  const target = keepsLuma ? luma : block;
  if (bypass) {
    cover(COVER_BYPASS + log2 - 2);
    copyCoefficients(target, log2, 0, 0);
  } else if (transformSkip) {
    cover(COVER_SKIP + log2 - 2);
    const shift = max(20 - depth, extendedPrecision ? 11 : 0);
    copyCoefficients(target, log2, (extendedPrecision ? min(5, shift - 2) : 5) + log2, shift);
  } else if (isWide) {
    transformWide(target, log2, isDst, depth);
  } else {
    transform(log2, isDst, depth);
    widen(target, n * n);
  }
  if (directional && !plain) accumulate(target, log2, isVertical);
  if (scale != 0) predictFromLuma(target, log2, scale);
  addWide(target, to, stride, n, depth);
}

/** A chroma block without coefficients of its own, predicted from luma's residual. */
export function addCrossComponent(component: i32, x: i32, y: i32, log2: i32, scale: i32): void {
  memory.fill(block, 0, <usize>4 << (2 * log2));
  predictFromLuma(block, log2, scale);
  addWide(block, sampleAt(component, x, y), strideOf(component), 1 << log2, bitDepthOf(component));
}

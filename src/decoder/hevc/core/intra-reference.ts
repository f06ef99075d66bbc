// Neighbouring samples of a block: found, substituted (§ 8.4.4.2.2) and smoothed (§ 8.4.4.2.3).
//
// They lie in one line from the lower left over the corner to the upper right: p[−1][2N − 1] … p[−1][0], p[−1][−1],
// p[0][−1] … p[2N − 1][−1].

import { cover, COVER_SMOOTHING, COVER_SUBSTITUTION } from "./coverage";
import { bitDepthLuma, bitDepthOf, chromaArrayType, chromaShiftX, chromaShiftY, smoothingOff, strongSmoothing } from "./parameters";
import { sampleAt, strideOf, unitAt, unitStride, zoneMap } from "./picture";
import { middleOf } from "./sample";
import { zone } from "./slice-state";

/** 4N + 1 samples, u16, with room for a vector behind. */
const line: usize = memory.data(2 * 129 + 32, 16);
const smooth: usize = memory.data(2 * 129 + 32, 16);

/** Address of the first sample of the line that prediction works on. */
export let reference: usize = line;

function fill(from: usize, to: usize, value: u16): void {
  for (; from < to; from += 2) store<u16>(from, value);
}

/** Gathers the line of a block of N = 1 << log2 samples. */
export function gather(component: i32, x: i32, y: i32, log2: i32): void {
  reference = line;
  const n = 1 << log2;
  const stride = strideOf(component);
  const origin = sampleAt(component, x, y);
  const shiftX = component == 0 ? 0 : chromaShiftX;
  const shiftY = component == 0 ? 0 : chromaShiftY;
  const unit = zoneMap + (unitAt(x << shiftX, y << shiftY) << 1);
  const rowStep = unitStride << 1;
  const current = zone;
  // Samples of a unit along the left and the upper side.
  const high = 4 >> shiftY;
  const wide = 4 >> shiftX;
  const units = (2 * n) / high;
  let missing: usize = 0;
  let valid: usize = 0;
  let to = line;
  for (let k = units - 1; k >= 0; k--) {
    if (<i32>load<u16>(unit + <usize>k * rowStep - 2) == current) {
      let from = origin - 2 + <usize>(k * high + high - 1) * stride;
      for (let i = 0; i < high; i++) {
        store<u16>(to, load<u16>(from));
        from -= stride;
        to += 2;
      }
      if (valid == 0) missing = to - <usize>(2 * high);
      valid = to;
    } else {
      if (valid != 0) fill(to, to + <usize>(2 * high), load<u16>(to - 2));
      to += <usize>(2 * high);
    }
  }
  if (<i32>load<u16>(unit - rowStep - 2) == current) {
    store<u16>(to, load<u16>(origin - stride - 2));
    if (valid == 0) missing = to;
    valid = to + 2;
  } else if (valid != 0) {
    store<u16>(to, load<u16>(to - 2));
  }
  to += 2;
  const columns = (2 * n) / wide;
  const above = unit - rowStep;
  let from = origin - stride;
  for (let k = 0; k < columns; k++) {
    if (<i32>load<u16>(above + (<usize>k << 1)) == current) {
      if (wide == 4) store<u64>(to, load<u64>(from));
      else store<u32>(to, load<u32>(from));
      if (valid == 0) missing = to;
      valid = to + <usize>(2 * wide);
    } else if (valid != 0) {
      fill(to, to + <usize>(2 * wide), load<u16>(to - 2));
    }
    to += <usize>(2 * wide);
    from += <usize>(2 * wide);
  }
  if (valid == 0) {
    cover(COVER_SUBSTITUTION + 1);
    fill(line, to, middleOf(bitDepthOf(component)));
  } else if (missing > line) {
    cover(COVER_SUBSTITUTION);
    fill(line, missing, load<u16>(missing));
  }
}

// @ts-ignore: decorator
@inline
function at(index: i32): i32 {
  return load<u16>(line + (<usize>index << 1));
}

/** Whether the border is so even that the strong filter replaces it by straight lines. */
function isEven(): bool {
  const limit = 1 << (bitDepthLuma - 5);
  return abs(at(64) + at(0) - 2 * at(32)) < limit && abs(at(64) + at(128) - 2 * at(96)) < limit;
}

function strongFilter(): void {
  const corner = at(64);
  const low = at(0);
  const far = at(128);
  store<u16>(smooth, low);
  store<u16>(smooth, corner, 128);
  store<u16>(smooth, far, 256);
  for (let k = 1; k < 64; k++) {
    store<u16>(smooth + (<usize>(64 - k) << 1), ((64 - k) * corner + k * low + 32) >> 6);
    store<u16>(smooth + (<usize>(64 + k) << 1), ((64 - k) * corner + k * far + 32) >> 6);
  }
}

function averageFilter(n: i32, depth: i32): void {
  const last = 4 * n;
  const end = <usize>last << 1;
  if (depth <= 14) {
    const two = i16x8.splat(2);
    // Vectors from the second sample on; what they write too much is put right behind.
    for (let k: usize = 2; k < end; k += 16) {
      const middle = v128.load(line + k);
      const sides = i16x8.add(v128.load(line + k - 2), v128.load(line + k + 2));
      v128.store(smooth + k, i16x8.shr_u(i16x8.add(i16x8.add(sides, i16x8.shl(middle, 1)), two), 2));
    }
  } else {
    for (let k = 1; k < last; k++) store<u16>(smooth + (<usize>k << 1), (at(k - 1) + 2 * at(k) + at(k + 1) + 2) >> 2);
  }
  store<u16>(smooth, load<u16>(line));
  store<u16>(smooth + end, load<u16>(line + end));
}

/** Smooths the line where size and mode ask for it. */
export function smoothReference(component: i32, log2: i32, mode: i32): void {
  if (smoothingOff || mode == 1 || log2 == 2 || (component != 0 && chromaArrayType != 3)) {
    cover(COVER_SMOOTHING);
    return;
  }
  const distance = min(abs(mode - 26), abs(mode - 10));
  if (distance <= (log2 == 3 ? 7 : log2 == 4 ? 1 : 0)) {
    cover(COVER_SMOOTHING);
    return;
  }
  if (strongSmoothing && component == 0 && log2 == 5 && isEven()) {
    cover(COVER_SMOOTHING + 2);
    strongFilter();
  } else {
    cover(COVER_SMOOTHING + 1);
    averageFilter(1 << log2, bitDepthOf(component));
  }
  reference = smooth;
}

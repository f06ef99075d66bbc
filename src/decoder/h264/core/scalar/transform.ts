// Inverse transforms (§ 8.5.12, § 8.5.13), one row and one column at a time as the standard writes them. Every function leaves
// the coefficients that it used at zero.

import { cover, COVER_TRANSFORM } from "../coverage";
import { BLOCK_4X4, BLOCK_8X8, clear4x4 } from "../dequant";
import { clipSample, coefficientAt, putSample, SAMPLE_BYTES, sampleAt } from "../sample";

const work: usize = memory.data(64 * 4, 16);

// @ts-ignore: decorator
@inline
function at(index: usize): i32 {
  return load<i32>(work + (index << 2));
}

// @ts-ignore: decorator
@inline
function put(index: usize, value: i32): void {
  store<i32>(work + (index << 2), value);
}

// @ts-ignore: decorator
@inline
function addTo(sample: usize, residual: i32): void {
  putSample(sample, clipSample(sampleAt(sample) + residual));
}

/** One-dimensional transform of the four elements at `first`, `step` apart (8-338 to 8-345). */
// @ts-ignore: decorator
@inline
function transform4(first: usize, step: usize): void {
  const a = at(first);
  const b = at(first + step);
  const c = at(first + 2 * step);
  const d = at(first + 3 * step);
  const e0 = a + c;
  const e1 = a - c;
  const e2 = (b >> 1) - d;
  const e3 = b + (d >> 1);
  put(first, e0 + e3);
  put(first + step, e1 + e2);
  put(first + 2 * step, e1 - e2);
  put(first + 3 * step, e0 - e3);
}

/** One-dimensional transform of eight elements (8-358 to 8-381). */
// @ts-ignore: decorator
@inline
function transform8(first: usize, step: usize): void {
  const i0 = at(first), i1 = at(first + step), i2 = at(first + 2 * step), i3 = at(first + 3 * step);
  const i4 = at(first + 4 * step), i5 = at(first + 5 * step), i6 = at(first + 6 * step), i7 = at(first + 7 * step);
  const e0 = i0 + i4;
  const e1 = i5 - i3 - i7 - (i7 >> 1);
  const e2 = i0 - i4;
  const e3 = i1 + i7 - i3 - (i3 >> 1);
  const e4 = (i2 >> 1) - i6;
  const e5 = i7 - i1 + i5 + (i5 >> 1);
  const e6 = i2 + (i6 >> 1);
  const e7 = i3 + i5 + i1 + (i1 >> 1);
  const f0 = e0 + e6;
  const f1 = e1 + (e7 >> 2);
  const f2 = e2 + e4;
  const f3 = e3 + (e5 >> 2);
  const f4 = e2 - e4;
  const f5 = (e3 >> 2) - e5;
  const f6 = e0 - e6;
  const f7 = e7 - (e1 >> 2);
  put(first, f0 + f7);
  put(first + step, f2 + f5);
  put(first + 2 * step, f4 + f3);
  put(first + 3 * step, f6 + f1);
  put(first + 4 * step, f6 - f1);
  put(first + 5 * step, f4 - f3);
  put(first + 6 * step, f2 - f5);
  put(first + 7 * step, f0 - f7);
}

/** The residual in `work`, transposed as all blocks are, onto `size` × `size` samples. */
// @ts-ignore: decorator
@inline
function addWork(size: usize, samples: usize, stride: usize): void {
  for (let y: usize = 0; y < size; y++)
    for (let x: usize = 0; x < size; x++) addTo(samples + y * stride + x * SAMPLE_BYTES, (at(x * size + y) + 32) >> 6);
}

/** 4x4 residual block. `from`: 16 coefficients, transposed. */
export function add4x4(from: usize, samples: usize, stride: usize): void {
  cover(COVER_TRANSFORM);
  for (let index: usize = 0; index < 16; index++) put(index, coefficientAt(from, index));
  clear4x4(from);
  // Rows first; in the transposed block their elements are four apart.
  for (let row: usize = 0; row < 4; row++) transform4(row, 4);
  for (let column: usize = 0; column < 4; column++) transform4(4 * column, 1);
  addWork(4, samples, stride);
}

/** 8x8 residual block. `from`: 64 coefficients, transposed. */
export function add8x8(from: usize, samples: usize, stride: usize): void {
  cover(COVER_TRANSFORM + 2);
  for (let index: usize = 0; index < 64; index++) put(index, coefficientAt(from, index));
  memory.fill(from, 0, BLOCK_8X8);
  for (let row: usize = 0; row < 8; row++) transform8(row, 8);
  for (let column: usize = 0; column < 8; column++) transform8(8 * column, 1);
  addWork(8, samples, stride);
}

function addDc(from: usize, size: usize, samples: usize, stride: usize): void {
  const dc = (coefficientAt(from, 0) + 32) >> 6;
  clear4x4(from);
  for (let y: usize = 0; y < size; y++)
    for (let x: usize = 0; x < size; x++) addTo(samples + y * stride + x * SAMPLE_BYTES, dc);
}

/** 4x4 residual block whose only coefficient is the first. */
export function addDc4x4(from: usize, samples: usize, stride: usize): void {
  cover(COVER_TRANSFORM + 1);
  addDc(from, 4, samples, stride);
}

/** Two 4x4 residual blocks side by side. */
export function addPair4x4(from: usize, samples: usize, stride: usize): void {
  add4x4(from, samples, stride);
  add4x4(from + BLOCK_4X4, samples + 4 * SAMPLE_BYTES, stride);
}

/** Two 4x4 residual blocks side by side, each with no coefficient but the first. */
export function addDcPair4x4(from: usize, samples: usize, stride: usize): void {
  addDc4x4(from, samples, stride);
  addDc4x4(from + BLOCK_4X4, samples + 4 * SAMPLE_BYTES, stride);
}

/** 8x8 residual block whose only coefficient is the first. */
export function addDc8x8(from: usize, samples: usize, stride: usize): void {
  cover(COVER_TRANSFORM + 3);
  addDc(from, 8, samples, stride);
}

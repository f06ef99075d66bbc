// Entry of the build that tests compare kernels with: every SIMD kernel and its scalar twin, both for 8-bit samples.

import * as scalarEdges from "./scalar/deblock";
import * as edges from "./deblock-edges";
import { lumaVerticals } from "./deblock-turned";

export { predict16x16 as predict16x16Scalar, predictChroma as predictChromaScalar } from "./scalar/intra-macroblock";
export { predict4x4 as predict4x4Scalar, predict8x8 as predict8x8Scalar } from "./scalar/intra-nxn";
export {
  add4x4 as add4x4Scalar,
  add8x8 as add8x8Scalar,
  addDc4x4 as addDc4x4Scalar,
  addDc8x8 as addDc8x8Scalar,
  addDcPair4x4 as addDcPair4x4Scalar,
  addPair4x4 as addPair4x4Scalar,
} from "./scalar/transform";
export { predict16x16 } from "./intra-16x16";
export { predict4x4 } from "./intra-4x4";
export { predict8x8 } from "./intra-8x8";
export { predictChroma } from "./intra-chroma";
export { add4x4, add8x8, addDc4x4, addDc8x8, addDcPair4x4, addPair4x4 } from "./transform";
export { clearError, error } from "./slice-state";

const scratchBytes: usize = 8192;
const scratchMemory: usize = memory.data(8192, 16);

/** Address of 8192 bytes for samples, coefficients and thresholds. */
export function scratch(): usize {
  return scratchMemory;
}

export function scratchSize(): usize {
  return scratchBytes;
}

// Vectors do not cross to JavaScript: thresholds are 16 bytes each of alpha, beta and tC0 at an address.

export function filterLuma(scalar: bool, vertical: bool, strong: bool, samples: usize, stride: usize, thresholds: usize): void {
  const alpha = v128.load(thresholds);
  const beta = v128.load(thresholds, 16);
  const tc0 = v128.load(thresholds, 32);
  if (scalar) {
    if (vertical) scalarEdges.lumaVertical(samples, stride, strong, alpha, beta, tc0);
    else scalarEdges.lumaHorizontal(samples, stride, strong, alpha, beta, tc0);
  } else if (vertical) edges.lumaVertical(samples, stride, strong, alpha, beta, tc0);
  else edges.lumaHorizontal(samples, stride, strong, alpha, beta, tc0);
}

export function filterChroma(scalar: bool, vertical: bool, strong: bool, cb: usize, cr: usize, stride: usize, thresholds: usize): void {
  const alpha = v128.load(thresholds);
  const beta = v128.load(thresholds, 16);
  const tc0 = v128.load(thresholds, 32);
  if (scalar) {
    if (vertical) scalarEdges.chromaVertical(cb, cr, stride, strong, alpha, beta, tc0);
    else scalarEdges.chromaHorizontal(cb, cr, stride, strong, alpha, beta, tc0);
  } else if (vertical) edges.chromaVertical(cb, cr, stride, strong, alpha, beta, tc0);
  else edges.chromaHorizontal(cb, cr, stride, strong, alpha, beta, tc0);
}

/** All vertical luma edges of a macroblock, the left one if `left`, with the thresholds 48 bytes behind those of the others. */
export function filterColumns(scalar: bool, left: bool, samples: usize, stride: usize, thresholds: usize): void {
  const alpha = v128.load(thresholds);
  const beta = v128.load(thresholds, 16);
  const tc0 = v128.load(thresholds, 32);
  const leftAlpha = v128.load(thresholds, 48);
  const leftBeta = v128.load(thresholds, 64);
  if (!scalar) {
    lumaVerticals(samples, stride, left, leftAlpha, leftBeta, alpha, beta, tc0);
    return;
  }
  if (left) scalarEdges.lumaVertical(samples, stride, true, leftAlpha, leftBeta, leftAlpha);
  for (let x: usize = 4; x < 16; x += 4) scalarEdges.lumaVertical(samples + x, stride, false, alpha, beta, tc0);
}

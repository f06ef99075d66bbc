// The kernels of the build: SIMD for 8-bit samples, scalar ones for wider. The compiler leaves the others out.

import * as wideEdges from "./scalar/deblock";
import { predict16x16 as predictWide16x16, predictChroma as predictWideChroma } from "./scalar/intra-macroblock";
import { predict4x4 as predictWide4x4, predict8x8 as predictWide8x8 } from "./scalar/intra-nxn";
import * as wide from "./scalar/transform";
import * as edges from "./deblock-edges";
import { predict16x16 as predictByte16x16 } from "./intra-16x16";
import { predict4x4 as predictByte4x4 } from "./intra-4x4";
import { predict8x8 as predictByte8x8 } from "./intra-8x8";
import { predictChroma as predictByteChroma } from "./intra-chroma";
import { HIGH } from "./sample";
import * as narrow from "./transform";

// @ts-ignore: decorator
@inline
export function predict4x4(mode: i32, samples: usize, stride: usize, hasLeft: bool, hasTop: bool, hasTopRight: bool, hasCorner: bool): void {
  if (HIGH) predictWide4x4(mode, samples, stride, hasLeft, hasTop, hasTopRight, hasCorner);
  else predictByte4x4(mode, samples, stride, hasLeft, hasTop, hasTopRight, hasCorner);
}

// @ts-ignore: decorator
@inline
export function predict8x8(mode: i32, samples: usize, stride: usize, hasLeft: bool, hasTop: bool, hasTopRight: bool, hasCorner: bool): void {
  if (HIGH) predictWide8x8(mode, samples, stride, hasLeft, hasTop, hasTopRight, hasCorner);
  else predictByte8x8(mode, samples, stride, hasLeft, hasTop, hasTopRight, hasCorner);
}

// @ts-ignore: decorator
@inline
export function predict16x16(mode: i32, samples: usize, stride: usize, hasLeft: bool, hasTop: bool, hasCorner: bool): void {
  if (HIGH) predictWide16x16(mode, samples, stride, hasLeft, hasTop, hasCorner);
  else predictByte16x16(mode, samples, stride, hasLeft, hasTop, hasCorner);
}

// @ts-ignore: decorator
@inline
export function predictChroma(mode: i32, samples: usize, stride: usize, height: i32, hasLeft: bool, hasTop: bool, hasCorner: bool): void {
  if (HIGH) predictWideChroma(mode, samples, stride, height, hasLeft, hasTop, hasCorner);
  else predictByteChroma(mode, samples, stride, height, hasLeft, hasTop, hasCorner);
}

// @ts-ignore: decorator
@inline
export function add4x4(at: usize, samples: usize, stride: usize): void {
  if (HIGH) wide.add4x4(at, samples, stride);
  else narrow.add4x4(at, samples, stride);
}

// @ts-ignore: decorator
@inline
export function addPair4x4(at: usize, samples: usize, stride: usize): void {
  if (HIGH) wide.addPair4x4(at, samples, stride);
  else narrow.addPair4x4(at, samples, stride);
}

// @ts-ignore: decorator
@inline
export function addDc4x4(at: usize, samples: usize, stride: usize): void {
  if (HIGH) wide.addDc4x4(at, samples, stride);
  else narrow.addDc4x4(at, samples, stride);
}

// @ts-ignore: decorator
@inline
export function addDcPair4x4(at: usize, samples: usize, stride: usize): void {
  if (HIGH) wide.addDcPair4x4(at, samples, stride);
  else narrow.addDcPair4x4(at, samples, stride);
}

// @ts-ignore: decorator
@inline
export function add8x8(at: usize, samples: usize, stride: usize): void {
  if (HIGH) wide.add8x8(at, samples, stride);
  else narrow.add8x8(at, samples, stride);
}

// @ts-ignore: decorator
@inline
export function addDc8x8(at: usize, samples: usize, stride: usize): void {
  if (HIGH) wide.addDc8x8(at, samples, stride);
  else narrow.addDc8x8(at, samples, stride);
}

// @ts-ignore: decorator
@inline
export function lumaHorizontal(samples: usize, stride: usize, strong: bool, alpha: v128, beta: v128, tc0: v128): void {
  if (HIGH) wideEdges.lumaHorizontal(samples, stride, strong, alpha, beta, tc0);
  else edges.lumaHorizontal(samples, stride, strong, alpha, beta, tc0);
}

// @ts-ignore: decorator
@inline
export function lumaVertical(samples: usize, stride: usize, strong: bool, alpha: v128, beta: v128, tc0: v128): void {
  if (HIGH) wideEdges.lumaVertical(samples, stride, strong, alpha, beta, tc0);
  else edges.lumaVertical(samples, stride, strong, alpha, beta, tc0);
}

// @ts-ignore: decorator
@inline
export function chromaHorizontal(cb: usize, cr: usize, stride: usize, strong: bool, alpha: v128, beta: v128, tc0: v128): void {
  if (HIGH) wideEdges.chromaHorizontal(cb, cr, stride, strong, alpha, beta, tc0);
  else edges.chromaHorizontal(cb, cr, stride, strong, alpha, beta, tc0);
}

// @ts-ignore: decorator
@inline
export function chromaVertical(cb: usize, cr: usize, stride: usize, strong: bool, alpha: v128, beta: v128, tc0: v128): void {
  if (HIGH) wideEdges.chromaVertical(cb, cr, stride, strong, alpha, beta, tc0);
  else edges.chromaVertical(cb, cr, stride, strong, alpha, beta, tc0);
}

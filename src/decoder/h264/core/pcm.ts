// I_PCM macroblocks (§ 7.3.5, § 8.3.5): samples as they are, in as many bits as they have.

import { setBitPosition, u } from "./bits";
import { chromaArrayType, chromaRows } from "./picture";
import { bitDepth, HIGH, putSample } from "./sample";
import { mbCb, mbChromaStride, mbCr, mbLuma, mbLumaStride } from "./slice-state";

// @ts-ignore: decorator
@inline
function chromaWidth(): i32 {
  return chromaArrayType == 3 ? 16 : 8;
}

/** Bytes of an I_PCM macroblock's samples. */
export function pcmBytes(): usize {
  const chromaSamples = chromaArrayType == 0 ? 0 : 2 * chromaWidth() * chromaRows();
  return (256 * bitDepth(false) + chromaSamples * bitDepth(true)) >> 3;
}

/** Rows of bytes from `from`. Returns the address behind them. */
function copyRows(from: usize, to: usize, stride: usize, width: usize, height: i32): usize {
  for (let y = 0; y < height; y++) {
    memory.copy(to, from, width);
    from += width;
    to += stride;
  }
  return from;
}

/** Rows of samples at the bit reader's position. */
function readRows(to: usize, stride: usize, width: i32, height: i32, depth: i32): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) putSample(to + 2 * x, u(depth));
    to += stride;
  }
}

/** The macroblock's samples from the byte `from`: all of Y, then Cb, then Cr. */
export function reconstructPcm(from: usize): void {
  const width = chromaWidth();
  const height = chromaRows();
  if (!HIGH) {
    let next = copyRows(from, mbLuma, mbLumaStride, 16, 16);
    if (chromaArrayType == 0) return;
    next = copyRows(next, mbCb, mbChromaStride, width, height);
    copyRows(next, mbCr, mbChromaStride, width, height);
    return;
  }
  setBitPosition(from << 3);
  readRows(mbLuma, mbLumaStride, 16, 16, bitDepth(false));
  if (chromaArrayType == 0) return;
  readRows(mbCb, mbChromaStride, width, height, bitDepth(true));
  readRows(mbCr, mbChromaStride, width, height, bitDepth(true));
}

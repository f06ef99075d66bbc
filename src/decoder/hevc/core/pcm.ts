// pcm_sample() (§ 7.3.8.7) and its samples (§ 8.4.4.1).

import { engineBit, engineOverrun, sliceEnd, startEngine } from "../../cabac/core/engine";
import {
  bitDepthChroma,
  bitDepthLuma,
  chromaArrayType,
  chromaShiftX,
  chromaShiftY,
  pcmDepthChroma,
  pcmDepthLuma,
} from "./parameters";
import { sampleAt } from "./picture";
import { ERROR_OVERRUN, fail } from "./slice-state";

function block(component: i32, x: i32, y: i32, w: i32, h: i32, depth: i32, shift: i32, from: usize): usize {
  let bit = from;
  for (let row = 0; row < h; row++) {
    let at = sampleAt(component, x, y + row);
    for (let column = 0; column < w; column++) {
      const word = bswap<u32>(load<u32>(bit >> 3)) << <u32>(bit & 7);
      store<u16>(at, (word >> (32 - depth)) << shift);
      bit += depth;
      at += 2;
    }
  }
  return bit;
}

/** Reads the samples of a coding unit behind the engine's position and starts the engine anew behind them. */
export function pcmSamples(x: i32, y: i32, log2: i32): void {
  const size = 1 << log2;
  let bit = ((engineBit() + 7) >> 3) << 3;
  const chromaSamples = chromaArrayType == 0 ? 0 : (2 * size * size) >> (chromaShiftX + chromaShiftY);
  const bits = size * size * pcmDepthLuma + chromaSamples * pcmDepthChroma;
  if (engineOverrun() || bit + bits > sliceEnd() << 3) {
    fail(ERROR_OVERRUN);
    return;
  }
  bit = block(0, x, y, size, size, pcmDepthLuma, bitDepthLuma - pcmDepthLuma, bit);
  if (chromaArrayType != 0) {
    for (let component = 1; component < 3; component++)
      bit = block(
        component,
        x >> chromaShiftX,
        y >> chromaShiftY,
        size >> chromaShiftX,
        size >> chromaShiftY,
        pcmDepthChroma,
        bitDepthChroma - pcmDepthChroma,
        bit,
      );
  }
  startEngine((bit + 7) >> 3, sliceEnd());
}

// Residual of lossless macroblocks (§ 8.5.15): levels are sample differences. Every function leaves the coefficients that
// it used at zero.

import { cover, COVER_TRANSFORM } from "./coverage";
import { BLOCK_8X8, clear4x4 } from "./dequant";
import { clipSample, coefficientAt, HIGH, putCoefficient, putSample, SAMPLE_BYTES, sampleAt } from "./sample";

// A lossless residual never leaves the range of samples in a stream that an encoder wrote. In others it wraps at 8 bits;
// at more it is clipped, since nothing behind the decoder expects a sample above its depth.
// @ts-ignore: decorator
@inline
function putSum(sample: usize, value: i32): void {
  putSample(sample, HIGH ? clipSample(value) : value);
}

// @ts-ignore: decorator
@inline
function addBypass(at: usize, samples: usize, stride: usize, size: usize): void {
  cover(COVER_TRANSFORM + 4);
  for (let x: usize = 0; x < size; x++) {
    for (let y: usize = 0; y < size; y++) {
      const sample = samples + y * stride + x * SAMPLE_BYTES;
      putSum(sample, sampleAt(sample) + coefficientAt(at, x * size + y));
    }
  }
}

/** 4x4 block, rows and columns as they are. */
export function addBypass4x4(at: usize, samples: usize, stride: usize): void {
  addBypass(at, samples, stride, 4);
  clear4x4(at);
}

/** 8x8 block. */
export function addBypass8x8(at: usize, samples: usize, stride: usize): void {
  addBypass(at, samples, stride, 8);
  memory.fill(at, 0, BLOCK_8X8);
}

/**
 * 4x4 block with horizontal or vertical prediction: each sample is the one before it plus its residual, which is the same as
 * running sums on the prediction.
 */
export function addDpcm4x4(at: usize, samples: usize, stride: usize, horizontal: bool): void {
  const step: usize = horizontal ? SAMPLE_BYTES : stride;
  for (let x: usize = 0; x < 4; x++) {
    for (let y: usize = 0; y < 4; y++) {
      const sample = samples + y * stride + x * SAMPLE_BYTES;
      putSum(sample, sampleAt(sample - step) + coefficientAt(at, x * 4 + y));
    }
  }
  clear4x4(at);
}

/**
 * Running sums of an 8x8 residual along the prediction. Not as `addDpcm4x4`, because the prediction starts from filtered
 * neighbours.
 */
export function accumulate8x8(at: usize, horizontal: bool): void {
  for (let i: usize = 0; i < 8; i++) {
    let sum: i32 = 0;
    for (let k: usize = 0; k < 8; k++) {
      const element = horizontal ? k * 8 + i : i * 8 + k;
      sum += coefficientAt(at, element);
      putCoefficient(at, element, sum);
    }
  }
}

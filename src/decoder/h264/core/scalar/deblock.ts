// Filtering of sample edges (§ 8.7.2), line by line as the standard writes it. Thresholds come as vectors with one byte for
// each of the 16 lines of an edge, as they are at 8 bit; chroma edges have Cb in lines 0 … 7 and Cr in lines 8 … 15.

import { cover, COVER_DEBLOCK } from "../coverage";
import { clipSample, maxSample, putSample, SAMPLE_BYTES, sampleAt } from "../sample";

const alphas: usize = memory.data(16, 16);
const betas: usize = memory.data(16, 16);
const tc0s: usize = memory.data(16, 16);

function keep(alpha: v128, beta: v128, tc0: v128): void {
  v128.store(alphas, alpha);
  v128.store(betas, beta);
  v128.store(tc0s, tc0);
}

/** A threshold of a line at the bit depth of the plane (8-461, 8-462, 8-470). */
// @ts-ignore: decorator
@inline
function threshold(table: usize, line: usize): i32 {
  return load<u8>(table + line) * ((maxSample() + 1) >> 8);
}

/** One line of a luma edge: `q` is q0, samples are `step` bytes apart. */
function filterLuma(q: usize, step: usize, strong: bool, line: usize): void {
  const alpha = threshold(alphas, line);
  const beta = threshold(betas, line);
  const p0 = sampleAt(q - step);
  const p1 = sampleAt(q - 2 * step);
  const p2 = sampleAt(q - 3 * step);
  const q0 = sampleAt(q);
  const q1 = sampleAt(q + step);
  const q2 = sampleAt(q + 2 * step);
  if (abs(p0 - q0) >= alpha || abs(p1 - p0) >= beta || abs(q1 - q0) >= beta) return;
  const ap = abs(p2 - p0) < beta;
  const aq = abs(q2 - q0) < beta;
  if (!strong) {
    const tc0 = threshold(tc0s, line);
    const tc = tc0 + i32(ap) + i32(aq);
    const delta = max(-tc, min(tc, (((q0 - p0) << 2) + (p1 - q1) + 4) >> 3));
    putSample(q - step, clipSample(p0 + delta));
    putSample(q, clipSample(q0 - delta));
    const average = (p0 + q0 + 1) >> 1;
    if (ap) putSample(q - 2 * step, p1 + max(-tc0, min(tc0, (p2 + average - 2 * p1) >> 1)));
    if (aq) putSample(q + step, q1 + max(-tc0, min(tc0, (q2 + average - 2 * q1) >> 1)));
    return;
  }
  const near = abs(p0 - q0) < (alpha >> 2) + 2;
  if (ap && near) {
    const p3 = sampleAt(q - 4 * step);
    putSample(q - step, (p2 + 2 * p1 + 2 * p0 + 2 * q0 + q1 + 4) >> 3);
    putSample(q - 2 * step, (p2 + p1 + p0 + q0 + 2) >> 2);
    putSample(q - 3 * step, (2 * p3 + 3 * p2 + p1 + p0 + q0 + 4) >> 3);
  } else {
    putSample(q - step, (2 * p1 + p0 + q1 + 2) >> 2);
  }
  if (aq && near) {
    const q3 = sampleAt(q + 3 * step);
    putSample(q, (p1 + 2 * p0 + 2 * q0 + 2 * q1 + q2 + 4) >> 3);
    putSample(q + step, (p0 + q0 + q1 + q2 + 2) >> 2);
    putSample(q + 2 * step, (2 * q3 + 3 * q2 + q1 + q0 + p0 + 4) >> 3);
  } else {
    putSample(q, (2 * q1 + q0 + p1 + 2) >> 2);
  }
}

/** One line of a chroma edge. */
function filterChroma(q: usize, step: usize, strong: bool, line: usize): void {
  const alpha = threshold(alphas, line);
  const beta = threshold(betas, line);
  const p0 = sampleAt(q - step);
  const p1 = sampleAt(q - 2 * step);
  const q0 = sampleAt(q);
  const q1 = sampleAt(q + step);
  if (abs(p0 - q0) >= alpha || abs(p1 - p0) >= beta || abs(q1 - q0) >= beta) return;
  if (strong) {
    putSample(q - step, (2 * p1 + p0 + q1 + 2) >> 2);
    putSample(q, (2 * q1 + q0 + p1 + 2) >> 2);
    return;
  }
  const tc = threshold(tc0s, line) + 1;
  const delta = max(-tc, min(tc, (((q0 - p0) << 2) + (p1 - q1) + 4) >> 3));
  putSample(q - step, clipSample(p0 + delta));
  putSample(q, clipSample(q0 - delta));
}

/** Luma edge between rows: 16 columns at `samples`, whose row is q0. */
export function lumaHorizontal(samples: usize, stride: usize, strong: bool, alpha: v128, beta: v128, tc0: v128): void {
  cover(COVER_DEBLOCK + (strong ? 1 : 3));
  keep(alpha, beta, tc0);
  for (let line: usize = 0; line < 16; line++) filterLuma(samples + line * SAMPLE_BYTES, stride, strong, line);
}

/** Luma edge between columns: 16 rows at `samples`, whose column is q0. */
export function lumaVertical(samples: usize, stride: usize, strong: bool, alpha: v128, beta: v128, tc0: v128): void {
  cover(COVER_DEBLOCK + (strong ? 0 : 2));
  keep(alpha, beta, tc0);
  for (let line: usize = 0; line < 16; line++) filterLuma(samples + line * stride, SAMPLE_BYTES, strong, line);
}

/** Chroma edge between rows of Cb and Cr: 8 columns each, whose row is q0. */
export function chromaHorizontal(cb: usize, cr: usize, stride: usize, strong: bool, alpha: v128, beta: v128, tc0: v128): void {
  cover(COVER_DEBLOCK + (strong ? 5 : 7));
  keep(alpha, beta, tc0);
  for (let line: usize = 0; line < 8; line++) {
    filterChroma(cb + line * SAMPLE_BYTES, stride, strong, line);
    filterChroma(cr + line * SAMPLE_BYTES, stride, strong, line + 8);
  }
}

/** Chroma edge between columns of Cb and Cr: 8 rows each, whose column is q0. */
export function chromaVertical(cb: usize, cr: usize, stride: usize, strong: bool, alpha: v128, beta: v128, tc0: v128): void {
  cover(COVER_DEBLOCK + (strong ? 4 : 6));
  keep(alpha, beta, tc0);
  for (let line: usize = 0; line < 8; line++) {
    filterChroma(cb + line * stride, SAMPLE_BYTES, strong, line);
    filterChroma(cr + line * stride, SAMPLE_BYTES, strong, line + 8);
  }
}

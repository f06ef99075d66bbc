// The filters of `deblock-filter.ts` lane by lane, for samples of more than 10 bits.

import { cover, COVER_DEBLOCK_WIDE } from "./coverage";
import { betaLanes, changeP, changeQ, tcLanes } from "./deblock-filter";

let base: usize = 0;
let step: usize = 0;

/** Sample `i` of a line: p3 … p0 are 0 … 3, q0 … q3 are 4 … 7. */
// @ts-ignore: decorator
@inline
function get(line: i32, i: i32): i32 {
  return load<u16>(base + <usize>i * step + (<usize>line << 1));
}

// @ts-ignore: decorator
@inline
function put(line: i32, i: i32, value: i32): void {
  store<u16>(base + <usize>i * step + (<usize>line << 1), value);
}

// @ts-ignore: decorator
@inline
function clip3(low: i32, high: i32, value: i32): i32 {
  return max(low, min(high, value));
}

// @ts-ignore: decorator
@inline
function lane(table: usize, line: i32): i32 {
  return load<i16>(table + (<usize>line << 1));
}

function bend(line: i32, outer: i32, middle: i32, inner: i32): i32 {
  return abs(get(line, outer) - 2 * get(line, middle) + get(line, inner));
}

function isSmooth(line: i32, dpq: i32, beta: i32, tc: i32): bool {
  const steep = abs(get(line, 0) - get(line, 3)) + abs(get(line, 4) - get(line, 7));
  return 2 * dpq < beta >> 2 && steep < beta >> 3 && abs(get(line, 3) - get(line, 4)) < (5 * tc + 1) >> 1;
}

/** `s`: sample p0 or q0, `d`: -1 towards p3, 1 towards q3. */
function strong(line: i32, s: i32, d: i32, tc: i32, other0: i32, other1: i32, a0: i32, a1: i32, a2: i32, a3: i32): void {
  put(line, s, clip3(a0 - 2 * tc, a0 + 2 * tc, (a2 + 2 * a1 + 2 * a0 + 2 * other0 + other1 + 4) >> 3));
  put(line, s + d, clip3(a1 - 2 * tc, a1 + 2 * tc, (a2 + a1 + a0 + other0 + 2) >> 2));
  put(line, s + 2 * d, clip3(a2 - 2 * tc, a2 + 2 * tc, (2 * a3 + 3 * a2 + a1 + a0 + other0 + 4) >> 3));
}

function segment(first: i32, most: i32): void {
  const last = first + 3;
  const beta = lane(betaLanes, first);
  const tc = lane(tcLanes, first);
  const dp0 = bend(first, 1, 2, 3), dp3 = bend(last, 1, 2, 3);
  const dq0 = bend(first, 6, 5, 4), dq3 = bend(last, 6, 5, 4);
  if (dp0 + dq0 + dp3 + dq3 >= beta) return;
  cover(COVER_DEBLOCK_WIDE);
  const isStrong = isSmooth(first, dp0 + dq0, beta, tc) && isSmooth(last, dp3 + dq3, beta, tc);
  const limit = (beta + (beta >> 1)) >> 3;
  const mayP = lane(changeP, first) != 0;
  const mayQ = lane(changeQ, first) != 0;
  for (let line = first; line <= last; line++) {
    const p3 = get(line, 0), p2 = get(line, 1), p1 = get(line, 2), p0 = get(line, 3);
    const q0 = get(line, 4), q1 = get(line, 5), q2 = get(line, 6), q3 = get(line, 7);
    if (isStrong) {
      if (mayP) strong(line, 3, -1, tc, q0, q1, p0, p1, p2, p3);
      if (mayQ) strong(line, 4, 1, tc, p0, p1, q0, q1, q2, q3);
      continue;
    }
    let delta = (9 * (q0 - p0) - 3 * (q1 - p1) + 8) >> 4;
    if (abs(delta) >= tc * 10) continue;
    delta = clip3(-tc, tc, delta);
    const half = tc >> 1;
    if (mayP) {
      put(line, 3, clip3(0, most, p0 + delta));
      if (dp0 + dp3 < limit) put(line, 2, clip3(0, most, p1 + clip3(-half, half, (((p2 + p0 + 1) >> 1) - p1 + delta) >> 1)));
    }
    if (mayQ) {
      put(line, 4, clip3(0, most, q0 - delta));
      if (dq0 + dq3 < limit) put(line, 5, clip3(0, most, q1 + clip3(-half, half, (((q2 + q0 + 1) >> 1) - q1 - delta) >> 1)));
    }
  }
}

export function filterLumaWide(at: usize, pitch: usize, depth: i32): void {
  base = at;
  step = pitch;
  segment(0, (1 << depth) - 1);
  segment(4, (1 << depth) - 1);
}

export function filterChromaWide(at: usize, pitch: usize, depth: i32): void {
  base = at;
  step = pitch;
  const most = (1 << depth) - 1;
  for (let line = 0; line < 8; line++) {
    const tc = lane(tcLanes, line);
    const p0 = get(line, 1);
    const q0 = get(line, 2);
    const delta = clip3(-tc, tc, (((q0 - p0) << 2) + get(line, 0) - get(line, 3) + 4) >> 3);
    if (lane(changeP, line) != 0) put(line, 1, clip3(0, most, p0 + delta));
    if (lane(changeQ, line) != 0) put(line, 2, clip3(0, most, q0 - delta));
  }
}

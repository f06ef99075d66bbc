// Intra prediction of a block: reference samples, then planar, DC or an angle (§ 8.4.4.2).

import { cover, COVER_EDGE_FILTER, COVER_INTRA_CHROMA, COVER_INTRA_LUMA } from "./coverage";
import { predictAngle } from "./intra-angular";
import { gather, reference, smoothReference } from "./intra-reference";
import { bitDepthOf, implicitRdpcm } from "./parameters";
import { sampleAt, strideOf } from "./picture";

const PLANAR: i32 = 0;
const DC: i32 = 1;

/** Planar prediction (§ 8.4.4.2.4). `left`: p[−1][0], the next one 2 bytes before; `top`: p[0][−1]. */
function predictPlanar(to: usize, stride: usize, log2: i32, left: usize, top: usize, depth: i32): void {
  const n = 1 << log2;
  const right: i32 = load<u16>(top + (<usize>n << 1));
  const below: i32 = load<u16>(left - (<usize>n << 1));
  for (let y = 0; y < n; y++) {
    const side: i32 = load<u16>(left - (<usize>y << 1));
    if (depth <= 10) {
      // 16 bits hold the sum: 64 * 1023 + 32.
      const sides = i16x8.splat(<i16>side);
      const rights = i16x8.splat(<i16>right);
      const start = i16x8.splat(<i16>((y + 1) * below + n));
      const weight = i16x8.splat(<i16>(n - 1 - y));
      let growing = i16x8(1, 2, 3, 4, 5, 6, 7, 8);
      for (let x = 0; x < n; x += 8) {
        const across = i16x8.add(
          i16x8.mul(i16x8.sub(i16x8.splat(<i16>n), growing), sides),
          i16x8.mul(growing, rights),
        );
        const down = i16x8.add(i16x8.mul(weight, v128.load(top + (<usize>x << 1))), start);
        const result = i16x8.shr_u(i16x8.add(across, down), log2 + 1);
        if (n == 4) v128.store64_lane(to, result, 0);
        else v128.store(to + (<usize>x << 1), result);
        growing = i16x8.add(growing, i16x8.splat(8));
      }
    } else {
      for (let x = 0; x < n; x++) {
        const across = (n - 1 - x) * side + (x + 1) * right;
        const down = (n - 1 - y) * <i32>load<u16>(top + (<usize>x << 1)) + (y + 1) * below;
        store<u16>(to + (<usize>x << 1), (across + down + n) >> (log2 + 1));
      }
    }
    to += stride;
  }
}

/** DC prediction (§ 8.4.4.2.5). */
function predictDc(to: usize, stride: usize, log2: i32, left: usize, top: usize, edges: bool): void {
  const n = 1 << log2;
  let sum: i32 = n;
  for (let i: usize = 0; i < <usize>(2 * n); i += 2) sum += <i32>load<u16>(left - i) + <i32>load<u16>(top + i);
  const mean = sum >> (log2 + 1);
  const vector = i16x8.splat(<i16>mean);
  let row = to;
  for (let y = 0; y < n; y++) {
    if (n == 4) v128.store64_lane(row, vector, 0);
    else for (let x: usize = 0; x < <usize>(2 * n); x += 16) v128.store(row + x, vector);
    row += stride;
  }
  if (!edges) return;
  cover(COVER_EDGE_FILTER);
  store<u16>(to, (<i32>load<u16>(left) + 2 * mean + <i32>load<u16>(top) + 2) >> 2);
  for (let i: usize = 1; i < <usize>n; i++) {
    store<u16>(to + (i << 1), (<i32>load<u16>(top + (i << 1)) + 3 * mean + 2) >> 2);
    store<u16>(to + i * stride, (<i32>load<u16>(left - (i << 1)) + 3 * mean + 2) >> 2);
  }
}

/** Predicts the block at (x, y) of a component, in its samples. `bypass`: cu_transquant_bypass_flag. */
export function predict(component: i32, x: i32, y: i32, log2: i32, mode: i32, bypass: bool): void {
  cover(component == 0 ? COVER_INTRA_LUMA + 35 * (log2 - 2) + mode : COVER_INTRA_CHROMA + mode);
  gather(component, x, y, log2);
  smoothReference(component, log2, mode);
  const to = sampleAt(component, x, y);
  const stride = strideOf(component);
  const corner = reference + (<usize>2 << log2 << 1);
  const depth = bitDepthOf(component);
  const edges = component == 0 && log2 < 5;
  if (mode == PLANAR) predictPlanar(to, stride, log2, corner - 2, corner + 2, depth);
  else if (mode == DC) predictDc(to, stride, log2, corner - 2, corner + 2, edges);
  else predictAngle(to, stride, log2, mode, corner, edges && !(implicitRdpcm && bypass), depth);
}

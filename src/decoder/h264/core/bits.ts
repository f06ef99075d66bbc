// Bit reader of CAVLC slices (§ 7.2, § 9.1). Reads past the end see zeros of the input padding; the slice loop checks
// `overrun()` once per macroblock.

import { fail, ERROR_OVERRUN } from "./slice-state";

/** Address of the next bit: byte address * 8 + bit. */
export let bitPosition: usize = 0;
/** Address of rbsp_stop_one_bit. */
let bitEnd: usize = 0;

/** Starts at `bit` of the RBSP `[start, start + size)`. false: there is no stop bit behind it. */
export function startBits(start: usize, size: usize, bit: usize): bool {
  let last = start + size;
  while (last > start && load<u8>(last - 1) == 0) last--;
  if (last == start) return false;
  bitPosition = (start << 3) + bit;
  bitEnd = (last << 3) - 1 - ctz<u32>(load<u8>(last - 1));
  return bitPosition < bitEnd;
}

// @ts-ignore: decorator
@inline
export function setBitPosition(position: usize): void {
  bitPosition = position;
}

/** more_rbsp_data() */
// @ts-ignore: decorator
@inline
export function moreData(): bool {
  return bitPosition < bitEnd;
}

/** Whether more bits were read than there are. */
// @ts-ignore: decorator
@inline
export function overrun(): bool {
  return bitPosition > bitEnd;
}

/** 25 or more bits from `position` on, left-aligned. */
// @ts-ignore: decorator
@inline
export function peekAt(position: usize): u32 {
  return bswap<u32>(load<u32>(position >> 3)) << <u32>(position & 7);
}

/** u(n), n = 1 … 25 */
// @ts-ignore: decorator
@inline
export function u(n: u32): u32 {
  const value = peekAt(bitPosition) >> (32 - n);
  bitPosition += n;
  return value;
}

/** ue(v) below 2^12 - 1: enough for every element of a macroblock; longer codes are an error. */
export function ue(): u32 {
  const bits = peekAt(bitPosition);
  const zeros = clz<u32>(bits);
  if (zeros > 11) {
    fail(ERROR_OVERRUN);
    return 0;
  }
  bitPosition += 2 * zeros + 1;
  return (bits >> (31 - 2 * zeros)) - 1;
}

/** se(v) */
export function se(): i32 {
  const k = ue();
  return k & 1 ? <i32>((k + 1) >> 1) : -(<i32>(k >> 1));
}

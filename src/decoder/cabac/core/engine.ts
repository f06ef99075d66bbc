// CABAC arithmetic decoding engine, the same in H.264 (§ 9.3.1, § 9.3.3.2) and H.265 (§ 9.3.4.3).
//
// codIOffset stands in the bits 48 … 56 of `offset`, the bits that are read but not used yet below it, then a 1 that marks their
// end, then zeros. A renormalisation is a shift to the left, codIRange meets codIOffset by a shift that is always the same, and
// nothing counts bits: when the lower 32 are zero, the mark has left them and 32 new bits fit. The parsers of residual blocks
// repeat the decision with this state in locals.

import { LPS_TRANSITIONS, transitions } from "./contexts";

/** codIRange */
export let range: u32 = 0;
/** codIOffset, followed by the unread bits and their end mark. */
export let offset: u64 = 0;
/** Address of the next byte to load. */
let nextByte: usize = 0;
/** Address behind the slice's last byte. */
let end: usize = 0;

/** Place of codIOffset in `offset`. */
export const OFFSET_SHIFT: u64 = 48;

/** Starts the engine at a byte (§ 9.3.1.2). */
export function startEngine(byte: usize, sliceEnd: usize): void {
  end = sliceEnd;
  range = 510;
  // 9 bits of codIOffset, 31 unread ones, the mark.
  offset = (((<u64>bswap<u32>(load<u32>(byte)) << 8) | load<u8>(byte, 4)) << 17) | (1 << 16);
  nextByte = byte + 5;
}

/** Address behind the last byte. */
// @ts-ignore: decorator
@inline
export function sliceEnd(): usize {
  return end;
}

/** Address (in bits) of the first bit that the engine has not consumed. */
// @ts-ignore: decorator
@inline
export function engineBit(): usize {
  return (nextByte << 3) - <usize>(OFFSET_SHIFT - 1 - ctz(offset));
}

/** Whether more bits were consumed than the slice has. */
// @ts-ignore: decorator
@inline
export function engineOverrun(): bool {
  return engineBit() > end << 3;
}

/**
 * After end_of_slice_flag: whether only zero bytes (cabac_zero_words) are left. The last bit consumed is
 * rbsp_stop_one_bit. The rest of its byte should be zeros too, but x264 leaves a bit of the arithmetic coder there.
 */
export function onlyZerosLeft(): bool {
  let at = (engineBit() + 7) >> 3;
  while (at < end) if (load<u8>(at++) != 0) return false;
  return true;
}

/** Takes over the state of a function that ran the engine in locals. */
// @ts-ignore: decorator
@inline
export function putEngine(newRange: u32, newOffset: u64): void {
  range = newRange;
  offset = newOffset;
}

/**
 * Whether 32 new bits are wanted. Asked before every decision, or before as many as cannot use more than 16 bits: a decision
 * uses six at most, a bypass bin one.
 */
// @ts-ignore: decorator
@inline
export function isLow(value: u64): bool {
  return <u32>value == 0;
}

/** `value` with the next four bytes behind its unread bits. */
// @ts-ignore: decorator
@inline
export function refilled(value: u64): u64 {
  const mark = ctz(value);
  const bits = (<u64>bswap<u32>(load<u32>(nextByte)) << 1) | 1;
  nextByte += 4;
  return (value ^ (<u64>1 << mark)) | (bits << (mark - 32));
}

// @ts-ignore: decorator
@inline
function refill(): void {
  if (isLow(offset)) {
    offset = refilled(offset);
  }
}

/** DecodeDecision (§ 9.3.3.2.1) with the context at address `context`. */
export function decision(context: usize): u32 {
  refill();
  const variable = load<u64>(context);
  const state = <u32>(variable >> 32);
  const lpsRange = (<u32>variable >> ((range >> 3) & 24)) & 0xff;
  const mpsRange = range - lpsRange;
  const scaled = <u64>mpsRange << OFFSET_SHIFT;
  if (offset < scaled) {
    store<u64>(context, load<u64>(transitions + state));
    offset = select<u64>(offset << 1, offset, mpsRange < 256);
    range = select<u32>(mpsRange << 1, mpsRange, mpsRange < 256);
    return (state >> 3) & 1;
  }
  store<u64>(context, load<u64>(transitions + state, LPS_TRANSITIONS));
  const shift = clz(lpsRange) - 23;
  range = lpsRange << shift;
  offset = (offset - scaled) << shift;
  return ((state >> 3) & 1) ^ 1;
}

/** DecodeTerminate (§ 9.3.3.2.2.3) */
export function terminate(): bool {
  refill();
  range -= 2;
  if (offset >= <u64>range << OFFSET_SHIFT) return true;
  const shift = clz(range) - 23;
  range <<= shift;
  offset <<= shift;
  return false;
}

/** DecodeBypass */
export function bypass(): u32 {
  refill();
  const scaled = <u64>range << OFFSET_SHIFT;
  const doubled = offset << 1;
  const bit: u32 = u32(doubled >= scaled);
  offset = doubled - (scaled & -(<u64>bit));
  return bit;
}

/** `count` bypass bins as a number, the first one in its highest bit. */
export function bypassBits(count: i32): u32 {
  let value: u32 = 0;
  while (--count >= 0) value = (value << 1) | bypass();
  return value;
}

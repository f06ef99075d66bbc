// CABAC arithmetic decoding engine, the same in H.264 (§ 9.3.1, § 9.3.3.2) and H.265 (§ 9.3.4.3).
//
// codIOffset is kept unshifted with `extraBits` unread bits behind it: a renormalisation only lowers `extraBits`, and
// codIRange is compared after a shift to the left. 64 bits leave room for 32 new ones at a time. A context state is
// pStateIdx * 2 + valMPS in one byte. The parsers of residual
// blocks repeat the decision with this state in locals.

import { nextState, rangeLps } from "./tables";

/** codIRange */
export let range: u32 = 0;
/** codIOffset, followed by the unread bits. */
export let offset: u64 = 0;
/** Number of unread bits in `offset`. */
export let extraBits: i32 = 0;
/** Address of the next byte to load. */
export let nextByte: usize = 0;
/** Address behind the slice's last byte. */
let end: usize = 0;

/** Starts the engine at a byte (§ 9.3.1.2). */
export function startEngine(byte: usize, sliceEnd: usize): void {
  end = sliceEnd;
  range = 510;
  offset = (<u64>bswap<u32>(load<u32>(byte)) << 8) | load<u8>(byte, 4);
  nextByte = byte + 5;
  extraBits = 31;
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
  return (nextByte << 3) - <usize>extraBits;
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
export function putEngine(newRange: u32, newOffset: u64, newExtraBits: i32, newNextByte: usize): void {
  range = newRange;
  offset = newOffset;
  extraBits = newExtraBits;
  nextByte = newNextByte;
}

// @ts-ignore: decorator
@inline
function refill(): void {
  if (extraBits < 16) {
    offset = (offset << 32) | bswap<u32>(load<u32>(nextByte));
    nextByte += 4;
    extraBits += 32;
  }
}

/** DecodeDecision (§ 9.3.3.2.1) with the context at address `context`. */
export function decision(context: usize): u32 {
  refill();
  const state: u32 = load<u8>(context);
  const lpsRange: u32 = (load<u32>(rangeLps + (state << 2)) >> ((range >> 3) & 24)) & 0xff;
  const mpsRange = range - lpsRange;
  const scaled = <u64>mpsRange << extraBits;
  const lps: u32 = u32(offset >= scaled);
  offset -= scaled & -(<u64>lps);
  const newRange = select(lpsRange, mpsRange, lps);
  store<u8>(context, load<u8>(nextState + (state | (lps << 7))));
  const shift = clz(newRange) - 23;
  range = newRange << shift;
  extraBits -= shift;
  return (state & 1) ^ lps;
}

/** DecodeTerminate (§ 9.3.3.2.2.3) */
export function terminate(): bool {
  refill();
  range -= 2;
  const scaled = <u64>range << extraBits;
  if (offset >= scaled) return true;
  const shift = clz(range) - 23;
  range <<= shift;
  extraBits -= shift;
  return false;
}

/** DecodeBypass */
export function bypass(): u32 {
  refill();
  extraBits--;
  const scaled = <u64>range << extraBits;
  const bit: u32 = u32(offset >= scaled);
  offset -= scaled & -(<u64>bit);
  return bit;
}

/** `count` bypass bins as a number, the first one in its highest bit. */
export function bypassBits(count: i32): u32 {
  let value: u32 = 0;
  while (--count >= 0) value = (value << 1) | bypass();
  return value;
}

// Bits to bytes, the first bit lowest. RFC 1951 § 3.1.1

let pending: u64 = 0;
let pendingLength: u64 = 0;
let next: usize = 0;

/** Forgets what is pending. */
export function startBits(): void {
  pending = 0;
  pendingLength = 0;
}

/** Goes on at `address`, with what is pending. */
export function writeTo(address: usize): void {
  next = address;
}

/** Where the next byte will be. */
export function writtenTo(): usize {
  return next;
}

/** Appends up to 32 bits. Writes up to eight bytes beyond what is complete. */
// @ts-ignore: decorator
@inline
export function writeBits(bits: u32, count: u32): void {
  pending |= u64(bits) << pendingLength;
  pendingLength += count;
  store<u64>(next, pending);
  next += usize(pendingLength >> 3);
  pending >>= pendingLength & 0x38;
  pendingLength &= 7;
}

/** Fills the last byte with zeros. */
export function alignBits(): void {
  if (pendingLength > 0) writeBits(0, u32(8 - pendingLength));
}

/** Bits that make no byte yet, and their number: for who writes many. */
export function pendingBits(): u64 {
  return pending;
}

export function pendingCount(): u64 {
  return pendingLength;
}

/** Takes what came of them back. */
export function resumeBits(address: usize, bits: u64, count: u64): void {
  next = address;
  pending = bits;
  pendingLength = count;
}

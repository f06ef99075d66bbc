// Samples and coefficients: what differs between the two builds of the core.
//
// The usual build has 8-bit samples in bytes, 16-bit coefficients and SIMD kernels. The high build (`high-on.ts` as a
// second entry) has samples of 8 to 14 bits in 16, 32-bit coefficients and the scalar kernels. Conditions on HIGH are decided by
// the compiler: neither build carries the other's code.

// @ts-ignore: HIGH_ON exists in the high build only
export const HIGH: bool = isDefined(HIGH_ON);

export const SAMPLE_BYTES: usize = HIGH ? 2 : 1;
export const COEFFICIENT_BYTES: usize = HIGH ? 4 : 2;

let depthLuma: i32 = 8;
let depthChroma: i32 = 8;
/** Greatest value of a sample of the plane that is worked on; see `turnToDepth`. */
let greatest: i32 = 255;

/** BitDepthY, BitDepthC of the picture. */
export function setDepths(luma: i32, chroma: i32): void {
  depthLuma = luma;
  depthChroma = chroma;
}

// @ts-ignore: decorator
@inline
export function bitDepth(chroma: bool): i32 {
  if (!HIGH) return 8;
  return chroma ? depthChroma : depthLuma;
}

/** QpBdOffsetY or QpBdOffsetC (7-3, 7-4) */
// @ts-ignore: decorator
@inline
export function qpOffset(chroma: bool): i32 {
  if (!HIGH) return 0;
  return 6 * (bitDepth(chroma) - 8);
}

/** Chooses the depth that the kernels of the high build clip to and scale by: luma's or chroma's. */
// @ts-ignore: decorator
@inline
export function turnToDepth(chroma: bool): void {
  if (HIGH) greatest = (1 << bitDepth(chroma)) - 1;
}

// @ts-ignore: decorator
@inline
export function maxSample(): i32 {
  return HIGH ? greatest : 255;
}

/** Clip1 (5-8, 5-9) */
// @ts-ignore: decorator
@inline
export function clipSample(value: i32): i32 {
  return max(0, min(maxSample(), value));
}

// @ts-ignore: decorator
@inline
export function sampleAt(address: usize): i32 {
  if (HIGH) return load<u16>(address);
  return load<u8>(address);
}

// @ts-ignore: decorator
@inline
export function putSample(address: usize, value: i32): void {
  if (HIGH) store<u16>(address, value);
  else store<u8>(address, value);
}

/** Sets `count` samples from `address` on. */
// @ts-ignore: decorator
@inline
export function fillSamples(address: usize, value: i32, count: usize): void {
  if (!HIGH) {
    memory.fill(address, <u8>value, count);
    return;
  }
  for (const end = address + 2 * count; address < end; address += 2) store<u16>(address, value);
}

// @ts-ignore: decorator
@inline
export function coefficientAt(block: usize, element: usize): i32 {
  if (HIGH) return load<i32>(block + (element << 2));
  return load<i16>(block + (element << 1));
}

// @ts-ignore: decorator
@inline
export function putCoefficient(block: usize, element: usize, value: i32): void {
  if (HIGH) store<i32>(block + (element << 2), value);
  else store<i16>(block + (element << 1), value);
}

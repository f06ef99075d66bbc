/** NAL units behind their lengths, as samples of `avc1` and `hvc1` have them. ISO/IEC 14496-15 § 5.3.2 */
import { type Part, u32 } from './box.ts';

/** Bytes of a length. */
export const nalLengthSize = 4;

export const lengthPrefixed = (units: readonly Uint8Array[]): Part[] =>
	units.flatMap((unit) => [u32(unit.length), unit]);

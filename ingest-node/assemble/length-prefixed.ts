/** NAL units with their length in front, as `avcC` and `hvcC` streams carry them. ISO/IEC 14496-15 § 4.3.3. */
import { limits } from '../../src/shared/limits.ts';
import { damaged } from './assembler.ts';

/**
 * Splits an access unit into NAL units; views, empty ones left out.
 *
 * @param lengthSize bytes of each length, 1–4
 * @param isCutOff the bytes are only the beginning: the last NAL unit is then returned as far as it is there
 * @throws LivestillError `FRAME_DAMAGED` when the lengths do not add up
 */
export const splitLengthPrefixed = (data: Uint8Array, lengthSize: number, isCutOff = false): Uint8Array[] => {
	const nals: Uint8Array[] = [];
	for (let at = 0; at < data.length; ) {
		if (data.length - at < lengthSize) return isCutOff ? nals : damaged('a NAL unit length is cut off');
		let length = 0;
		for (const end = at + lengthSize; at < end; at += 1) length = length * 256 + (data[at] ?? 0);
		if (length > data.length - at && !isCutOff)
			return damaged(`a NAL unit has ${length} bytes, but ${data.length - at} are left`);
		if (nals.length >= limits.nalUnits) return damaged(`more than ${limits.nalUnits} NAL units`);
		if (length > 0) nals.push(data.subarray(at, at + length));
		at += length;
	}
	return nals;
};

/** Byte stream format: NAL units behind start codes. H.264 Annex B; the same in HEVC. */
import { LivestillError } from '../errors.ts';
import { limits } from '../limits.ts';

/** Index of the next `00 00 01` at or behind `from`, or -1. */
const nextStartCode = (bytes: Uint8Array, from: number): number => {
	let at = bytes.indexOf(1, from + 2);
	while (at >= 0 && !(bytes[at - 1] === 0 && bytes[at - 2] === 0)) at = bytes.indexOf(1, at + 1);
	return at < 0 ? -1 : at - 2;
};

/**
 * NAL units of a byte stream, as views, without start codes and trailing zeros; empty ones are left out. Bytes before
 * the first start code are ignored, as § B.3 allows for a decoder that joins in.
 *
 * @throws LivestillError `FRAME_TOO_LARGE` when there are more than `limits.nalUnits`
 */
export const splitAnnexB = (bytes: Uint8Array): Uint8Array[] => {
	const units: Uint8Array[] = [];
	let start = nextStartCode(bytes, 0);
	while (start >= 0) {
		const next = nextStartCode(bytes, start + 3);
		let end = next < 0 ? bytes.length : next;
		while (end > start + 3 && bytes[end - 1] === 0) end--;
		if (end > start + 3) {
			if (units.length === limits.nalUnits)
				throw new LivestillError('FRAME_TOO_LARGE', `more than ${limits.nalUnits} NAL units`);
			units.push(bytes.subarray(start + 3, end));
		}
		start = next;
	}
	return units;
};

/** Whether `bytes` begin with a start code, after any number of zeros. */
export const isAnnexB = (bytes: Uint8Array): boolean => {
	let zeros = 0;
	while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
	return zeros >= 2 && bytes[zeros] === 1;
};

/** One byte stream of NAL units, four-byte start codes. */
export const joinAnnexB = (units: readonly Uint8Array[]): Uint8Array => {
	let size = 0;
	for (const unit of units) size += 4 + unit.length;
	const out = new Uint8Array(size);
	let at = 0;
	for (const unit of units) {
		out[at + 3] = 1;
		out.set(unit, at + 4);
		at += 4 + unit.length;
	}
	return out;
};

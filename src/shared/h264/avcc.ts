/** AVC file format: length-prefixed NAL units and their decoder configuration. ISO/IEC 14496-15 § 5.3 */
import { LivestillError } from '../errors.ts';
import { limits } from '../limits.ts';

/** AVCDecoderConfigurationRecord, as far as an intra decoder needs it. */
export interface AvcConfiguration {
	/** Bytes of a NAL unit's length: 1, 2 or 4. */
	readonly lengthSize: number;
	/** Sequence and picture parameter sets, as NAL units. */
	readonly parameterSets: readonly Uint8Array[];
}

const damaged = (why: string): never => {
	throw new LivestillError('FRAME_DAMAGED', `AVC configuration: ${why}`);
};

/** Parses an AVCDecoderConfigurationRecord. @throws LivestillError `FRAME_DAMAGED` */
export const parseAvcConfiguration = (bytes: Uint8Array): AvcConfiguration => {
	if (bytes.length < 7) return damaged(`${bytes.length} bytes, at least 7 are needed`);
	if (bytes[0] !== 1) return damaged(`version ${bytes[0]} is unknown`);
	const lengthSize = ((bytes[4] ?? 0) & 3) + 1;
	if (lengthSize === 3) return damaged('NAL lengths of 3 bytes are reserved');
	const parameterSets: Uint8Array[] = [];
	let at = 5;
	const readSets = (count: number): void => {
		for (let i = 0; i < count; i++) {
			const size = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
			const end = at + 2 + size;
			if (end > bytes.length) damaged('a parameter set ends too late');
			if (size > 0) parameterSets.push(bytes.subarray(at + 2, end));
			at = end;
		}
	};
	readSets((bytes[at++] ?? 0) & 31);
	if (at >= bytes.length) return damaged('there is no count of picture parameter sets');
	readSets(bytes[at++] ?? 0);
	return { lengthSize, parameterSets };
};

/**
 * NAL units behind big-endian lengths of `lengthSize` bytes, as views; empty ones are left out.
 *
 * @throws LivestillError `FRAME_DAMAGED` when a length points beyond the end, `FRAME_TOO_LARGE` when there are too many
 */
export const splitLengthPrefixed = (bytes: Uint8Array, lengthSize: number): Uint8Array[] => {
	const units: Uint8Array[] = [];
	let at = 0;
	while (at < bytes.length) {
		let size = 0;
		for (let i = 0; i < lengthSize; i++) size = size * 256 + (bytes[at + i] ?? 0);
		const start = at + lengthSize;
		if (start + size > bytes.length)
			throw new LivestillError('FRAME_DAMAGED', `a NAL unit of ${size} bytes, ${bytes.length - start} are there`);
		if (size > 0) {
			if (units.length === limits.nalUnits)
				throw new LivestillError('FRAME_TOO_LARGE', `more than ${limits.nalUnits} NAL units`);
			units.push(bytes.subarray(start, start + size));
		}
		at = start + size;
	}
	return units;
};

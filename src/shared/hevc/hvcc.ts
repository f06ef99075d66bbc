/** HEVCDecoderConfigurationRecord. ISO/IEC 14496-15 § 8.3.3.1. */
import { LivestillError } from '../errors.ts';

export interface HevcConfig {
	/** Bytes of the length in front of each NAL unit: 1, 2 or 4. */
	readonly lengthSize: number;
	/** NAL units of the record in its order: VPS, SPS, PPS, sometimes SEI. Views. */
	readonly nals: readonly Uint8Array[];
}

const fixedSize = 23;

const fail = (why: string): never => {
	throw new LivestillError('FRAME_DAMAGED', `hvcC: ${why}`);
};

/** @throws LivestillError `FRAME_DAMAGED` */
export const parseHvcc = (record: Uint8Array): HevcConfig => {
	if (record.length < fixedSize) return fail(`${record.length} bytes, at least ${fixedSize} are needed`);
	const u8 = (at: number): number => record[at] ?? 0;
	const u16 = (at: number): number => u8(at) * 256 + u8(at + 1);
	const lengthSize = (u8(21) & 3) + 1;
	if (lengthSize === 3) return fail('NAL unit lengths of 3 bytes');
	const nals: Uint8Array[] = [];
	let at = fixedSize;
	for (let array = u8(22); array > 0; array -= 1) {
		if (record.length - at < 3) return fail('cut off');
		let count = u16(at + 1);
		for (at += 3; count > 0; count -= 1) {
			if (record.length - at < 2) return fail('cut off');
			const length = u16(at);
			at += 2;
			if (length === 0 || record.length - at < length) return fail('cut off');
			nals.push(record.subarray(at, at + length));
			at += length;
		}
	}
	return { lengthSize, nals };
};

/** The payload of an HEVC NAL unit as a bit reader: emulation prevention removed (H.265 § 7.3.1.1), Exp-Golomb (§ 9.2). */
import { type BitFields, createBitFields } from '../bit-fields.ts';

export interface Rbsp extends BitFields {
	/** ue(v); 2^32 - 1 when there is none. */
	ue(): number;
}

const nalHeaderSize = 2;

/** @param nal NAL unit with its header */
export const createRbsp = (nal: Uint8Array): Rbsp => {
	const bytes = new Uint8Array(Math.max(0, nal.length - nalHeaderSize));
	let length = 0;
	let zeros = 0;
	for (let at = nalHeaderSize; at < nal.length; at += 1) {
		const byte = nal[at] ?? 0;
		if (zeros >= 2 && byte === 3) {
			zeros = 0;
			continue;
		}
		zeros = byte === 0 ? zeros + 1 : 0;
		bytes[length] = byte;
		length += 1;
	}
	const bits = createBitFields(bytes.subarray(0, length));
	return {
		f: bits.f,
		ue: () => {
			let leadingZeros = 0;
			while (leadingZeros < 32 && !bits.isPastEnd && bits.f(1) === 0) leadingZeros += 1;
			return leadingZeros === 32 ? 2 ** 32 - 1 : 2 ** leadingZeros - 1 + bits.f(leadingZeros);
		},
		get isPastEnd() {
			return bits.isPastEnd;
		},
	};
};

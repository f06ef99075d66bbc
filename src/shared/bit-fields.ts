/**
 * Fixed-length bit fields of VP9 and AV1 headers, most significant bit first: f(n) of VP9 § 4.10.2 and AV1 § 4.10.2.
 * Reads past the end give zeros and are remembered: one look at `isPastEnd` after a header is enough.
 */
export interface BitFields {
	/** An unsigned integer of `bits` bits, 0 ≤ bits ≤ 32. */
	f(bits: number): number;
	readonly isPastEnd: boolean;
}

export const createBitFields = (bytes: Uint8Array): BitFields => {
	let position = 0;
	return {
		f: (bits) => {
			let value = 0;
			for (let end = position + bits; position < end; position += 1)
				value = value * 2 + (((bytes[position >> 3] ?? 0) >> (7 - (position & 7))) & 1);
			return value;
		},
		get isPastEnd() {
			return position > bytes.length * 8;
		},
	};
};

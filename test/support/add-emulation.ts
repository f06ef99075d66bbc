/** The inverse of `removeEmulation`, for tests that write NAL units. H.264 § 7.4.1.1 */

/** A NAL unit from its header and RBSP: puts the emulation prevention bytes in. */
export const addEmulation = (header: Uint8Array, rbsp: Uint8Array): Uint8Array => {
	const out = new Uint8Array(header.length + rbsp.length + (rbsp.length >> 1) + 1);
	out.set(header);
	let written = header.length;
	let zeros = 0;
	for (const byte of rbsp) {
		if (zeros >= 2 && byte <= 3) {
			out[written++] = 3;
			zeros = 0;
		}
		out[written++] = byte;
		zeros = byte === 0 ? zeros + 1 : 0;
	}
	// § 7.4.1.1: an RBSP that ends with cabac_zero_words gets a final 03.
	if (zeros >= 2) out[written++] = 3;
	return out.subarray(0, written);
};

/** Emulation prevention. H.264 § 7.3.1, § 7.4.1.1: `00 00 03` stands for `00 00`. */

/** Index of the next emulation_prevention_three_byte at or behind `from`, or -1. */
const nextEmulation = (bytes: Uint8Array, from: number): number => {
	// indexOf runs natively: of random data, only one byte in 256 is looked at here.
	let at = bytes.indexOf(3, from);
	while (at >= 0 && !(at >= 2 && bytes[at - 1] === 0 && bytes[at - 2] === 0)) at = bytes.indexOf(3, at + 1);
	return at;
};

/**
 * RBSP of a NAL unit: its payload behind `headerBytes` without the emulation prevention bytes, at most `maxBytes` of
 * payload looked at. A view of the NAL unit where there are none.
 */
export const removeEmulation = (nal: Uint8Array, headerBytes = 1, maxBytes = nal.length): Uint8Array => {
	const end = Math.min(nal.length, headerBytes + maxBytes);
	const payload = nal.subarray(headerBytes, end);
	if (nextEmulation(payload, 0) < 0) return payload;
	const target = new Uint8Array(payload.length);
	return target.subarray(0, removeEmulationInto(target, nal.subarray(0, end), headerBytes));
};

/** Writes the RBSP of `nal` to the front of `target`, which has room for the whole NAL unit. Returns its length. */
export const removeEmulationInto = (target: Uint8Array, nal: Uint8Array, headerBytes = 1): number => {
	let written = 0;
	let from = headerBytes;
	for (;;) {
		// The bytes in front of an emulation byte may not be emulation bytes themselves: search behind the last one.
		const at = nextEmulation(nal.subarray(from), 0);
		const chunk = nal.subarray(from, at < 0 ? nal.length : from + at);
		target.set(chunk, written);
		written += chunk.length;
		if (at < 0) return written;
		from += at + 1;
	}
};

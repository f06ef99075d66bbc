/** Superframes: several frames in one packet, with their sizes in an index at the end. VP9 Annex B. */

const markerOf = (sizeBytes: number, frames: number): number => 0xc0 | ((sizeBytes - 1) << 3) | (frames - 1);

/** The first frame of a superframe; the bytes themselves when they are no superframe. A view. */
export const firstFrame = (bytes: Uint8Array): Uint8Array => {
	const marker = bytes.at(-1) ?? 0;
	if ((marker & 0xe0) !== 0xc0) return bytes;
	const sizeBytes = ((marker >> 3) & 3) + 1;
	const indexSize = 2 + sizeBytes * ((marker & 7) + 1);
	const index = bytes.length - indexSize;
	if (index < 0 || bytes[index] !== marker) return bytes;
	let size = 0;
	for (let byte = sizeBytes; byte > 0; byte--) size = size * 256 + (bytes[index + byte] ?? 0);
	return bytes.subarray(0, Math.min(size, index));
};

/** `frame` as a superframe of one: whatever its bytes are, a decoder then takes them for exactly one frame. */
export const asSuperframe = (frame: Uint8Array): Uint8Array => {
	const marker = markerOf(4, 1);
	const { length } = frame;
	const out = new Uint8Array(length + 6);
	out.set(frame);
	out.set([marker, length & 255, (length >> 8) & 255, (length >> 16) & 255, length >>> 24, marker], length);
	return out;
};

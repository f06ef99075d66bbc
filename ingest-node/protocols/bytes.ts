/** Integers of protocol headers, big-endian unless named otherwise. The callers have checked the length. */

export const u8 = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

export const u16 = (bytes: Uint8Array, at: number): number => (u8(bytes, at) << 8) | u8(bytes, at + 1);

export const u24 = (bytes: Uint8Array, at: number): number => (u16(bytes, at) << 8) | u8(bytes, at + 2);

export const u32 = (bytes: Uint8Array, at: number): number => u24(bytes, at) * 256 + u8(bytes, at + 3);

/** The message stream id is the one field in this order, Adobe RTMP 1.0 § 5.3.1.2.1. */
export const u32LittleEndian = (bytes: Uint8Array, at: number): number =>
	u8(bytes, at) + 256 * (u8(bytes, at + 1) + 256 * (u8(bytes, at + 2) + 256 * u8(bytes, at + 3)));

export const writeU24 = (bytes: Uint8Array, at: number, value: number): void => {
	bytes[at] = value >>> 16;
	bytes[at + 1] = value >>> 8;
	bytes[at + 2] = value;
};

export const writeU32 = (bytes: Uint8Array, at: number, value: number): void => {
	bytes[at] = value >>> 24;
	writeU24(bytes, at + 1, value & 0xffffff);
};

/** The four bytes of an unsigned 32-bit integer. */
export const bytesOfU32 = (value: number): Uint8Array => {
	const bytes = new Uint8Array(4);
	writeU32(bytes, 0, value);
	return bytes;
};

export const concatBytes = (parts: readonly Uint8Array[]): Uint8Array => {
	let length = 0;
	for (const part of parts) length += part.length;
	const whole = new Uint8Array(length);
	let offset = 0;
	for (const part of parts) {
		whole.set(part, offset);
		offset += part.length;
	}
	return whole;
};

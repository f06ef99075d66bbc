/** Boxes of the ISO base media file format. ISO/IEC 14496-12 § 4.2 */

/** Bytes, or a list of byte values. */
export type Part = Uint8Array | readonly number[];

export const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];

export const u32 = (value: number): number[] => [
	(value >>> 24) & 255,
	(value >> 16) & 255,
	(value >> 8) & 255,
	value & 255,
];

/** A number of 16.16 fixed point. */
export const fixed = (value: number): number[] => u32(Math.round(value * 65536));

export const zeros = (count: number): number[] => Array<number>(count).fill(0);

export const text = (ascii: string): number[] => Array.from(ascii, (character) => character.charCodeAt(0));

export const concat = (...parts: readonly Part[]): Uint8Array<ArrayBuffer> => {
	const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
};

/** Bytes of size and type. */
export const boxHeaderSize = 8;

/** A box: size, type, contents. */
export const box = (type: string, ...parts: readonly Part[]): Uint8Array<ArrayBuffer> => {
	const size = parts.reduce((sum, part) => sum + part.length, boxHeaderSize);
	return concat(u32(size), text(type), ...parts);
};

/** A box with version and flags. */
export const fullBox = (
	type: string,
	{ version = 0, flags = 0 }: { readonly version?: number; readonly flags?: number },
	...parts: readonly Part[]
): Uint8Array<ArrayBuffer> => box(type, u32(((version << 24) | flags) >>> 0), ...parts);

/** Text and bytes for code that has neither TextEncoder nor Buffer. */

/** @param text ASCII only */
export const ascii = (text: string): Uint8Array<ArrayBuffer> =>
	Uint8Array.from(text, (character) => character.charCodeAt(0));

/** @throws RangeError when a byte is not ASCII */
export const asciiText = (bytes: Uint8Array): string => {
	let text = '';
	for (const byte of bytes) {
		if (byte > 127) throw new RangeError('not ASCII');
		text += String.fromCharCode(byte);
	}
	return text;
};

/** Lower-case hexadecimal. */
export const hex = (bytes: ArrayBuffer): string => {
	let text = '';
	for (const byte of new Uint8Array(bytes)) text += byte.toString(16).padStart(2, '0');
	return text;
};

/** @param text an even number of hexadecimal digits */
export const bytesOfHex = (text: string): Uint8Array<ArrayBuffer> =>
	Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

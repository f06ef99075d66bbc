/**
 * Any text in the characters of object keys, `[A-Za-z0-9._-]`: a run of other characters than letters, digits, `.` and `-` is
 * written `_` + base64 of its UTF-8 bytes (alphabet `A-Z a-z 0-9 . -`, no padding) + `_`. One text has one coding.
 */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-';

const encodeRun = (run: string): string => {
	// encodeURIComponent is the UTF-8 encoder of a library that has neither TextEncoder nor Buffer.
	const bytes = encodeURIComponent(run).match(/%[0-9A-F]{2}|[^%]/g) ?? [];
	let out = '';
	let buffer = 0;
	let bits = 0;
	for (const token of bytes) {
		buffer = (buffer << 8) | (token.length === 3 ? Number.parseInt(token.slice(1), 16) : token.charCodeAt(0));
		bits += 8;
		while (bits >= 6) {
			bits -= 6;
			out += alphabet.charAt((buffer >> bits) & 63);
		}
		buffer &= (1 << bits) - 1;
	}
	if (bits > 0) out += alphabet.charAt((buffer << (6 - bits)) & 63);
	return `_${out}_`;
};

const decodeRun = (coded: string): string | null => {
	let out = '';
	let buffer = 0;
	let bits = 0;
	for (const character of coded) {
		const value = alphabet.indexOf(character);
		if (value < 0) return null;
		buffer = (buffer << 6) | value;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out += `%${((buffer >> bits) & 255).toString(16).padStart(2, '0')}`;
			buffer &= (1 << bits) - 1;
		}
	}
	try {
		return decodeURIComponent(out);
	} catch {
		return null;
	}
};

/** @param text well-formed UTF-16 */
export const encodeRuns = (text: string): string => text.replace(/[^A-Za-z0-9.-]+/g, encodeRun);

/**
 * The text behind a coding, or `null`. More than one coding may give it: who has to know whether this is the one of
 * {@link encodeRuns} encodes again and compares.
 */
export const decodeRuns = (coded: string): string | null => {
	let readable = true;
	const text = coded.replace(/_([^_]*)_/g, (_, run: string) => {
		const decoded = decodeRun(run);
		readable &&= decoded !== null;
		return decoded ?? '';
	});
	return readable ? text : null;
};

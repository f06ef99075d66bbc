/** Secrets are compared by their SHA-256, in the same time whatever differs. */

/** SHA-256 in lower-case hexadecimal. */
export const sha256 = async (text: string): Promise<string> =>
	new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toHex();

/** Takes the same time whatever differs, for digests: they are of one length. */
export const isSameDigest = (a: string, b: string): boolean => {
	let difference = a.length ^ b.length;
	for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
	return difference === 0;
};

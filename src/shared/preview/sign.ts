/** Makes signed preview URLs; `signature.ts` checks them. */
import { ascii } from '../control/ascii.ts';
import type { Subtle } from '../control/key.ts';
import type { AnyFormat } from './sequence-path.ts';
import { textToSign } from './signature.ts';

export interface SigningKey {
	/** Stands in the URL as `kid`. */
	readonly id: string;
	readonly secret: string;
}

export interface UrlToSign {
	/** Path, percent-encoded. Of a grant: `''`. */
	readonly pathname: string;
	readonly format: AnyFormat | null;
	/** Parameters without `kid` and `sig`; of a grant with `prefix`. */
	readonly parameters: Readonly<Record<string, string>>;
}

/** Parameters in the one order that is signed. */
export const sortedQuery = (parameters: Readonly<Record<string, string>>): string =>
	Object.entries(parameters)
		.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
		.sort()
		.join('&');

/**
 * The query of a signed URL, without `?`.
 *
 * @param base64url of bytes, without padding
 */
export const signQuery = async (
	{ pathname, format, parameters }: UrlToSign,
	{ id, secret }: SigningKey,
	subtle: Subtle,
	base64url: (bytes: Uint8Array) => string,
): Promise<string> => {
	const query = sortedQuery({ ...parameters, kid: id });
	const key = await subtle.importKey('raw', ascii(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
	const text = textToSign(pathname, format, query, Object.hasOwn(parameters, 'prefix'));
	return `${query}&sig=${base64url(new Uint8Array(await subtle.sign('HMAC', key, text)))}`;
};

/**
 * Signatures of preview URLs. `docs/preview.md` is their specification and changes in the same commit.
 *
 *     livestill-preview-1
 *     /preview/{path as in the URL}        or, of a grant:   prefix .{format}
 *     {query as in the URL, without &sig=…}
 *
 * Everything that shapes the answer is in one of the lines. A signed query has one form: parameters sorted
 * by name, `sig` last. Whatever was added, left out, exchanged or put in another order is another text.
 */
import { ascii } from '../control/ascii.ts';
import type { Subtle } from '../control/key.ts';
import { LivestillError } from '../errors.ts';
import type { StreamName } from '../stream-name.ts';
import { expPattern, readQuery } from './query.ts';
import type { AnyFormat } from './sequence-path.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What a key id may be: it stands in URLs and in variables. */
export const kidPattern = /^[A-Za-z0-9._-]{1,32}$/;

/** A request for a preview, as far as its signature goes. */
export interface SignedRequest {
	/** Path as it stands in the URL. */
	readonly pathname: string;
	readonly name: StreamName;
	readonly format: AnyFormat | null;
	/** Query as it stands in the URL, without `?`. */
	readonly query: string;
}

/** @param query without `sig` @param grant whether the query has a `prefix` */
export const textToSign = (pathname: string, format: AnyFormat | null, query: string, grant: boolean): Bytes =>
	ascii(['livestill-preview-1', grant ? `prefix .${format ?? ''}` : pathname, query].join('\n'));

const invalid = (why: string): never => {
	throw new LivestillError('SIGNATURE_INVALID', why);
};

const splitSignature = (query: string): { readonly signed: string; readonly sig: string } => {
	const [, signed, sig] = /^(.*)&sig=([A-Za-z0-9_-]{43})$/s.exec(query) ?? [];
	return signed === undefined || sig === undefined ? invalid('the URL has no signature at its end') : { signed, sig };
};

const isSorted = (query: string): boolean => {
	const names = query.split('&').map((pair) => pair.split('=', 1)[0] ?? '');
	return names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name);
};

export interface SignatureTools {
	readonly subtle: Subtle;
	/** Key by id; `undefined`: there is none of that id. */
	readonly keyOf: (kid: string) => Promise<unknown> | undefined;
	readonly bytesOfBase64Url: (text: string) => Bytes;
	/** Epoch milliseconds. */
	readonly now: () => number;
}

/** Lets a signed request through. @throws LivestillError `SIGNATURE_INVALID`, `SIGNATURE_EXPIRED` */
export const checkSignature = async (request: SignedRequest, tools: SignatureTools): Promise<void> => {
	const { pathname, name, format, query } = request;
	const { signed, sig } = splitSignature(query);
	if (!/^[!-~]*$/.test(signed) || !isSorted(signed)) return invalid('the parameters are not in order');
	const values = readQuery(signed);
	const [kid, exp, prefix] = [values.get('kid') ?? '', values.get('exp') ?? '', values.get('prefix')];
	const key = kidPattern.test(kid) ? await tools.keyOf(kid) : undefined;
	if (key === undefined) return invalid('there is no key of this id');
	const text = textToSign(pathname, format, signed, prefix !== undefined);
	if (!(await tools.subtle.verify('HMAC', key, tools.bytesOfBase64Url(sig), text)))
		return invalid('the signature is not that of this URL');
	if (prefix !== undefined && !name.startsWith(prefix)) return invalid('the signature is for other streams');
	// Last: who cannot sign learns nothing of times.
	if (!expPattern.test(exp)) return invalid('the URL has no time of expiry');
	if (Number(exp) * 1000 <= tools.now()) throw new LivestillError('SIGNATURE_EXPIRED', 'the signature has expired');
};

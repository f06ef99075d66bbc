/** Who may see previews: everybody, or who has a signed URL. */
import { ascii } from '../shared/control/ascii.ts';
import type { Subtle } from '../shared/control/key.ts';
import { LivestillError } from '../shared/errors.ts';
import { readQuery } from '../shared/preview/query.ts';
import { signQuery, sortedQuery, type UrlToSign } from '../shared/preview/sign.ts';
import { checkSignature, type SignedRequest } from '../shared/preview/signature.ts';

export interface PreviewAccess {
	/** Whether requests have to be signed. */
	readonly isClosed: boolean;
	/** Lets a request through. @throws LivestillError `SIGNATURE_INVALID`, `SIGNATURE_EXPIRED` */
	check(request: SignedRequest): Promise<void>;
	/**
	 * The query of a URL that an answer names: signed, where requests have to be, with the key and for as long as the
	 * request was whose answer it is.
	 *
	 * @param as query of that request, after {@link PreviewAccess.check}
	 */
	query(url: UrlToSign, as: string): Promise<string>;
}

export interface AccessOptions {
	/** Secrets by key id; `null`: previews are public. None at all: nobody gets in. */
	readonly keys: ReadonlyMap<string, string> | null;
	readonly subtle: Subtle;
	/** Epoch milliseconds. */
	readonly now: () => number;
}

export const createPreviewAccess = ({ keys, subtle, now }: AccessOptions): PreviewAccess => {
	if (keys === null)
		return { isClosed: false, check: async () => {}, query: async ({ parameters }) => sortedQuery(parameters) };
	const imported = new Map<string, unknown>();
	const keyOf = (kid: string): Promise<unknown> | undefined => {
		const secret = keys.get(kid);
		return secret === undefined ? undefined : importOnce(kid, secret);
	};
	const importOnce = async (kid: string, secret: string): Promise<unknown> => {
		// The key is kept, not the promise: a promise belongs to the request that has made it.
		const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;
		const key = imported.get(kid) ?? (await subtle.importKey('raw', ascii(secret), algorithm, false, ['verify']));
		imported.set(kid, key);
		return key;
	};
	return {
		isClosed: true,
		check: async (request) => {
			if (keys.size === 0) throw new LivestillError('SIGNATURE_INVALID', 'there is no key that works');
			return checkSignature(request, {
				...{ subtle, keyOf, now },
				bytesOfBase64Url: (text) => Uint8Array.fromBase64(text, { alphabet: 'base64url' }),
			});
		},
		query: async ({ parameters, ...url }, as) => {
			const given = readQuery(as);
			const [id, exp] = [given.get('kid') ?? '', given.get('exp') ?? ''];
			const secret = keys.get(id);
			if (secret === undefined) throw new LivestillError('SIGNATURE_INVALID', 'there is no key of this id');
			return signQuery({ ...url, parameters: { ...parameters, exp } }, { id, secret }, subtle, (bytes) =>
				bytes.toBase64({ alphabet: 'base64url', omitPadding: true }),
			);
		},
	};
};

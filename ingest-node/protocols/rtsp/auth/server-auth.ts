/**
 * Challenges the client of one connection and tells what its answer proves. Nonces belong to the connection: an answer
 * that was overheard is of no use on another one. RFC 7616 § 3.3 to 3.5, RFC 7617
 */
import { basicCredentials } from '../../../access/basic-credentials.ts';
import { isAnyOf, secretDigest } from '../../../access/secret-digest.ts';
import { type AuthItem, parseAuthList, quoted } from './auth-list.ts';
import { digestAlgorithms, digestResponse, parseDigestAlgorithm } from './digest.ts';

/** Tells whether the client knows a secret that it may not have sent. Takes the same time for any wrong one. */
export type Proof = (secret: string) => boolean;

export interface ServerAuth {
	/** Values for `WWW-Authenticate` headers, one each; the digests with a new nonce. @param now milliseconds */
	challenges(now: number): string[];
	/**
	 * What an `Authorization` header proves; `null`: nothing, because it is missing, malformed, or made for another
	 * request or nonce. Then, and when it does not prove enough, the client is to be challenged.
	 *
	 * @param url of the request line
	 * @param now milliseconds
	 */
	proof(header: string | null, method: string, url: string, now: number): Proof | null;
}

/** Milliseconds that a nonce can be answered: a person may be asked for the password. */
const nonceLifetime = 120_000;
/** Nonces that a connection may have open. */
const maxNonces = 4;

const isSame = (a: string, b: string): boolean => isAnyOf([secretDigest(a)], secretDigest(b));

/** Clients differ in how much of the URL they put into the digest, but not in its path. */
const pathOf = (url: string): string => url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/\/$/, '');

const basicProof = (header: string): Proof | null => {
	const { password } = basicCredentials(header) ?? {};
	return password === undefined ? null : (secret) => isSame(password, secret);
};

/**
 * @param createNonce text that nobody can guess, letters and digits
 * @param takesDigest whether who decides can check a digest; without it only basic is offered, which every client knows, too
 */
export const createServerAuth = (
	realm: string,
	createNonce: () => string,
	takesDigest: () => boolean = () => true,
): ServerAuth => {
	/** When each nonce was given, oldest first. */
	const nonces = new Map<string, number>();
	let isStale = false;

	const digestProof = ({ parameters }: AuthItem, method: string, url: string, now: number): Proof | null => {
		const value = (name: string): string => parameters.get(name) ?? '';
		const algorithm = parseDigestAlgorithm(parameters.get('algorithm'));
		const [uri, nonce, qop] = [value('uri'), value('nonce'), parameters.get('qop')?.toLowerCase()];
		if (algorithm === null || value('realm') !== realm || pathOf(uri) !== pathOf(url)) return null;
		if (qop !== undefined && qop !== 'auth') return null;
		const givenAt = nonces.get(nonce);
		if (givenAt === undefined || now - givenAt > nonceLifetime) {
			isStale = nonce !== '';
			return null;
		}
		const count = qop === undefined ? null : { cnonce: value('cnonce'), nc: value('nc') };
		const hashed = { algorithm, username: value('username'), realm, method, uri, nonce, count };
		const response = value('response').toLowerCase();
		return (secret) => isSame(digestResponse({ ...hashed, password: secret }), response);
	};

	return {
		challenges: (now) => {
			const nonce = createNonce();
			nonces.set(nonce, now);
			for (const old of nonces.keys()) if (nonces.size > maxNonces) nonces.delete(old);
			const stale = isStale ? ', stale=true' : '';
			isStale = false;
			const digest = (algorithm: string): string =>
				`Digest realm=${quoted(realm)}, nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale}`;
			// Best first; of several digests ffmpeg takes the last and knows only MD5.
			return [...(takesDigest() ? digestAlgorithms.map(digest) : []), `Basic realm=${quoted(realm)}`];
		},
		proof: (header, method, url, now) => {
			isStale = false;
			if (header === null) return null;
			if (/^basic /i.test(header)) return basicProof(header);
			const item = parseAuthList(header).find(({ scheme }) => scheme === 'digest');
			return item === undefined ? null : digestProof(item, method, url, now);
		},
	};
};

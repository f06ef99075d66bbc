/** The digest of a request that proves a password without sending it. RFC 7616 § 3.4.1, without qop RFC 2617 § 3.2.2.1 */
import { createHash } from 'node:crypto';

/** By strength, best first. Their `-sess` variants are in no use. */
export const digestAlgorithms = ['SHA-256', 'MD5'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

/** What qop adds: the server has said that it knows `auth`. */
export interface DigestCount {
	readonly cnonce: string;
	/** Count of the requests with this nonce, eight hexadecimal digits. */
	readonly nc: string;
}

export interface DigestInput {
	readonly algorithm: DigestAlgorithm;
	readonly username: string;
	readonly realm: string;
	readonly password: string;
	readonly method: string;
	readonly uri: string;
	readonly nonce: string;
	/** `null`: without qop, as RFC 2069 had it. */
	readonly count: DigestCount | null;
}

/** `null`: an algorithm that is not known here. Without a parameter it is MD5. */
export const parseDigestAlgorithm = (name = 'MD5'): DigestAlgorithm | null =>
	digestAlgorithms.find((algorithm) => algorithm === name.toUpperCase()) ?? null;

const hashNames = { 'SHA-256': 'sha256', MD5: 'md5' } as const;

/** The `response` parameter, hexadecimal in lower case. */
export const digestResponse = (input: DigestInput): string => {
	const { algorithm, username, realm, password, method, uri, nonce, count } = input;
	const hash = (...parts: readonly string[]): string =>
		createHash(hashNames[algorithm]).update(parts.join(':')).digest('hex');
	const a1 = hash(username, realm, password);
	const a2 = hash(method, uri);
	return count === null ? hash(a1, nonce, a2) : hash(a1, nonce, count.nc, count.cnonce, 'auth', a2);
};

/** Answers the challenges of a server: digest where it is offered, SHA-256 before MD5, else basic. RFC 7616 § 3.7 */
import { type AuthItem, parseAuthList, quoted } from './auth-list.ts';
import { type DigestAlgorithm, digestAlgorithms, digestResponse, parseDigestAlgorithm } from './digest.ts';

export interface Credentials {
	readonly username: string;
	readonly password: string;
}

export interface ClientAuth {
	/**
	 * Takes the `WWW-Authenticate` values of a 401.
	 *
	 * @returns whether the request is worth sending again: no, when its answer has just been refused, and when no
	 *   challenge is of a kind that is known here
	 */
	challenge(values: readonly string[]): boolean;
	/** The server has taken the credentials: if it refuses them later, it is the nonce that has become old. */
	accepted(): void;
	/** The `Authorization` of a request; `null` before the first challenge. @param uri exactly as in the request line */
	authorization(method: string, uri: string): string | null;
}

interface DigestChallenge {
	readonly algorithm: DigestAlgorithm;
	readonly realm: string;
	readonly nonce: string;
	readonly opaque: string | undefined;
	readonly hasQop: boolean;
	readonly isStale: boolean;
}

const digestOf = ({ scheme, parameters }: AuthItem): DigestChallenge | null => {
	const algorithm = parseDigestAlgorithm(parameters.get('algorithm'));
	const [realm, nonce] = [parameters.get('realm'), parameters.get('nonce')];
	if (scheme !== 'digest' || algorithm === null || realm === undefined || nonce === undefined) return null;
	const qop = parameters.get('qop');
	const qops = (qop ?? '').split(',').map((word) => word.trim().toLowerCase());
	// Of the message's body nothing is hashed here.
	if (qop !== undefined && qop !== '' && !qops.includes('auth')) return null;
	return {
		algorithm,
		realm,
		nonce,
		opaque: parameters.get('opaque'),
		hasQop: qops.includes('auth'),
		isStale: parameters.get('stale')?.toLowerCase() === 'true',
	};
};

const strongest = (items: readonly AuthItem[]): DigestChallenge | 'basic' | null => {
	const digests = items.map(digestOf).filter((challenge) => challenge !== null);
	for (const wanted of digestAlgorithms) {
		const found = digests.find(({ algorithm }) => algorithm === wanted);
		if (found !== undefined) return found;
	}
	return items.some(({ scheme }) => scheme === 'basic') ? 'basic' : null;
};

/** @param createCnonce text that nobody can guess, letters and digits */
export const createClientAuth = (credentials: Credentials | null, createCnonce: () => string): ClientAuth => {
	let chosen: DigestChallenge | 'basic' | null = null;
	let requests = 0;
	/** Whether a request with the chosen answer was made whose outcome is open, and no other challenge has come since. */
	let hasAnswered = false;

	const digest = (challenge: DigestChallenge, { username, password }: Credentials, method: string, uri: string) => {
		const { algorithm, realm, nonce, opaque, hasQop } = challenge;
		requests += 1;
		const count = hasQop ? { cnonce: createCnonce(), nc: requests.toString(16).padStart(8, '0') } : null;
		const response = digestResponse({ algorithm, username, realm, password, method, uri, nonce, count });
		return [
			`Digest username=${quoted(username)}`,
			`realm=${quoted(realm)}`,
			`nonce=${quoted(nonce)}`,
			`uri=${quoted(uri)}`,
			`response="${response}"`,
			// Old servers do not know the parameter, and mean MD5.
			algorithm !== 'MD5' && `algorithm=${algorithm}`,
			opaque !== undefined && `opaque=${quoted(opaque)}`,
			count !== null && `qop=auth, nc=${count.nc}, cnonce=${quoted(count.cnonce)}`,
		]
			.filter((part) => part !== false)
			.join(', ');
	};

	return {
		challenge: (values) => {
			const challenge = strongest(values.flatMap(parseAuthList));
			const isRefusal = hasAnswered && (challenge === 'basic' || challenge?.isStale !== true);
			chosen = challenge;
			requests = 0;
			hasAnswered = false;
			return credentials !== null && challenge !== null && !isRefusal;
		},
		accepted: () => {
			hasAnswered = false;
		},
		authorization: (method, uri) => {
			if (chosen === null || credentials === null) return null;
			hasAnswered = true;
			if (chosen !== 'basic') return digest(chosen, credentials, method, uri);
			const { username, password } = credentials;
			return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
		},
	};
};

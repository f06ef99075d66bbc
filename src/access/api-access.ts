/** Who may use the REST interface: everybody, or who has a token. RFC 6750, RFC 7617 */
import type { ApiScope, ApiToken } from '../shared/api-token.ts';
import { LivestillError } from '../shared/errors.ts';
import { isSameDigest, sha256 } from './digest.ts';

export interface ApiAccess {
	/** Whether tokens are needed at all. */
	readonly isClosed: boolean;
	/** The token that an `Authorization` header shows; `null`: none of ours. */
	identify(authorization: string | undefined): Promise<ApiToken | null>;
	/** @throws LivestillError `UNAUTHORIZED` without a token, `FORBIDDEN` with one for something else */
	demand(scope: ApiScope, token: ApiToken | null): void;
}

/** Characters of a header that is worth a look. */
const maxLength = 1024;

const bytesOfBase64 = (text: string): Uint8Array | null => {
	try {
		return Uint8Array.fromBase64(text);
	} catch {
		return null;
	}
};

/** The token as a bearer token, or as the password of any user. */
const tokenIn = (authorization: string): string | null => {
	const [, bearer] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
	if (bearer !== undefined) return bearer;
	const [, coded = ''] = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization) ?? [];
	const bytes = bytesOfBase64(coded);
	const text = bytes === null ? '' : new TextDecoder().decode(bytes);
	const colon = text.indexOf(':');
	return colon < 0 ? null : text.slice(colon + 1);
};

/** @param tokens `null`: everybody may do everything. None at all: nobody may */
export const createApiAccess = (tokens: readonly ApiToken[] | null): ApiAccess => ({
	isClosed: tokens !== null,
	identify: async (authorization = '') => {
		const shown = tokens === null || authorization.length > maxLength ? null : tokenIn(authorization);
		if (shown === null) return null;
		const hash = await sha256(shown);
		let found: ApiToken | null = null;
		for (const token of tokens ?? []) if (isSameDigest(token.hash, hash)) found = token;
		return found;
	},
	demand: (scope, token) => {
		if (tokens === null) return;
		if (token === null) throw new LivestillError('UNAUTHORIZED', 'a token is needed');
		if (!token.scopes.includes(scope))
			throw new LivestillError('FORBIDDEN', `this token is not for what needs the scope ${scope}`);
	},
});

/**
 * API tokens of the REST interface, as the Worker knows them: a name, what the token is good for, and its SHA-256. A token has
 * 256 random bits, so that its plain hash gives nothing away and nothing slower is needed.
 *
 *     shop:snapshot+list:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
 */

/** `snapshot`: pictures; `list`: names of streams, and the pages with them; `metrics`: counters of the edge. */
export const apiScopes = ['snapshot', 'list', 'metrics'] as const;
export type ApiScope = (typeof apiScopes)[number];

export interface ApiToken {
	/** Names it in logs and limits. */
	readonly id: string;
	readonly scopes: readonly ApiScope[];
	/** SHA-256 in lower-case hexadecimal. */
	readonly hash: string;
}

/** What tokens begin with, 32 bytes in base64url behind it, so that people and scanners know one when they see it. */
const apiTokenPrefix = 'lst_';

/** Of the name of a token. */
export const apiTokenIdPattern = /^[A-Za-z0-9._-]{1,32}$/;

/** Tokens of the operator at a time: each is compared with what a client shows. */
const maxTokens = 100;

/** What the name of the token begins with that `npm start` makes for its ingest node. One such is not the operator's. */
export const ownTokenPrefix = 'ingest-node-';

export const isApiScope = (text: string): text is ApiScope => apiScopes.some((scope) => scope === text);

const formatApiToken = ({ id, scopes, hash }: ApiToken): string => `${id}:${scopes.join('+')}:${hash}`;

/** What a new token is made of: the platform's. */
export interface TokenTools {
	/** 32 random bytes in base64url. */
	readonly random: string;
	/** SHA-256 in lower-case hexadecimal. */
	readonly sha256: (text: string) => string;
}

/** A new token for a client, and the entry that the edge is told. */
export const mintApiToken = (
	{ id, scopes }: Omit<ApiToken, 'hash'>,
	{ random, sha256 }: TokenTools,
): { readonly token: string; readonly entry: string } => {
	const token = apiTokenPrefix + random;
	return { token, entry: formatApiToken({ id, scopes, hash: sha256(token) }) };
};

const parseEntry = (entry: string): ApiToken | null => {
	const [id = '', list = '', hash = '', ...more] = entry.split(':');
	const scopes = list.split('+');
	const isGood = apiTokenIdPattern.test(id) && scopes.every(isApiScope) && /^[0-9a-f]{64}$/i.test(hash);
	return isGood && more.length === 0 ? { id, scopes: scopes as ApiScope[], hash: hash.toLowerCase() } : null;
};

export interface ApiTokenList {
	readonly tokens: readonly ApiToken[];
	/** What is wrong; tells no hash. */
	readonly problems: readonly string[];
}

/** @param text entries separated by commas or blanks */
export const parseApiTokens = (text: string): ApiTokenList => {
	const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
	const tokens: ApiToken[] = [];
	const problems: string[] = [];
	for (const [index, entry] of entries.entries()) {
		const token = parseEntry(entry);
		if (token === null) problems.push(`entry ${index + 1} is not name:scopes:hash`);
		else if (tokens.some(({ id }) => id === token.id)) problems.push(`${token.id} is there twice`);
		else tokens.push(token);
	}
	const own = tokens.filter(({ id }) => id.startsWith(ownTokenPrefix)).slice(-1);
	const others = tokens.filter((token) => !own.includes(token));
	if (others.length > maxTokens) problems.push(`there are more than ${maxTokens} entries`);
	return { tokens: [...others.slice(0, maxTokens), ...own], problems };
};

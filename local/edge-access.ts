/** Who may use the local edge: what the operator has set, and where tokens are needed one for the ingest node of this run. */
import { hash, randomBytes } from 'node:crypto';
import { mintApiToken, ownTokenPrefix } from '../src/shared/api-token.ts';

export interface EdgeAccess {
	/** Variables of the Worker. */
	readonly variables: Readonly<Record<string, string>>;
	/** Settings of the ingest node. */
	readonly ofIngestNode: Readonly<Record<string, string>>;
}

const controlHost = ({ CONTROL_URL, CONTROL_HOST = '' }: NodeJS.ProcessEnv): string => {
	if (CONTROL_URL?.trim()) return new URL(CONTROL_URL.trim()).hostname;
	const host = CONTROL_HOST.trim();
	if (host === '' || host === '0.0.0.0' || host === '::') return '127.0.0.1';
	return host.includes(':') ? `[${host}]` : host;
};

export const edgeAccessOf = (env: NodeJS.ProcessEnv): EdgeAccess => {
	const { API_TOKENS = '', PREVIEW_ACCESS = '', RATE_LIMIT = '', PRODUCTION = '', EDGE_TOKEN } = env;
	// The only node that it knows is the one beside it.
	const CONTROL_HOSTS = env.CONTROL_HOSTS || controlHost(env);
	const variables = { API_TOKENS, PREVIEW_ACCESS, RATE_LIMIT, PRODUCTION, CONTROL_HOSTS };
	if (API_TOKENS.trim() === '' || EDGE_TOKEN?.trim()) return { variables, ofIngestNode: {} };
	const id = ownTokenPrefix + randomBytes(4).toString('hex');
	const random = randomBytes(32).toString('base64url');
	const { token, entry } = mintApiToken(
		{ id, scopes: ['snapshot'] },
		{ random, sha256: (text) => hash('sha256', text) },
	);
	return { variables: { ...variables, API_TOKENS: `${API_TOKENS},${entry}` }, ofIngestNode: { EDGE_TOKEN: token } };
};

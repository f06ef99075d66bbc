/** The settings that are about STUN and TURN servers. */
import type { ReadSettings } from './settings/read.ts';

export interface TurnConfig {
	/** `TURN_URLS`: `stun:`, `stuns:`, `turn:` and `turns:` URIs (RFC 7064, RFC 7065); empty: there is none. */
	readonly urls: readonly string[];
	/** `TURN_USERNAME` and `TURN_CREDENTIAL`, the same for everybody. */
	readonly login?: { readonly username: string; readonly credential: string };
	/** `TURN_SECRET`. */
	readonly secret?: string;
}

export const isTurn = (url: string): boolean => /^turns?:/i.test(url);

export const readTurnConfig = ({ settings, value, problems }: ReadSettings): TurnConfig => {
	const urls = settings.TURN_URLS ?? [];
	const secret = value('TURN_SECRET');
	const [username, credential] = [value('TURN_USERNAME'), value('TURN_CREDENTIAL')];
	const login = username === undefined || credential === undefined ? undefined : { username, credential };
	if (login === undefined && (username ?? credential) !== undefined)
		problems.push('TURN_USERNAME and TURN_CREDENTIAL go together: only one of them is set.');
	if (login !== undefined && secret !== undefined)
		problems.push('TURN_SECRET and TURN_USERNAME are both set: one kind of credentials is needed.');
	if (urls.some(isTurn) && login === undefined && secret === undefined)
		problems.push('TURN_URLS has a TURN server: TURN_SECRET, or TURN_USERNAME and TURN_CREDENTIAL are needed.');
	if (value('TURN_URLS') === undefined && (login !== undefined || secret !== undefined))
		problems.push('There are TURN credentials: TURN_URLS is needed.');
	return { urls, ...(login === undefined ? {} : { login }), ...(secret === undefined ? {} : { secret }) };
};

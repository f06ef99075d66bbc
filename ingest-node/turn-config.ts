/** The part of the environment that is about STUN and TURN servers. */

export interface TurnConfig {
	/** `TURN_URLS`: `stun:`, `stuns:`, `turn:` and `turns:` URIs (RFC 7064, RFC 7065); empty: there is none. */
	readonly urls: readonly string[];
	/** `TURN_USERNAME` and `TURN_CREDENTIAL`, the same for everybody. */
	readonly login?: { readonly username: string; readonly credential: string };
	/** `TURN_SECRET`. */
	readonly secret?: string;
}

const iceUri = /^(stuns?|turns?):(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?(\?transport=(udp|tcp))?$/i;

export const isTurn = (url: string): boolean => /^turns?:/i.test(url);

/**
 * @param value the trimmed value of a variable, `undefined` when it is not set
 * @param problems what is wrong is added to them; they show no secret
 */
export const readTurnConfig = (value: (name: string) => string | undefined, problems: string[]): TurnConfig => {
	const urls = (value('TURN_URLS') ?? '').split(/[ ,]+/).filter((url) => url !== '');
	for (const url of urls)
		if (!iceUri.test(url)) problems.push(`TURN_URLS has "${url}": turn:host:port?transport=udp or the like is needed.`);
	const [username, credential, secret] = [value('TURN_USERNAME'), value('TURN_CREDENTIAL'), value('TURN_SECRET')];
	// They end up in HTTP headers and JSON.
	for (const name of ['TURN_USERNAME', 'TURN_CREDENTIAL'])
		if (!/^[\x20-\x7e]*$/.test(value(name) ?? '')) problems.push(`${name}: printable ASCII is needed.`);
	const login = username === undefined || credential === undefined ? undefined : { username, credential };
	if (login === undefined && (username ?? credential) !== undefined)
		problems.push('TURN_USERNAME and TURN_CREDENTIAL go together: only one of them is set.');
	if (login !== undefined && secret !== undefined)
		problems.push('TURN_SECRET and TURN_USERNAME are both set: one kind of credentials is needed.');
	if (urls.some(isTurn) && login === undefined && secret === undefined)
		problems.push('TURN_URLS has a TURN server: TURN_SECRET, or TURN_USERNAME and TURN_CREDENTIAL are needed.');
	if (urls.length === 0 && (login !== undefined || secret !== undefined))
		problems.push('There are TURN credentials: TURN_URLS is needed.');
	return { urls, ...(login === undefined ? {} : { login }), ...(secret === undefined ? {} : { secret }) };
};

/** What a client has shown to be let in, in the one form that the publish hook knows: a query string. */

const maxLength = 4096;

const tokenOf = (value: unknown): string | null => {
	const token =
		typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>).token : value;
	return typeof token === 'string' && token.length > 0 && token.length <= maxLength ? token : null;
};

/** @param offered what may hold a token, as text or as the field `token`; the last one that does counts */
export const credentialsQuery = (query: string, ...offered: unknown[]): string => {
	const fields = new URLSearchParams(query.slice(0, maxLength));
	for (const value of offered) {
		const token = tokenOf(value);
		if (token !== null) fields.set('token', token);
	}
	return fields.toString();
};

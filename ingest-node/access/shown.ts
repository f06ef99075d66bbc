/**
 * What a client shows to be let in. Whatever protocol carried it, it travels through the node as the query string that came
 * with the name: `token` is a bearer token, `user` and `pass` are a name and a password.
 */

export interface Shown {
	readonly token?: string | undefined;
	readonly user?: string | undefined;
	readonly password?: string | undefined;
}

/** Characters of each: a JSON Web Token of an identity provider has 2,000. */
const maxLength = 8192;

/** The query with what is shown in place of its own fields of these names. */
export const withShown = (query: string, { token, user, password }: Shown): string => {
	if (token === undefined && user === undefined && password === undefined) return query;
	const fields = new URLSearchParams(query);
	if (token !== undefined) fields.set('token', token);
	if (user !== undefined) fields.set('user', user);
	if (password !== undefined) fields.set('pass', password);
	return fields.toString();
};

const field = (fields: URLSearchParams, name: string): string | undefined => {
	const value = fields.get(name);
	return value === null || value === '' || value.length > maxLength ? undefined : value;
};

export const shownIn = (query: string): Shown => {
	const fields = new URLSearchParams(query);
	return { token: field(fields, 'token'), user: field(fields, 'user'), password: field(fields, 'pass') };
};

/** Whether anything is shown at all. */
export const isAnythingShown = ({ token, password }: Shown): boolean => token !== undefined || password !== undefined;

/** What may be a secret: a token is often given as the password of any user, where a protocol has nothing else. */
export const secretsIn = ({ token, password }: Shown): readonly string[] =>
	[token, password].filter((secret) => secret !== undefined);

/** What else the query says. */
export const withoutShown = (query: string): string => {
	const fields = new URLSearchParams(query);
	for (const name of ['token', 'user', 'pass']) fields.delete(name);
	return fields.toString();
};

/** What a client has shown to be let in, in the one form that the node knows: a query string. */
import { type Shown, withShown } from '../../access/shown.ts';

const maxLength = 8192;

const textOf = (value: unknown): string | undefined =>
	typeof value === 'string' && value.length > 0 && value.length <= maxLength ? value : undefined;

const shownBy = (value: unknown): Shown => {
	if (typeof value !== 'object' || value === null) return { token: textOf(value) };
	const { token, user, password } = value as Readonly<Record<string, unknown>>;
	return { token: textOf(token), user: textOf(user), password: textOf(password) };
};

/** @param offered a token as text, or an object with `token`, or `user` and `password`; the last one that has it counts */
export const credentialsQuery = (query: string, ...offered: unknown[]): string =>
	offered.map(shownBy).reduce(withShown, query.slice(0, maxLength));

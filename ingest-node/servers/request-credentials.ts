import type { IncomingMessage } from 'node:http';

/** The query of a request's URL with its bearer token as `token`, which is what the publish hook reads. RFC 6750 § 2.1 */
export const requestCredentials = ({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string => {
	const query = url.split('?')[1] ?? '';
	const token = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
	if (token === undefined) return query;
	const fields = new URLSearchParams(query);
	fields.set('token', token);
	return fields.toString();
};

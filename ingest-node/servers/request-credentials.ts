import type { IncomingMessage } from 'node:http';
import { basicCredentials } from '../access/basic-credentials.ts';
import { withShown } from '../access/shown.ts';

/** The query of a request's URL with what its `Authorization` shows: a bearer token, or user and password. RFC 6750 § 2.1 */
export const requestCredentials = ({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string => {
	const query = url.split('?')[1] ?? '';
	const token = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
	return withShown(query, token === undefined ? (basicCredentials(headers.authorization) ?? {}) : { token });
};

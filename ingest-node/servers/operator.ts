/** Who may see the names of streams and the addresses of publishers: this machine, or who knows the operator's token. */
import type { IncomingMessage } from 'node:http';
import { isAnyOf, secretDigest } from '../access/secret-digest.ts';
import { isLocal } from './local-caller.ts';

/** @param token bearer token that lets others in; without one nobody else gets in, and with one this machine needs it too */
export const createOperatorCheck = (token: string | undefined): ((request: IncomingMessage) => boolean) => {
	if (token === undefined) return isLocal;
	const expected = secretDigest(token);
	return ({ headers }) => {
		const [, given = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
		return isAnyOf([secretDigest(given)], expected);
	};
};

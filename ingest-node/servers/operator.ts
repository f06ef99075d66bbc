/** Who may see the names of streams and the addresses of publishers: this machine, or who knows the operator's token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const isLoopback = (address = ''): boolean => /^(::ffff:)?127\.|^::1$/.test(address);

/** @param token bearer token that lets others in; without one nobody else gets in, and with one this machine needs it too */
export const createOperatorCheck = (token: string | undefined): ((request: IncomingMessage) => boolean) => {
	if (token === undefined) return ({ socket }) => isLoopback(socket.remoteAddress);
	const expected = digest(token);
	return ({ headers }) => {
		const [, given = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
		return timingSafeEqual(digest(given), expected);
	};
};

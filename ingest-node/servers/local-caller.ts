/** Programs on this machine, who need no credentials for what is the operator's. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostOf, isLoopback } from '../access/address-key.ts';

/** Headers of pages that a browser on this machine shows, and of proxies that pass on what others ask. */
const ofOthers = ['origin', 'sec-fetch-site', 'x-forwarded-for', 'x-real-ip', 'forwarded', 'via', 'cf-connecting-ip'];

/** A page whose own name leads here (DNS rebinding) may ask without `Origin`, but not under a name of ours. */
const isNameOfOurs = (header: string | undefined): boolean => {
	const host = hostOf(header ?? '').toLowerCase();
	return host === 'localhost' || (isIP(host) !== 0 && isLoopback(host));
};

export const isLocal = ({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): boolean =>
	isLoopback(socket.remoteAddress ?? '') &&
	isNameOfOurs(headers.host) &&
	ofOthers.every((name) => headers[name] === undefined);

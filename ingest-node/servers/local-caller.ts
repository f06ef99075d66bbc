/** Programs on this machine, who need no credentials for what is the operator's. */
import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../access/address-key.ts';

/** Headers of pages that a browser on this machine shows, and of proxies that pass on what others ask. */
const ofOthers = ['origin', 'sec-fetch-site', 'x-forwarded-for', 'x-real-ip', 'forwarded', 'via', 'cf-connecting-ip'];

export const isLocal = ({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): boolean =>
	isLoopback(socket.remoteAddress ?? '') && ofOthers.every((name) => headers[name] === undefined);

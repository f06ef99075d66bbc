/**
 * The client's end of an RTSP connection: requests and their responses, in whatever order they come, challenges
 * answered, and what the server asks of us. RFC 2326 §§ 10, 12.17; without sockets.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import type { Clock } from '../../clock.ts';
import type { ClientAuth } from './auth/client-auth.ts';
import {
	type HeaderLines,
	headerOf,
	type RtspRequest,
	type RtspResponse,
	writeRequest,
	writeResponse,
} from './message.ts';

export interface Exchange {
	/**
	 * Sends a request and resolves to its final response, whatever its status, credentials shown where they were wanted.
	 *
	 * @throws LivestillError `UNAUTHORIZED`, `PROTOCOL_VIOLATION` when there is no response in time or the connection has ended
	 */
	request(method: string, url: string, headers?: HeaderLines): Promise<RtspResponse>;
	/** Takes what the server says. */
	receive(message: RtspRequest | RtspResponse): void;
	/** Identifier that all further requests carry. */
	setSession(id: string): void;
	/** Nobody waits any longer. */
	end(reason: string): void;
}

export interface ExchangeOptions {
	readonly clock: Clock;
	readonly auth: ClientAuth;
	/** Milliseconds for a response. */
	readonly timeout: number;
	readonly send: (bytes: Uint8Array) => void;
	/** The server wants the session to end, or to be another one. */
	readonly onFarewell: (reason: string) => void;
}

interface Waiter {
	readonly resolve: (response: RtspResponse) => void;
	readonly reject: (error: LivestillError) => void;
}

const userAgent = 'livestill';

/** Times that one request is sent: without credentials, with them, and with a nonce that is not stale. */
const maxTries = 3;
const unauthorised = 401;

const isSequence = (text: string | null): text is string => text !== null && /^[0-9]{1,9}$/.test(text);

export const createExchange = ({ clock, auth, timeout, send, onFarewell }: ExchangeOptions): Exchange => {
	const waiting = new Map<number, Waiter>();
	let sequence = 0;
	let session: string | null = null;
	let ended: string | null = null;

	const failure = (why: string): LivestillError => new LivestillError('PROTOCOL_VIOLATION', why);

	const ask = (method: string, url: string, headers: HeaderLines): Promise<RtspResponse> =>
		new Promise((resolve, reject) => {
			if (ended !== null) {
				reject(failure(ended));
				return;
			}
			sequence += 1;
			const number = sequence;
			const authorization = auth.authorization(method, url);
			const lines: (readonly [string, string])[] = [
				['CSeq', String(number)],
				['User-Agent', userAgent],
			];
			if (session !== null) lines.push(['Session', session]);
			if (authorization !== null) lines.push(['Authorization', authorization]);
			const cancel = clock.after(timeout, () => {
				waiting.delete(number);
				reject(failure(`${method}: no response within ${timeout / 1000} s`));
			});
			const settle =
				<T>(done: (value: T) => void) =>
				(value: T): void => {
					cancel();
					waiting.delete(number);
					done(value);
				};
			waiting.set(number, { resolve: settle(resolve), reject: settle(reject) });
			send(writeRequest(method, url, [...lines, ...headers]));
		});

	const request: Exchange['request'] = async (method, url, headers = []) => {
		for (let tries = 1; ; tries += 1) {
			const response = await ask(method, url, headers);
			if (response.status !== unauthorised) {
				auth.accepted();
				return response;
			}
			if (!auth.challenge(response.headers.get('www-authenticate') ?? []) || tries === maxTries)
				throw new LivestillError('UNAUTHORIZED', `${method}: 401, the server does not take our credentials`);
		}
	};

	const onResponse = (response: RtspResponse): void => {
		// What follows a provisional response counts.
		if (response.status < 200) return;
		const number = headerOf(response, 'cseq');
		// Some servers forget the number: then the oldest request is meant.
		const [oldest] = waiting.keys();
		const key = isSequence(number) ? Number(number) : oldest;
		if (key !== undefined) waiting.get(key)?.resolve(response);
	};

	const onRequest = (message: RtspRequest): void => {
		const number = headerOf(message, 'cseq');
		const lines: HeaderLines = isSequence(number) ? [['CSeq', number]] : [];
		switch (message.method) {
			case 'OPTIONS':
				send(writeResponse(200, 'OK', [...lines, ['Public', 'OPTIONS, GET_PARAMETER, SET_PARAMETER']]));
				break;
			case 'GET_PARAMETER':
			case 'SET_PARAMETER':
				send(writeResponse(200, 'OK', lines));
				break;
			// The description has changed; the stream is elsewhere; it is over: all that begins anew.
			case 'ANNOUNCE':
			case 'REDIRECT':
			case 'TEARDOWN':
				send(writeResponse(200, 'OK', lines));
				onFarewell(`the server has sent ${message.method}`);
				break;
			default:
				send(writeResponse(501, 'Not Implemented', lines));
		}
	};

	return {
		request,
		receive: (message) => (message.kind === 'response' ? onResponse(message) : onRequest(message)),
		setSession: (id) => {
			session = id;
		},
		end: (reason) => {
			ended ??= reason;
			for (const waiter of [...waiting.values()]) waiter.reject(failure(reason));
		},
	};
};

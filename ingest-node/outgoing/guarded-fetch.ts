/**
 * HTTP requests to addresses that an operator or a client has named: webhooks and the like. Without being told otherwise only
 * the public internet is called; redirects are not followed; time, connections and the answer's size are bounded.
 *
 * The address is checked, not the name, and it is the address that was checked that is connected to, so that a name which says
 * something else when it is looked up again (DNS rebinding) gains nothing. No proxy of the environment is used.
 */
import { isIP } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { type AllowedHosts, checkAddresses, guardedLookup, HostRefused, type LookUpAll } from './guarded-lookup.ts';

export interface OutgoingRequest {
	/** `http` or `https`, without credentials. */
	readonly url: string;
	readonly method: 'GET' | 'POST';
	/** Lower-case names. */
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
	/** Ends the request early. */
	readonly signal?: AbortSignal;
}

export interface OutgoingAnswer {
	readonly status: number;
	/** Lower-case names; a header that came more than once is an array. */
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: Uint8Array;
}

/** Why there is no answer. `refused`: the address may not be called; `redirect`: the answer leads elsewhere. */
export type OutgoingFailure = 'refused' | 'unreachable' | 'timeout' | 'redirect' | 'too-large' | 'aborted';

export class OutgoingError extends Error {
	readonly failure: OutgoingFailure;
	/** Of the answer, where one has begun. */
	readonly status: number | undefined;

	constructor(failure: OutgoingFailure, message: string, options: ErrorOptions & { readonly status?: number } = {}) {
		super(message, options);
		this.name = 'OutgoingError';
		this.failure = failure;
		this.status = options.status;
	}
}

export interface GuardedClient {
	/** One attempt. @throws OutgoingError */
	send(request: OutgoingRequest): Promise<OutgoingAnswer>;
	/** Ends all connections. */
	close(): Promise<void>;
}

export interface GuardedClientOptions {
	/** Hosts besides those of the public internet; `null`: none. */
	readonly allowed: AllowedHosts | null;
	/** Milliseconds for the whole request, the wait for a connection included. */
	readonly timeout: number;
	/** Most bytes that an answer's body may have. */
	readonly answerBytes: number;
	/** Connections to each origin. */
	readonly connections?: number;
	/** How names are looked up. */
	readonly lookUpAll?: LookUpAll;
}

const usualConnections = 8;
const keepAliveTimeout = 10_000;

/** @throws OutgoingError `refused` */
const checkUrl = (text: string, allowed: AllowedHosts | null): URL => {
	const url = URL.canParse(text) ? new URL(text) : null;
	if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password !== '')
		throw new OutgoingError('refused', 'an http or https URL without credentials is needed');
	// Nobody looks up an address, so the guarded look-up would not see it. Other spellings of one are normal by now.
	const host = url.hostname.replace(/^\[|\]$/g, '');
	if (isIP(host) !== 0) checkAddresses(host, [host], allowed);
	return url;
};

const readBody = async ({ body, statusCode: status }: Dispatcher.ResponseData, limit: number): Promise<Uint8Array> => {
	const chunks: Uint8Array[] = [];
	let received = 0;
	for await (const chunk of body as AsyncIterable<Uint8Array>) {
		received += chunk.length;
		if (received > limit) throw new OutgoingError('too-large', `the answer has more than ${limit} bytes`, { status });
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
};

/** The first of an error and its causes that says something. */
const failureOf = (error: unknown, timeout: number, signal: AbortSignal | undefined): OutgoingError => {
	if (error instanceof OutgoingError) return error;
	if (error instanceof HostRefused) return new OutgoingError('refused', error.message, { cause: error });
	if (signal?.aborted === true) return new OutgoingError('aborted', 'the request was ended early', { cause: error });
	const { name, code, message } = error as NodeJS.ErrnoException;
	if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT')
		return new OutgoingError('timeout', `no answer within ${timeout} ms`, { cause: error });
	return new OutgoingError('unreachable', code ?? message, { cause: error });
};

export const createGuardedClient = (options: GuardedClientOptions): GuardedClient => {
	const { allowed, timeout, answerBytes, connections = usualConnections, lookUpAll } = options;
	const dispatcher = new Agent({
		connections,
		pipelining: 1,
		keepAliveTimeout,
		allowH2: false,
		connect: { timeout, lookup: guardedLookup(allowed, lookUpAll) },
		// The signal of each request is the limit.
		headersTimeout: 0,
		bodyTimeout: 0,
	});

	const attempt = async ({ url, method, headers, body, signal }: OutgoingRequest): Promise<OutgoingAnswer> => {
		const limit = AbortSignal.timeout(timeout);
		const response = await request(checkUrl(url, allowed), {
			...{ method, body: body ?? null, headers: headers ?? {}, dispatcher },
			signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
		});
		try {
			const { statusCode: status } = response;
			if (status >= 300 && status < 400)
				throw new OutgoingError('redirect', `status ${status} leads elsewhere`, { status });
			return { status, headers: response.headers, body: await readBody(response, answerBytes) };
		} catch (error) {
			// Nobody listens any more to what its destruction says.
			response.body.on('error', () => {}).destroy();
			throw error;
		}
	};

	return {
		send: async (wanted) => {
			try {
				return await attempt(wanted);
			} catch (error) {
				throw failureOf(error, timeout, wanted.signal);
			}
		},
		close: () => dispatcher.destroy(),
	};
};

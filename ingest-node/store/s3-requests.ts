/**
 * Signed requests to one S3 bucket, path-style. One attempt each: who may try again, and with what, is for the caller to
 * know. No error and no message of this module holds a credential or what the service says of one.
 */
import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { Agent, type Dispatcher, errors, request } from 'undici';
import { StoreError } from './port.ts';
import type { S3Config } from './s3-config.ts';
import { storeCallTimeout } from './time-limit.ts';

export interface S3Request {
	readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
	/** Key of an object: characters that a URL's path carries unchanged. '' for the bucket. */
	readonly key: string;
	/** Parameters of the request, without them none. */
	readonly query?: Readonly<Record<string, string>>;
	/** Lower-case names. */
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: Uint8Array;
	/** Most bytes that the answer's body may have. */
	readonly limit: number;
}

export interface S3Response {
	readonly status: number;
	/** Lower-case names; a header that came more than once is an array. */
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: Uint8Array;
}

export interface S3Requests {
	/** @throws StoreError `unavailable`: no answer, an answer that breaks off, or one that is too large */
	send(request: S3Request): Promise<S3Response>;
	/** Ends all connections. */
	close(): Promise<void>;
}

export interface S3RequestsOptions {
	/** Milliseconds for the whole request, the wait for a connection included. */
	readonly timeout?: number;
	/** Wall clock that signs, epoch milliseconds: a service refuses signatures that are 15 minutes off. */
	readonly now?: () => number;
	/** Hears the wall clock of the service, to the second, and the span of our time in which it was read. */
	readonly onServerTime?: (serverTime: number, sentAt: number, receivedAt: number) => void;
}

/**
 * Connections to the service. At 50 ms a PUT that makes 1,280 PUTs a second; a service that hangs holds 64 sockets,
 * not one a stream.
 */
const connections = 64;
/** Milliseconds. */
const connectTimeout = 3000;
const keepAliveTimeout = 30_000;

const reasonOf = (error: unknown, timeout: number): string => {
	if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeout} ms`;
	if (error instanceof errors.ConnectTimeoutError) return `no connection within ${connectTimeout} ms`;
	const { code, message } = error as NodeJS.ErrnoException;
	return code ?? message ?? String(error);
};

const tooLarge = (length: number | string, limit: number): never => {
	throw new Error(`the answer has ${length} bytes, at most ${limit} are taken`);
};

const readBody = async (
	{ body, headers }: Dispatcher.ResponseData,
	{ method, limit }: S3Request,
): Promise<Uint8Array> => {
	const length = headers['content-length'];
	// The answer to HEAD has the length of the object and no body.
	if (method !== 'HEAD' && Number(length ?? 0) > limit) tooLarge(String(length), limit);
	const chunks: Uint8Array[] = [];
	let received = 0;
	for await (const chunk of body as AsyncIterable<Uint8Array>) {
		received += chunk.length;
		if (received > limit) tooLarge(`${received} or more`, limit);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
};

/** `20260102T030405Z` */
const amzDate = (epoch: number): string => new Date(epoch).toISOString().replace(/[:-]|\.\d{3}/g, '');

export const createS3Requests = (config: S3Config, options: S3RequestsOptions = {}): S3Requests => {
	const { timeout = storeCallTimeout, now = Date.now, onServerTime } = options;
	const { endpoint, bucket, region, accessKeyId, secretAccessKey, sessionToken } = config;
	const dispatcher = new Agent({
		connections,
		pipelining: 1,
		keepAliveTimeout,
		connect: { timeout: connectTimeout },
		// The signal of each request is the limit.
		headersTimeout: 0,
		bodyTimeout: 0,
	});
	// Keys derived from the secret, one a day.
	let derived: { readonly day: string; readonly cache: Map<string, ArrayBuffer> } | undefined;

	const urlOf = (key: string, query: S3Request['query']): string =>
		`${endpoint}/${bucket}/${key}${query === undefined ? '' : `?${new URLSearchParams(query)}`}`;

	const signed = async ({ method, key, query, headers, body }: S3Request) => {
		const datetime = amzDate(now());
		const day = datetime.slice(0, 8);
		if (derived?.day !== day) derived = { day, cache: new Map() };
		const signer = new AwsV4Signer({
			...{ method, url: urlOf(key, query), region, service: 's3', datetime, cache: derived.cache },
			...{ accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
			headers: {
				...headers,
				// The service compares: what it stores is what we hashed, over plain HTTP too.
				'x-amz-content-sha256': createHash('sha256')
					.update(body ?? '')
					.digest('hex'),
			},
		});
		const result = await signer.sign();
		return { url: result.url, headers: Object.fromEntries(result.headers) };
	};

	const attempt = async (wanted: S3Request): Promise<S3Response> => {
		const { method, body } = wanted;
		const signal = AbortSignal.timeout(timeout);
		const { url, headers } = await signed(wanted);
		const sentAt = now();
		const response = await request(url, { method, headers, body: body ?? null, signal, dispatcher });
		const date = Date.parse(String(response.headers.date));
		if (Number.isFinite(date)) onServerTime?.(date, sentAt, now());
		try {
			return { status: response.statusCode, headers: response.headers, body: await readBody(response, wanted) };
		} catch (error) {
			response.body.destroy();
			throw error;
		}
	};

	return {
		send: async (wanted) => {
			try {
				return await attempt(wanted);
			} catch (cause) {
				const what = `${wanted.method.toLowerCase()} ${wanted.key}`;
				throw new StoreError('unavailable', `${what}: ${reasonOf(cause, timeout)}`);
			}
		},
		close: () => dispatcher.destroy(),
	};
};

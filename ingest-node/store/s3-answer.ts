/** What an S3 service means when it does not say 200. */
import { StoreError, type StoreFailure } from './port.ts';
import type { S3Response } from './s3-requests.ts';

export interface S3Failure {
	readonly error: StoreError;
	/** The service's own word for it, such as `SlowDown`; '' when it gave none. */
	readonly code: string;
	/** A 404 that means the object. Without a word, as for HEAD, it is taken for that. */
	readonly isAboutKey: boolean;
}

// Statuses with which nothing has been written for sure. 503 is one only with a word for it: gateways say 503 too.
const slowDown = new Set(['SlowDown', 'ServiceUnavailable', 'TooManyRequests', 'RequestLimitExceeded', 'Throttling']);

const kindOf = (status: number, code: string): StoreFailure => {
	if (status === 412) return 'precondition-failed';
	if (status === 429 || (status === 503 && slowDown.has(code))) return 'throttled';
	return 'unavailable';
};

/** Reads the code out of an error's XML and nothing else: the rest repeats the credentials of the request. */
const codeIn = (body: Uint8Array): string =>
	/<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(Buffer.from(body.subarray(0, 8192)).toString('latin1'))?.[1] ?? '';

/** @param what the call, for the message */
export const failureOf = (what: string, { status, body }: S3Response): S3Failure => {
	const code = codeIn(body);
	return {
		error: new StoreError(kindOf(status, code), `${what}: ${status}${code && ` ${code}`}`),
		code,
		isAboutKey: code === '' || code === 'NoSuchKey',
	};
};

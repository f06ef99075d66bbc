/** The one table from error codes to HTTP, and the one shape of an error's body. */
import { RateLimited } from '../access/rate-limited.ts';
import { type ErrorCode, LivestillError } from '../shared/errors.ts';

type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 429 | 500 | 501 | 503;

interface ErrorRule {
	readonly status: ErrorStatus;
	/** Of a `GET` that is no call of WCS: what HTTP means by it. */
	readonly getStatus?: ErrorStatus;
	/** Seconds, where trying again may help. */
	readonly retryAfter?: number;
}

// 404 and 500 are as clients of WCS know them: 500 = "live, but no picture could be taken".
const rules: Record<ErrorCode, ErrorRule> = {
	INVALID_JSON: { status: 400 },
	INVALID_PARAMETER: { status: 400 },
	INVALID_STREAM_NAME: { status: 400 },
	UNAUTHORIZED: { status: 401 },
	SIGNATURE_INVALID: { status: 403 },
	SIGNATURE_EXPIRED: { status: 403 },
	FORBIDDEN: { status: 403 },
	BODY_TOO_LARGE: { status: 413 },
	REQUEST_TIMEOUT: { status: 408 },
	UNSUPPORTED_MEDIA_TYPE: { status: 415 },
	METHOD_NOT_ALLOWED: { status: 405 },
	NOT_FOUND: { status: 404 },
	STREAM_NOT_FOUND: { status: 404 },
	STREAM_NAME_IN_USE: { status: 409 },
	NO_KEYFRAME: { status: 500, getStatus: 503, retryAfter: 1 },
	FRAME_NOT_FOUND: { status: 404 },
	FRAME_TOO_OLD: { status: 500, getStatus: 404, retryAfter: 1 },
	UNSUPPORTED_CODEC: { status: 500, getStatus: 501 },
	UNSUPPORTED_FEATURE: { status: 500, getStatus: 501 },
	FRAME_DAMAGED: { status: 500, retryAfter: 1 },
	FRAME_TOO_LARGE: { status: 500 },
	OBJECT_INVALID: { status: 500 },
	STORE_UNAVAILABLE: { status: 503, retryAfter: 1 },
	BUSY: { status: 503, retryAfter: 1 },
	TOO_MANY_REQUESTS: { status: 429, retryAfter: 1 },
	NOT_CONFIGURED: { status: 503 },
	PROTOCOL_VIOLATION: { status: 500 },
	INTERNAL: { status: 500 },
};

/** Browsers ask a person for a password by the second; programs use the first. RFC 9110 § 11.6.1 */
const challenge = 'Bearer realm="livestill", Basic realm="livestill", charset="UTF-8"';

/** What a client is told of a failure. */
export interface PublicError {
	readonly code: ErrorCode;
	readonly message: string;
	readonly status: number;
	/** `Cache-Control` and, where trying again may help, `Retry-After`. */
	readonly headers: Headers;
}

/** An error that is not ours becomes `INTERNAL`, and its text stays here. @param as whose statuses: those of WCS, or of HTTP */
export const publicError = (error: unknown, as: 'wcs' | 'get' = 'wcs'): PublicError => {
	const { code, message } =
		error instanceof LivestillError
			? error
			: new LivestillError('INTERNAL', 'something went wrong here; the log has the details under this requestId');
	const { status, getStatus, retryAfter } = rules[code];
	const headers = new Headers({ 'Cache-Control': 'no-store' });
	const seconds = error instanceof RateLimited ? error.retryAfter : retryAfter;
	if (seconds !== undefined) headers.set('Retry-After', String(seconds));
	if (status === 401) headers.set('WWW-Authenticate', challenge);
	return { code, message, status: as === 'get' ? (getStatus ?? status) : status, headers };
};

/** The answer to a request that failed. */
export const errorResponse = (error: unknown, requestId: string, as: 'wcs' | 'get' = 'wcs'): Response => {
	const { code, message, status, headers } = publicError(error, as);
	return Response.json({ error: { code, message, status, requestId } }, { status, headers });
};

/** Whether the operator has to know: a fault of ours, or of the store. */
export const isFault = (error: unknown): boolean =>
	!(error instanceof LivestillError) || error.code === 'INTERNAL' || error.code === 'STORE_UNAVAILABLE';

/** What HTTP requests to this node are answered: headers, and errors in the shape of the REST API. */
import type { ServerResponse } from 'node:http';
import { type ErrorCode, LivestillError } from '../../src/shared/errors.ts';

/** RFC 9725 § 4.8: browsers on any page may publish; the token, not the origin, lets them in. */
export const corsHeaders = {
	'access-control-allow-origin': '*',
	'access-control-expose-headers': 'Location, ETag, Accept-Post, Link',
} as const;

export const preflightHeaders = {
	...corsHeaders,
	'access-control-allow-methods': 'POST, DELETE, OPTIONS',
	'access-control-allow-headers': 'Authorization, Content-Type, If-Match',
	'access-control-max-age': '86400',
} as const;

/** Codes that are not here are faults of ours: 500. */
const statuses: Partial<Record<ErrorCode, number>> = {
	INVALID_JSON: 400,
	INVALID_PARAMETER: 400,
	INVALID_STREAM_NAME: 400,
	UNAUTHORIZED: 401,
	FORBIDDEN: 403,
	NOT_FOUND: 404,
	STREAM_NOT_FOUND: 404,
	METHOD_NOT_ALLOWED: 405,
	UNSUPPORTED_CODEC: 406,
	STREAM_NAME_IN_USE: 409,
	BODY_TOO_LARGE: 413,
	UNSUPPORTED_MEDIA_TYPE: 415,
	UNSUPPORTED_FEATURE: 501,
	STORE_UNAVAILABLE: 503,
	BUSY: 503,
	NO_KEYFRAME: 503,
};

export const statusOf = (code: ErrorCode): number => statuses[code] ?? 500;

const moreHeaders: Readonly<Record<number, Record<string, string>>> = {
	401: { 'www-authenticate': 'Bearer' },
	// The rest of a body that is too large is not read.
	413: { connection: 'close' },
	415: { 'accept-post': 'application/sdp' },
	503: { 'retry-after': '5' },
};

/** Answers with what went wrong; the text of an error that is not ours stays here. */
export const answerError = (response: ServerResponse, error: unknown, headers: Record<string, string> = {}): void => {
	if (response.headersSent || response.destroyed) return;
	const { code, message } =
		error instanceof LivestillError ? error : { code: 'INTERNAL' as const, message: 'something went wrong here' };
	const status = statusOf(code);
	response.writeHead(status, {
		...corsHeaders,
		'content-type': 'application/json',
		'cache-control': 'no-store',
		...moreHeaders[status],
		...headers,
	});
	response.end(JSON.stringify({ error: { code, message, status } }));
};

/** What every request and every answer has in common. */
import { createMiddleware } from 'hono/factory';
import { type Trace, traceOf } from '../shared/trace.ts';
import { errorResponse } from './errors.ts';

/** Variables that {@link envelope} sets for the handlers. */
export interface EnvelopeVariables {
	/** Names the request in answers and logs. */
	requestId: string;
	/** The trace that it belongs to. */
	trace: Trace;
}

// Pages of the WebSDK call the API from another origin. Nothing here reads cookies, so any origin may.
const headersOfAll = {
	'Access-Control-Allow-Origin': '*',
	'Access-Control-Expose-Headers': [
		...[
			'Allow',
			'Content-Length',
			'Date',
			'ETag',
			'Last-Modified',
			'Retry-After',
			'Server-Timing',
			'WWW-Authenticate',
			'X-Request-Id',
		],
		...['Timestamp', 'Keyframe', 'From', 'To', 'Stale', 'Chosen', 'Tone-Mapped', 'Width', 'Height', 'Error'].map(
			(name) => `X-Snapshot-${name}`,
		),
	].join(', '),
	// Pictures are for pages of anybody, also those that isolate themselves.
	'Cross-Origin-Resource-Policy': 'cross-origin',
	'Timing-Allow-Origin': '*',
	'X-Content-Type-Options': 'nosniff',
};

const preflight = (): Response =>
	new Response(null, {
		status: 204,
		headers: {
			'Access-Control-Allow-Methods': 'GET, HEAD, POST, OPTIONS',
			'Access-Control-Allow-Headers': 'Content-Type, Authorization, Traceparent',
			'Access-Control-Max-Age': '86400',
		},
	});

/** Numbers the request, answers preflights, and puts on every answer the headers that none may lack. */
export const envelope = createMiddleware<{ Variables: EnvelopeVariables }>(async (context, next) => {
	const requestId = crypto.randomUUID();
	context.set('requestId', requestId);
	context.set('trace', traceOf(context.req.header('traceparent'), requestId));
	if (context.req.method === 'OPTIONS') context.res = preflight();
	else {
		try {
			await next();
		} catch (thrown) {
			// Hono passes on what is not an Error, such as the strings that some libraries throw.
			console.error(JSON.stringify({ requestId, thrown: String(thrown) }));
			context.res = errorResponse(thrown, requestId);
		}
	}
	const { headers } = context.res;
	for (const [name, value] of Object.entries(headersOfAll)) headers.set(name, value);
	headers.set('X-Request-Id', requestId);
	// What has no header is cached for hours by some; whoever wants to be cached says so.
	if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
});

/** What there is to say of a request that is over, for logs and metrics. */
import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import { type ErrorCode, errorCodes, LivestillError } from '../shared/errors.ts';
import type { Stopwatch } from '../snapshot/stopwatch.ts';
import type { EnvelopeVariables } from './envelope.ts';

export interface RequestReport {
	/** `X-Request-Id` of the answer, and of the calls to ingest nodes that the request made. */
	readonly requestId: string;
	/** Of the client's `traceparent`, else made of the request's id. */
	readonly traceId: string;
	readonly method: string;
	/** Pattern of the route, '' when there is none: never what the client has written. */
	readonly route: string;
	readonly status: number;
	/** Error code, '' when there was none. */
	readonly code: ErrorCode | '';
	readonly milliseconds: number;
	/** Whether the picture came out of the cache; '' when there was none. */
	readonly cache: 'hit' | 'miss' | '';
	/** Milliseconds by phase, for those that were entered. */
	readonly phases: Readonly<Record<string, number>>;
}

/** Variables that {@link reported} sets for `onError` and reads. */
export interface ReportVariables {
	errorCode?: ErrorCode;
	stopwatch?: Stopwatch;
}

export const codeOf = (error: unknown): ErrorCode => (error instanceof LivestillError ? error.code : 'INTERNAL');

/** Patterns of middleware: no route. */
const anyPath: ReadonlySet<string> = new Set(['*', '/*']);

/** Previews tell their error in a header, because their body may be a picture. */
const codeInHeader = (response: Response): ErrorCode | '' => {
	const code = response.headers.get('X-Snapshot-Error');
	return errorCodes.find((known) => known === code) ?? '';
};

const rounded = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

/** Reports each request when its answer is known. */
export const reported = (onReport: (report: RequestReport) => void) =>
	createMiddleware<{ Variables: EnvelopeVariables & ReportVariables }>(async (context, next) => {
		const began = performance.now();
		const report = (status: number, code: ErrorCode | ''): void => {
			const { requestId, trace, stopwatch } = context.var;
			const route = routePath(context, -1);
			onReport({
				requestId,
				traceId: trace.traceId,
				method: context.req.method,
				route: anyPath.has(route) ? '' : route,
				status,
				code,
				milliseconds: rounded(performance.now() - began),
				cache: stopwatch?.cache ?? '',
				phases: Object.fromEntries([...(stopwatch?.laps ?? [])].map(([phase, lap]) => [phase, rounded(lap)])),
			});
		};
		try {
			await next();
		} catch (thrown) {
			report(500, 'INTERNAL');
			throw thrown;
		}
		report(context.res.status, context.var.errorCode ?? codeInHeader(context.res));
	});

/** The Hono application: which path leads where, and what becomes of errors. */
import { Hono } from 'hono';
import { createApiAccess } from './access/api-access.ts';
import type { Env } from './env.ts';
import { envelope } from './http/envelope.ts';
import { errorResponse, isFault } from './http/errors.ts';
import { type Guard, guarded } from './http/guard.ts';
import { previewFailure } from './http/preview-failure.ts';
import { codeOf, type ReportVariables, type RequestReport, reported } from './http/report.ts';
import { findAllRoute, findRoute } from './routes/find.ts';
import { healthRoute } from './routes/health.ts';
import { type MetricsAccess, metricsRoute } from './routes/metrics.ts';
import { pagesRoute } from './routes/pages.ts';
import { previewRoute } from './routes/preview.ts';
import type { RouteEnv, Services } from './routes/services.ts';
import { snapshotRoute } from './routes/snapshot.ts';
import { LivestillError } from './shared/errors.ts';
import { previewPrefix } from './shared/preview/path.ts';
import type { Trace } from './shared/trace.ts';

/** What a request is called in logs, ours and those of the nodes that it leads to. */
export interface RequestNames {
	readonly requestId: string;
	readonly trace: Trace;
}

/** Binds the use cases to the stores that one request may use. */
export type Connect = (env: Env, waitUntil: (promise: Promise<unknown>) => void, names: RequestNames) => Services;

export interface Observers {
	/** Hears of each request when its answer is known. */
	readonly onReport?: (report: RequestReport) => void;
	/** `/metrics`; without it there is no such path. */
	readonly metrics?: MetricsAccess | undefined;
	/** Who may do what, and how often; without it everybody everything. */
	readonly guard?: Guard;
}

type AppEnv = RouteEnv & { Bindings: Env; Variables: ReportVariables };

const noGuard: Guard = { api: createApiAccess(null), rateLimit: null, obstacles: [] };

export const createApp = (connect: Connect, { onReport, metrics, guard = noGuard }: Observers = {}): Hono<AppEnv> => {
	const app = new Hono<AppEnv>();
	app.use(envelope);
	if (onReport !== undefined) app.use(reported(onReport));
	app.use(guarded(guard));
	app.use(async (context, next) => {
		const { executionCtx } = context;
		const { requestId, trace } = context.var;
		context.set(
			'services',
			connect(context.env, (promise) => executionCtx.waitUntil(promise), { requestId, trace }),
		);
		await next();
	});
	app.route('/health', healthRoute);
	app.route('/rest-api/stream/snapshot', snapshotRoute);
	app.route('/rest-api/stream/find', findRoute);
	app.route('/rest-api/stream/find_all', findAllRoute);
	app.route('/preview', previewRoute);
	if (metrics !== undefined) app.route('/metrics', metricsRoute(metrics));
	app.route('/', pagesRoute);
	app.notFound(() => {
		throw new LivestillError('NOT_FOUND', 'there is nothing at this path');
	});
	app.onError((error, context) => {
		const { requestId } = context.var;
		context.set('errorCode', codeOf(error));
		if (isFault(error)) console.error(JSON.stringify({ requestId, error: error.message, stack: error.stack }));
		const { pathname, search } = new URL(context.req.raw.url);
		// What stands before the routes refuses previews, too.
		if (pathname.startsWith(previewPrefix)) return previewFailure(error, requestId, search.slice(1));
		return errorResponse(error, requestId);
	});
	return app;
};

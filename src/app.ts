/** The Hono application: which path leads where, and what becomes of errors. */
import { Hono } from 'hono';
import type { Env } from './env.ts';
import { envelope } from './http/envelope.ts';
import { errorResponse, isFault } from './http/errors.ts';
import { findAllRoute, findRoute } from './routes/find.ts';
import { healthRoute } from './routes/health.ts';
import { previewRoute } from './routes/preview.ts';
import type { RouteEnv, Services } from './routes/services.ts';
import { snapshotRoute } from './routes/snapshot.ts';
import { LivestillError } from './shared/errors.ts';

/** Binds the use cases to the stores that one request may use. */
export type Connect = (env: Env, waitUntil: (promise: Promise<unknown>) => void) => Services;

export const createApp = (connect: Connect): Hono<RouteEnv & { Bindings: Env }> => {
	const app = new Hono<RouteEnv & { Bindings: Env }>();
	app.use(envelope);
	app.use(async (context, next) => {
		const { executionCtx } = context;
		context.set(
			'services',
			connect(context.env, (promise) => executionCtx.waitUntil(promise)),
		);
		await next();
	});
	app.route('/health', healthRoute);
	app.route('/rest-api/stream/snapshot', snapshotRoute);
	app.route('/rest-api/stream/find', findRoute);
	app.route('/rest-api/stream/find_all', findAllRoute);
	app.route('/preview', previewRoute);
	app.notFound(() => {
		throw new LivestillError('NOT_FOUND', 'there is nothing at this path');
	});
	app.onError((error, context) => {
		const { requestId } = context.var;
		if (isFault(error)) console.error(JSON.stringify({ requestId, error: error.message, stack: error.stack }));
		return errorResponse(error, requestId);
	});
	return app;
};

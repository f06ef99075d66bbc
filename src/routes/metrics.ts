/** `GET /metrics`: the counters of this isolate, for whoever has the operator's token or one with that scope. `docs/metrics.md` */
import { Hono } from 'hono';
import type { GuardVariables } from '../http/guard.ts';
import { onlyMethods } from '../http/methods.ts';
import { isOperator } from '../http/operator.ts';
import { LivestillError } from '../shared/errors.ts';
import type { RouteEnv } from './services.ts';

export interface MetricsAccess {
	/** Bearer token of operators; `undefined`: only API tokens with the scope `metrics` will do. */
	readonly token: string | undefined;
	readonly text: () => string;
}

/** Metrics are never for everybody, also where the rest is. @throws LivestillError `UNAUTHORIZED`, `FORBIDDEN` */
const demandScope = ({ api, apiToken }: GuardVariables): void => {
	if (!api.isClosed) throw new LivestillError('UNAUTHORIZED', 'this is for operators');
	api.demand('metrics', apiToken);
};

export const metricsRoute = ({ token, text }: MetricsAccess): Hono<RouteEnv> =>
	new Hono<RouteEnv>()
		.get('/', async (context) => {
			if (!(await isOperator(context.req.header('Authorization'), token))) demandScope(context.var);
			return context.text(text(), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
		})
		.all('/', onlyMethods('GET', 'HEAD', 'OPTIONS'));

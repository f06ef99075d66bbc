/** `GET /metrics`: the counters of this isolate, for whoever has the operator's token or one with that scope. `docs/metrics.md` */
import { Hono } from 'hono';
import type { GuardVariables } from '../http/guard.ts';
import { onlyMethods } from '../http/methods.ts';
import { LivestillError } from '../shared/errors.ts';
import type { RouteEnv } from './services.ts';

export interface MetricsAccess {
	/** Bearer token of operators; `undefined`: only API tokens with the scope `metrics` will do. */
	readonly token: string | undefined;
	readonly text: () => string;
}

const digest = async (text: string): Promise<Uint8Array> =>
	new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));

/** Takes the same time whatever differs. */
const isSame = async (given: string, expected: string): Promise<boolean> => {
	const [a, b] = await Promise.all([digest(given), digest(expected)]);
	let difference = 0;
	for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
	return difference === 0;
};

/** Metrics are never for everybody, also where the rest is. @throws LivestillError `UNAUTHORIZED`, `FORBIDDEN` */
const demandScope = ({ api, apiToken }: GuardVariables): void => {
	if (!api.isClosed) throw new LivestillError('UNAUTHORIZED', 'this is for operators');
	api.demand('metrics', apiToken);
};

export const metricsRoute = ({ token, text }: MetricsAccess): Hono<RouteEnv> =>
	new Hono<RouteEnv>()
		.get('/', async (context) => {
			const [, given = ''] = /^Bearer +(\S+)$/i.exec(context.req.header('Authorization') ?? '') ?? [];
			const isOperator = token !== undefined && (await isSame(given, token));
			if (!isOperator) demandScope(context.var);
			return context.text(text(), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
		})
		.all('/', onlyMethods('GET', 'HEAD', 'OPTIONS'));

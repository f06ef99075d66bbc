/** What stands before the routes: is the Worker set up, does the caller ask too often, may it do what it wants? */
import { createMiddleware } from 'hono/factory';
import type { ApiAccess } from '../access/api-access.ts';
import { clientAddress } from '../access/client-address.ts';
import type { RateLimit } from '../access/rate-limit.ts';
import type { ApiScope, ApiToken } from '../shared/api-token.ts';
import { LivestillError } from '../shared/errors.ts';

export interface Guard {
	readonly api: ApiAccess;
	/** `null`: as often as they like. */
	readonly rateLimit: RateLimit | null;
	/** What keeps the Worker from serving anything; empty: nothing. */
	readonly obstacles: readonly string[];
}

/** Variables that {@link guarded} sets for the handlers. */
export interface GuardVariables {
	/** The caller's token; `null`: none. */
	apiToken: ApiToken | null;
	api: ApiAccess;
}

/** Paths that cost nothing and tell nothing, for probes. */
const uncounted: ReadonlySet<string> = new Set(['/health']);

export const guarded = ({ api, rateLimit, obstacles }: Guard) =>
	createMiddleware<{ Variables: GuardVariables }>(async (context, next) => {
		if (obstacles.length > 0)
			throw new LivestillError('NOT_CONFIGURED', `not set up for production: ${obstacles.join(' ')}`);
		const token = await api.identify(context.req.header('Authorization'));
		context.set('api', api);
		context.set('apiToken', token);
		// Who shows a token counts by it alone: a shop's one server asks for all of its customers.
		const key = token === null ? `address ${clientAddress(context.req.raw.headers)}` : `token ${token.id}`;
		if (!uncounted.has(context.req.path)) await rateLimit?.take(key);
		await next();
	});

/** Lets in who may do what needs the scope. */
export const needs = (scope: ApiScope) =>
	createMiddleware<{ Variables: GuardVariables }>(async (context, next) => {
		context.var.api.demand(scope, context.var.apiToken);
		await next();
	});

/** `GET /health`: the Worker runs. Says nothing of the store, so that a probe costs nothing. */
import { Hono } from 'hono';
import { onlyMethods } from '../http/methods.ts';
import type { RouteEnv } from './services.ts';

export const healthRoute = new Hono<RouteEnv>()
	.get('/', (context) => context.json({ status: 'ok' }))
	.all('/', onlyMethods('GET', 'HEAD', 'OPTIONS'));

/** Who may use the REST API, and how often. */
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { createApiAccess } from '../../src/access/api-access.ts';
import { clientAddress } from '../../src/access/client-address.ts';
import { createBoundLimit, createIsolateLimit, type RateLimit } from '../../src/access/rate-limit.ts';
import { readConfig } from '../../src/env.ts';
import { type ApiScope, type ApiToken, parseApiTokens } from '../../src/shared/api-token.ts';
import { startApp, verdict } from './support/app.ts';
import { publish } from './support/store.ts';

const shopToken = `lst_${'s'.repeat(43)}`;
const listToken = `lst_${'l'.repeat(43)}`;
const metricsToken = `lst_${'m'.repeat(43)}`;

const entry = async (id: string, token: string, ...scopes: ApiScope[]): Promise<ApiToken> => {
	const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
	return { id, scopes, hash: new Uint8Array(digest).toHex() };
};

const tokens = await Promise.all([
	entry('shop', shopToken, 'snapshot'),
	entry('lister', listToken, 'list', 'snapshot'),
	entry('grafana', metricsToken, 'metrics'),
]);

const start = (rateLimit: RateLimit | null = null, list: readonly ApiToken[] | null = tokens) =>
	startApp({
		guard: { api: createApiAccess(list), rateLimit, obstacles: [] },
		metrics: { token: undefined, text: () => 'livestill_requests_total 1\n' },
	});

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const basic = (user: string, password: string) => ({ Authorization: `Basic ${btoa(`${user}:${password}`)}` });

const calls: readonly [path: string, init: RequestInit, scope: ApiScope][] = [
	['/rest-api/stream/snapshot', { method: 'POST', body: '{"streamName":"nobody"}' }, 'snapshot'],
	['/rest-api/stream/find', { method: 'POST', body: '{}' }, 'list'],
	['/rest-api/stream/find', {}, 'list'],
	['/rest-api/stream/find_all', { method: 'POST' }, 'list'],
	['/rest-api/stream/find_all', {}, 'list'],
	['/', {}, 'list'],
	['/pages/streams.json', {}, 'list'],
	['/streams/nobody', {}, 'list'],
	['/metrics', {}, 'metrics'],
];

describe('tokens of the REST API', () => {
	test.each(calls)('%s %o', async (path, init, scope) => {
		const { request } = start();
		const wrong: Record<string, string>[] = [
			{},
			bearer(`lst_${'x'.repeat(43)}`),
			bearer(shopToken.slice(1)),
			bearer(tokens[0]?.hash ?? ''),
			bearer('a'.repeat(100_000)),
			basic('shop', ''),
			basic(shopToken, ''),
			{ Authorization: shopToken },
			{ Authorization: 'Basic %%%' },
			{ Authorization: 'Basic' },
		];
		for (const headers of wrong) {
			const response = await request(path, { ...init, headers });
			expect([response.status, response.headers.get('WWW-Authenticate')]).toEqual([
				401,
				'Bearer realm="livestill", Basic realm="livestill", charset="UTF-8"',
			]);
			expect((await verdict(response)).code).toBe('UNAUTHORIZED');
		}
		for (const [index, token] of [shopToken, listToken, metricsToken].entries())
			for (const headers of [bearer(token), basic('anybody', token)]) {
				const { status } = await request(path, { ...init, headers });
				if (tokens[index]?.scopes.includes(scope)) expect([200, 404]).toContain(status);
				else expect([path, status]).toEqual([path, 403]);
			}
	});

	test('are not asked for by what is for everybody', async () => {
		const { request } = start();
		for (const path of ['/health', '/openapi.json', '/api', '/pages/browser.js'])
			expect([path, (await request(path)).status]).toEqual([path, 200]);
		const { name } = await publish();
		expect((await request(`/preview/${name}.png`)).status).toBe(200);
		expect((await request('/rest-api/stream/find_all', { method: 'OPTIONS' })).status).toBe(204);
	});

	test('that do not work let nobody in, and without any everybody is let in', async () => {
		expect(readConfig({ API_TOKENS: 'nonsense' }).apiTokens).toEqual([]);
		expect((await start(null, []).request('/rest-api/stream/find_all', { headers: bearer('') })).status).toBe(401);
		expect(readConfig({ API_TOKENS: ' ' }).apiTokens).toBeNull();
		expect((await startApp().request('/rest-api/stream/find_all')).status).not.toBe(401);
	});

	test('are parsed, or named by their number', () => {
		const hash = 'ab'.repeat(32);
		expect(parseApiTokens(`a:snapshot:${hash}, b:list+metrics:${hash.toUpperCase()}`)).toEqual({
			tokens: [
				{ id: 'a', scopes: ['snapshot'], hash },
				{ id: 'b', scopes: ['list', 'metrics'], hash },
			],
			problems: [],
		});
		for (const text of [
			'a',
			`a::${hash}`,
			`a:write:${hash}`,
			`:list:${hash}`,
			`a:list:${hash}0`,
			`a:list:${hash}:x`,
			`ä:list:${hash}`,
		])
			expect(parseApiTokens(text)).toEqual({ tokens: [], problems: ['entry 1 is not name:scopes:hash'] });
		expect(parseApiTokens(`a:list:${hash},a:list:${hash}`).problems).toEqual(['a is there twice']);
	});
});

describe('rate limits', () => {
	const limited = (perSecond: number) => {
		let now = 1_000_000;
		const limit = createIsolateLimit(perSecond, () => now);
		return { limit, pass: (milliseconds: number) => (now += milliseconds) };
	};
	const from = (address: string, more: object = {}) => ({ headers: { 'CF-Connecting-IP': address, ...more } });

	test('tell when to come back, for each address', async () => {
		const { limit, pass } = limited(2);
		const { request } = start(limit, null);
		for (let n = 0; n < 10; n++) expect((await request('/api', from('192.0.2.1'))).status).toBe(200);
		const refused = await request('/api', from('192.0.2.1'));
		expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '1']);
		expect((await verdict(refused)).code).toBe('TOO_MANY_REQUESTS');
		expect((await request('/preview/a.png', from('192.0.2.1'))).status).toBe(429);
		expect((await request('/api', from('192.0.2.2'))).status).toBe(200);
		expect((await request('/health', from('192.0.2.1'))).status).toBe(200);
		pass(500);
		expect((await request('/api', from('192.0.2.1'))).status).toBe(200);
		expect((await request('/api', from('192.0.2.1'))).status).toBe(429);
		pass(100_000);
		for (let n = 0; n < 10; n++) expect((await request('/api', from('192.0.2.1'))).status).toBe(200);
		expect((await request('/api', from('192.0.2.1'))).status).toBe(429);
	});

	test('count a token by itself, wherever it comes from; a wrong one is none', async () => {
		const { request } = start(limited(1).limit);
		for (let n = 0; n < 5; n++)
			expect((await request('/rest-api/stream/find_all', from(`192.0.2.${n}`, bearer(listToken)))).status).not.toBe(
				429,
			);
		expect((await request('/rest-api/stream/find_all', from('192.0.2.99', bearer(listToken)))).status).toBe(429);
		expect((await request('/api', from('192.0.2.99'))).status).toBe(200);
		for (let n = 0; n < 5; n++) await request('/api', from('192.0.2.50', bearer(`wrong-${n}`)));
		expect((await request('/api', from('192.0.2.50', bearer('wrong-6')))).status).toBe(429);
	});

	test('take a network of IPv6 for one, and all without an address', () => {
		const of = (address: string) => clientAddress(new Headers(address === '' ? {} : { 'CF-Connecting-IP': address }));
		expect(of('2001:db8:1:2:3:4:5:6')).toBe(of('2001:DB8:1:2::9'));
		expect(of('2001:db8::1')).toBe('2001:db8:0:0');
		expect(of('2001:db8:1:2::')).not.toBe(of('2001:db8:1:3::'));
		expect(of('')).toBe('');
	});

	test('remember so many callers, and no more', async () => {
		const { limit } = limited(0.1);
		await limit.take('first');
		await expect(limit.take('first')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfter: 10 });
		for (let n = 0; n < 10_000; n++) await limit.take(`caller ${n}`);
		await limit.take('first');
	});

	test('may be counted by Cloudflare', async () => {
		const { request } = start(
			createBoundLimit({ binding: env.TEST_LIMITER, otherwise: null, onFailure: () => {} }),
			null,
		);
		const statuses: number[] = [];
		for (let n = 0; n < 6; n++) statuses.push((await request('/api', from('198.51.100.7'))).status);
		expect(statuses).toEqual([200, 200, 200, 429, 429, 429]);
		expect((await request('/api', from('198.51.100.8'))).status).toBe(200);
		expect((await request('/api', from('198.51.100.7'))).headers.get('Retry-After')).toBe('10');
	});
});

describe('a rate limiting binding that fails', () => {
	const broken = {
		limit: async () => {
			throw new Error('internal error');
		},
	};
	const statuses = async (otherwise: RateLimit | null, onFailure: () => void): Promise<number[]> => {
		const { request } = start(createBoundLimit({ binding: broken, otherwise, onFailure }), null);
		const seen: number[] = [];
		for (let n = 0; n < 7; n++) seen.push((await request('/api')).status);
		return seen;
	};

	test('leaves the counting to the isolate, and is told of once', async () => {
		let failures = 0;
		const otherwise = createIsolateLimit(1, () => 0);
		expect(await statuses(otherwise, () => (failures += 1))).toEqual([200, 200, 200, 200, 200, 429, 429]);
		expect(failures).toBe(1);
	});

	test('lets everybody in where the isolate has no limit', async () => {
		expect(new Set(await statuses(null, () => {}))).toEqual(new Set([200]));
	});
});

describe('production', () => {
	const hash = 'ab'.repeat(32);
	const secret = 's'.repeat(32);
	const good = {
		...{ PRODUCTION: 'true', API_TOKENS: `a:snapshot:${hash}`, PREVIEW_KEYS: `k:${secret}` },
		...{ CONTROL_KEY: secret, CONTROL_HOSTS: '*.nodes.example' },
	};

	test('names all that is open, at once', () => {
		expect(readConfig({}).obstacles).toEqual([]);
		const { obstacles } = readConfig({ PRODUCTION: 'true', CONTROL_KEY: secret, OPERATOR_TOKEN: 'short' });
		expect(obstacles.map((line) => line.split(/[ :]/)[0])).toEqual([
			...['API_TOKENS', 'PREVIEW_KEYS', 'CONTROL_HOSTS', 'OPERATOR_TOKEN'],
		]);
		expect(readConfig(good).obstacles).toEqual([]);
		expect(readConfig({ ...good, PREVIEW_KEYS: '', PREVIEW_ACCESS: 'open' }).obstacles).toEqual([]);
		expect(readConfig({ ...good, CONTROL_KEY: '', CONTROL_HOSTS: '' }).obstacles).toEqual([]);
		expect(readConfig({ ...good, PREVIEW_KEYS: `k:${secret},` }).obstacles).toEqual([]);
		expect(readConfig({ ...good, PREVIEW_KEYS: ',' }).obstacles).toHaveLength(1);
	});

	test.each([
		[{ API_TOKENS: 'a:marker' }],
		[{ PREVIEW_KEYS: 'k:marker' }],
		[{ PREVIEW_KEYS: `k:${secret},marker` }],
		[{ CONTROL_KEY: 'marker' }],
		[{ OPERATOR_TOKEN: 'marker' }],
	])('refuses what does not work, without showing it: %o', (change) => {
		const { obstacles } = readConfig({ ...good, ...change });
		expect(obstacles).toHaveLength(1);
		expect(obstacles.join()).not.toContain('marker');
	});

	test('has a limit where none is set', () => {
		expect([readConfig({}).rateLimit, readConfig(good).rateLimit]).toEqual([null, 100]);
		expect(readConfig({ ...good, RATE_LIMIT: '0.5' }).rateLimit).toBe(0.5);
		for (const RATE_LIMIT of ['0', '-1', 'x', '1e9']) expect(readConfig({ ...good, RATE_LIMIT }).rateLimit).toBe(100);
	});

	test('answers everything with what has to be set', async () => {
		const { obstacles } = readConfig({ PRODUCTION: 'true' });
		const { request } = startApp({ guard: { api: createApiAccess(null), rateLimit: null, obstacles } });
		for (const path of ['/health', '/', '/preview/a.png', '/rest-api/stream/find_all', '/metrics', '/nothing']) {
			const response = await request(path);
			expect(response.status).toBe(503);
			const { error } = (await response.json()) as { error: { code: string; message: string } };
			expect(error.code).toBe('NOT_CONFIGURED');
			for (const name of ['API_TOKENS', 'PREVIEW_KEYS']) expect(error.message).toContain(name);
		}
	});
});

describe('metrics', () => {
	test('are for the operator alone where no API token is asked for', async () => {
		const operator = 'o'.repeat(32);
		const { request } = startApp({
			guard: { api: createApiAccess(null), rateLimit: null, obstacles: [] },
			metrics: { token: operator, text: () => 'x 1\n' },
		});
		for (const headers of [{}, bearer(shopToken), bearer(`${operator}x`)])
			expect((await request('/metrics', { headers })).status).toBe(401);
		expect((await request('/metrics', { headers: bearer(operator) })).status).toBe(200);
	});
});

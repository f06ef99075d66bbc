import { describe, expect, test, vi } from 'vitest';
import type { Decoder } from '../../src/decoder/index.ts';
import { startApp, verdict } from './support/app.ts';
import { publish } from './support/store.ts';

const { request } = startApp();

test.each([
	['GET', '/rest-api/stream/snapshot', 'POST, OPTIONS'],
	['HEAD', '/rest-api/stream/snapshot', 'POST, OPTIONS'],
	['PUT', '/rest-api/stream/snapshot', 'POST, OPTIONS'],
	['DELETE', '/rest-api/stream/find', 'GET, HEAD, POST, OPTIONS'],
	['PATCH', '/rest-api/stream/find_all', 'GET, HEAD, POST, OPTIONS'],
	['POST', '/health', 'GET, HEAD, OPTIONS'],
])('%s %s is 405', async (method, path, allow) => {
	const response = await request(path, { method });
	expect(response.headers.get('Allow')).toBe(allow);
	expect(response.status).toBe(405);
	if (method !== 'HEAD') expect(await verdict(response)).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' });
});

test.each([
	'/nothing',
	'/rest-api',
	'/rest-api/stream/snapshot/',
	'/rest-api/stream/snapshot/x',
	'/%2e%2e/%ff',
	'//health',
])('%s is 404', async (path) => {
	expect(await verdict(await request(path))).toEqual({ status: 404, code: 'NOT_FOUND' });
});

test.each(['GET', 'HEAD'])('%s /health', async (method) => {
	const response = await request('/health', { method });
	expect(response.status).toBe(200);
	expect(await response.text()).toBe(method === 'GET' ? '{"status":"ok"}' : '');
});

describe('every answer', () => {
	test.each([
		['/health', {}],
		['/nowhere', {}],
		['/rest-api/stream/snapshot', { method: 'POST', body: '{' }],
		['/rest-api/stream/snapshot', { method: 'GET' }],
		['/rest-api/stream/snapshot', { method: 'OPTIONS' }],
		['/rest-api/stream/find_all', {}],
	])('%s %j has the headers that none may lack', async (path, init) => {
		const { headers } = await request(path, init);
		expect(headers.get('Cache-Control')).toBe('no-store');
		expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
		expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
		expect(headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
	});

	test('to a preflight allows what the WebSDK sends', async () => {
		const response = await request('/rest-api/stream/snapshot', {
			method: 'OPTIONS',
			headers: { Origin: 'https://example.org', 'Access-Control-Request-Method': 'POST' },
		});
		expect(response.status).toBe(204);
		expect(response.headers.get('Access-Control-Allow-Methods')).toContain('POST');
		expect(response.headers.get('Access-Control-Allow-Headers')).toContain('Content-Type');
	});

	test('that is an error has one shape', async () => {
		const response = await request('/rest-api/stream/snapshot', { method: 'POST', body: '{}' });
		const requestId = response.headers.get('X-Request-Id');
		expect(await response.json()).toEqual({
			error: { code: 'INVALID_PARAMETER', message: 'streamName is missing', status: 400, requestId },
		});
	});
});

test.each([
	['an Error', new TypeError('secret detail')],
	['a string', 'secret detail'],
	['undefined', undefined],
])('%s that nobody expects is 500 without details', async (_title, thrown) => {
	const log = vi.spyOn(console, 'error').mockImplementation(() => {});
	const decoder: Decoder = {
		decode: () => {
			throw thrown;
		},
	};
	const { name } = await publish();
	const response = await startApp({ decoder }).snapshot({ streamName: name });
	expect(await response.clone().text()).not.toMatch(/secret|\.ts/);
	expect(await verdict(response)).toEqual({ status: 500, code: 'INTERNAL' });
	expect(log.mock.calls.flat().join()).toContain(response.headers.get('X-Request-Id'));
	log.mockRestore();
});

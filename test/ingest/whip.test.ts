/** WHIP and WHEP over real HTTP, with media that is none. */
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../ingest-node/clock.ts';
import { createLog } from '../../ingest-node/log.ts';
import { createWebServer } from '../../ingest-node/servers/web.ts';
import { createWhipHandler } from '../../ingest-node/servers/whip.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { eventually } from './support/eventually.ts';
import { createFakeMediaEngine } from './support/fake-media-engine.ts';

const start = async ({ connectAtOnce = true, maxSessions = 10, timeout = 15_000 } = {}) => {
	const lines: { event: string; reason?: string }[] = [];
	const log = createLog((line) => lines.push(JSON.parse(line) as { event: string }));
	const engine = createFakeMediaEngine({ connectAtOnce });
	const whip = createWhipHandler({ engine, clock: systemClock, log, maxSessions, timeout });
	const web = createWebServer({
		log,
		clock: systemClock,
		maxConnections: 100,
		onRequest: (request, response) => {
			if (!whip.handle(request, response)) response.writeHead(404).end();
		},
		onUpgrade: (_request, socket) => socket.destroy(),
	});
	const port = await web.listen({ port: 0, host: '127.0.0.1', variable: 'WS_PORT' });
	const url = `http://127.0.0.1:${port}`;
	return {
		engine,
		lines,
		port,
		whip,
		call: (method: string, path: string, init: RequestInit = {}) => fetch(url + path, { method, ...init }),
		offer: (path: string, headers: Record<string, string> = {}, body = 'v=0\r\n') =>
			fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/sdp', ...headers }, body }),
		stop: () => {
			whip.close();
			web.close();
		},
	};
};

let node: Awaited<ReturnType<typeof start>>;
beforeEach(async () => {
	node = await start();
});
afterEach(() => node.stop());

const restart = async (options: Parameters<typeof start>[0]): Promise<void> => {
	node.stop();
	node = await start(options);
};

const errorOf = async (response: Response): Promise<[number, string]> => {
	const { error } = (await response.json()) as { error: { code: string; status: number } };
	expect(error.status).toBe(response.status);
	expect(response.headers.get('access-control-allow-origin')).toBe('*');
	return [response.status, error.code];
};

describe('a session', () => {
	it('publishes with one POST and ends with DELETE', async () => {
		const created = await node.offer('/whip/abc', { 'content-type': 'Application/SDP; charset=utf-8' });
		expect(created.status).toBe(201);
		expect(created.headers.get('content-type')).toBe('application/sdp');
		expect(created.headers.get('etag')).toMatch(/^"[0-9a-f-]{36}"$/);
		expect(created.headers.get('access-control-expose-headers')).toContain('Location');
		expect(await created.text()).toBe('answer to v=0\r\n');
		const location = created.headers.get('location') ?? '';
		expect(node.engine.isPublished('abc')).toBe(true);
		expect((await node.call('DELETE', location)).status).toBe(200);
		expect(node.engine.isPublished('abc')).toBe(false);
		expect(await errorOf(await node.call('DELETE', location))).toEqual([404, 'NOT_FOUND']);
	});

	it('plays what is published, and neither more', async () => {
		expect(await errorOf(await node.offer('/whep/abc'))).toEqual([404, 'STREAM_NOT_FOUND']);
		await node.offer('/whip/abc');
		const created = await node.offer('/whep/abc');
		expect(created.status).toBe(201);
		expect((await node.call('DELETE', created.headers.get('location') ?? '')).status).toBe(200);
		expect(node.engine.sessions.map(({ kind, closedWith }) => [kind, closedWith])).toEqual([
			['publish', null],
			['play', 'Stopped by user'],
		]);
	});

	it('has any name that is one', async () => {
		for (const [path, name] of [
			['front%20door', 'front door'],
			['app/name', 'app/name'],
			['app%2Fname2', 'app/name2'],
		] as const) {
			expect((await node.offer(`/whip/${path}`)).status).toBe(201);
			expect(node.engine.isPublished(name)).toBe(true);
		}
	});

	it('is gone when its media is over', async () => {
		const created = await node.offer('/whip/abc');
		node.engine.sessions[0]?.die('Failed by RTP activity');
		await eventually('the log', () => node.lines.find(({ reason }) => reason === 'Failed by RTP activity'));
		expect((await node.call('DELETE', created.headers.get('location') ?? '')).status).toBe(404);
	});

	it('ends when its media does not connect, or its answer does not come', async () => {
		await restart({ connectAtOnce: false, timeout: 50 });
		await node.offer('/whip/abc');
		await eventually('the end', () => node.engine.sessions[0]?.closedWith === 'Failed by ICE timeout');
		const { promise, resolve } = Promise.withResolvers<void>();
		node.engine.hold = promise;
		expect(await errorOf(await node.offer('/whip/late'))).toEqual([503, 'BUSY']);
		resolve();
		await eventually('the late one is closed', () => node.engine.sessions[1]?.closedWith);
		expect(node.engine.isPublished('late')).toBe(false);
	});

	it('ends when its client leaves before the answer', async () => {
		const { promise, resolve } = Promise.withResolvers<void>();
		node.engine.hold = promise;
		const socket = connect(node.port, '127.0.0.1');
		const head =
			'POST /whip/abc HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n';
		socket.write(head);
		await new Promise((done) => setTimeout(done, 100));
		socket.destroy();
		await new Promise((done) => setTimeout(done, 50));
		resolve();
		await eventually('it is closed', () => node.engine.sessions[0]?.closedWith);
	});

	it('ends with the node', async () => {
		await node.offer('/whip/abc');
		node.whip.close();
		expect(node.engine.sessions[0]?.closedWith).toBe('the ingest node is shutting down');
	});
});

describe('credentials', () => {
	it('reach the publish hook as a query, and no log', async () => {
		await node.offer('/whip/abc?room=1&token=weak', { authorization: 'Bearer s3cret' });
		expect(node.engine.sessions[0]?.request.query).toBe('room=1&token=s3cret');
		expect(JSON.stringify(node.lines)).not.toContain('s3cret');
	});

	it('that are wrong are answered with 401', async () => {
		node.engine.refuseNext = new LivestillError('UNAUTHORIZED', 'Restricted access');
		const refused = await node.offer('/whip/abc');
		expect(refused.headers.get('www-authenticate')).toBe('Bearer');
		expect(await errorOf(refused)).toEqual([401, 'UNAUTHORIZED']);
	});
});

describe('a request that is wrong', () => {
	it('is told why', async () => {
		await node.offer('/whip/abc');
		const garbage = { 'content-type': 'text/plain' };
		const cases: [() => Promise<Response>, number, string][] = [
			[() => node.offer('/whip/abc'), 409, 'STREAM_NAME_IN_USE'],
			[() => node.offer('/whip/x', garbage), 415, 'UNSUPPORTED_MEDIA_TYPE'],
			[() => node.offer('/whip/x', {}, 'hello'), 400, 'INVALID_PARAMETER'],
			[() => node.offer('/whip/x', {}, ''), 400, 'INVALID_PARAMETER'],
			[() => node.offer('/whip/a//b'), 400, 'INVALID_STREAM_NAME'],
			[() => node.offer('/whip/%ff'), 400, 'INVALID_STREAM_NAME'],
			[() => node.offer('/whip/x', {}, `v=${'x'.repeat(100_000)}`), 413, 'BODY_TOO_LARGE'],
			[() => node.offer('/whip/x', {}, `v=${'x'.repeat(10_000_000)}`), 413, 'BODY_TOO_LARGE'],
			[() => node.call('GET', '/whip/x'), 405, 'METHOD_NOT_ALLOWED'],
			[() => node.call('PUT', '/whep/x'), 405, 'METHOD_NOT_ALLOWED'],
			[() => node.call('PATCH', `/sessions/${crypto.randomUUID()}`), 405, 'METHOD_NOT_ALLOWED'],
		];
		for (const [call, status, code] of cases) expect(await errorOf(await call())).toEqual([status, code]);
		expect(node.engine.sessions.length).toBe(1);
	});

	it('is told what the media engine says', async () => {
		for (const [error, status] of [
			[new LivestillError('INVALID_PARAMETER', 'the SDP has no video'), 400],
			[new LivestillError('UNSUPPORTED_CODEC', 'no common codec'), 406],
			[new LivestillError('UNSUPPORTED_FEATURE', 'WebRTC media is not available'), 501],
			[new LivestillError('STORE_UNAVAILABLE', 'the store did not answer'), 503],
			[new TypeError('secret'), 500],
		] as const) {
			node.engine.refuseNext = error;
			const response = await node.offer('/whip/abc');
			expect(response.status).toBe(status);
			expect(await response.text()).not.toContain('secret');
		}
	});

	it('of a path that is not of WHIP is left to others', async () => {
		for (const path of ['/', '/whip', '/whip/', '/sessions/1', '/whipped/abc'])
			expect((await node.call('POST', path)).status).toBe(404);
	});

	it('of one session too many has to wait', async () => {
		await restart({ maxSessions: 1 });
		const created = await node.offer('/whip/abc');
		const refused = await node.offer('/whip/abcd');
		expect(refused.headers.get('retry-after')).toBe('5');
		expect(await errorOf(refused)).toEqual([503, 'BUSY']);
		await node.call('DELETE', created.headers.get('location') ?? '');
		expect((await node.offer('/whip/abcd')).status).toBe(201);
	});
});

it('answers preflights', async () => {
	for (const path of ['/whip/abc', '/whep/abc', `/sessions/${crypto.randomUUID()}`]) {
		const response = await node.call('OPTIONS', path);
		expect(response.status).toBe(204);
		expect(response.headers.get('access-control-allow-methods')).toBe('POST, DELETE, OPTIONS');
		expect(response.headers.get('access-control-allow-headers')).toContain('Authorization');
	}
});

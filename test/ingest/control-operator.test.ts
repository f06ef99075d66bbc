/** What operators and their machines ask the control server. */
import { afterEach, describe, expect, it } from 'vitest';
import { type ControlOptions, type ControlServer, createControlServer } from '../../ingest-node/servers/control.ts';

const servers: ControlServer[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) server.close();
});

const token = 'operator-token-0123456789-0123456789';

const start = async (options: Partial<ControlOptions> = {}) => {
	const server = createControlServer({
		health: () => ({ node: 'http://node', streams: [] }),
		keyframeCall: () => undefined,
		metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'livestill_store_up 1\n' },
		...options,
	});
	servers.push(server);
	const url = `http://127.0.0.1:${await server.listen(0)}`;
	return (path: string, init?: RequestInit) => fetch(url + path, init);
};

describe('the control server', () => {
	it('tells that it lives, and whether it is ready', async () => {
		const reasons = ['object storage does not answer'];
		const ask = await start({ readiness: () => reasons });
		expect((await ask('/healthz')).status).toBe(200);
		const notReady = await ask('/readyz');
		expect([notReady.status, await notReady.json()]).toEqual([503, { status: 'not ready', reasons }]);
		reasons.pop();
		expect((await ask('/readyz')).status).toBe(200);
	});

	it('shows metrics and streams to this machine', async () => {
		const ask = await start();
		const metrics = await ask('/metrics');
		expect([metrics.status, metrics.headers.get('content-type'), await metrics.text()]).toEqual([
			200,
			'text/plain; version=0.0.4',
			'livestill_store_up 1\n',
		]);
		expect(await (await ask('/health')).json()).toMatchObject({ status: 'ok', node: 'http://node', streams: [] });
	});

	it('shows them to who knows the token, where there is one', async () => {
		const ask = await start({ operatorToken: token });
		for (const path of ['/metrics', '/health']) {
			for (const authorization of [
				'',
				'Bearer',
				`Bearer ${token}x`,
				`Bearer ${token.slice(1)}`,
				`Basic ${token}`,
				token,
			]) {
				const refused = await ask(path, { headers: { authorization } });
				expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
				expect(await refused.text()).not.toContain('livestill_store_up');
			}
			expect((await ask(path, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
		}
		expect((await ask('/healthz')).status).toBe(200);
		expect((await ask('/readyz')).status).toBe(200);
	});

	it('knows no other paths and methods', async () => {
		const ask = await start();
		for (const path of ['/', '/metrics/', '/constructor', '/__proto__', '/control/keyframe'])
			expect((await ask(path)).status).toBe(404);
		for (const path of ['/healthz', '/readyz', '/metrics', '/health'])
			expect((await ask(path, { method: 'POST' })).status).toBe(405);
	});

	it('does not hang when metrics fail', async () => {
		const ask = await start({ metrics: { contentType: '', text: () => Promise.reject(new Error('no metrics')) } });
		await expect(ask('/metrics')).rejects.toThrow();
		expect((await ask('/healthz')).status).toBe(200);
	});
});

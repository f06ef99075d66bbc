/** `npm start` and `npm run demo` as a user runs them: in a process of their own, with signals. */
import { access, readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { descendants } from './support/descendants.ts';
import { endPeers, isAlive, type Peer, startPeer } from './support/processes.ts';
import { until } from './support/rest.ts';
import { freePorts, makeDataDir } from './support/stack.ts';

const local = join(import.meta.dirname, '../../local');

let dataDir = '';
beforeAll(async () => {
	dataDir = await makeDataDir();
});
afterEach(endPeers);
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const start = (env: NodeJS.ProcessEnv = {}): Peer =>
	startPeer(process.execPath, [join(local, 'start.ts')], { env: { ...freePorts(dataDir), ...env } });

const urlOf = (peer: Peer, line: string): string => new RegExp(`${line} +(\\S+)`).exec(peer.output())?.[1] ?? '';

const untilReady = async (peer: Peer): Promise<void> => {
	await until('ready', 20_000, async () => {
		if (peer.process.exitCode !== null) throw new Error(`ended: ${peer.output()}`);
		return peer.output().includes('curl');
	});
};

const untilGone = (pids: readonly number[]): Promise<number> =>
	until('all processes are gone', 5000, async () => !pids.some(isAlive));

const getHttps = (url: string, ca: Buffer): Promise<string> =>
	new Promise((resolve, reject) => {
		request(url, { ca }, async (response) => {
			let text = '';
			for await (const chunk of response) text += chunk;
			resolve(`${response.statusCode} ${text}`);
		})
			.on('error', reject)
			.end();
	});

describe('npm start', () => {
	test('serves HTTP and HTTPS, ends on Ctrl-C with code 0 and leaves nothing behind, twice', async () => {
		let certificate: string | undefined;
		for (const signal of ['SIGINT', 'SIGTERM'] as const) {
			const peer = start();
			await untilReady(peer);
			const pids = descendants(peer.process.pid ?? 0);
			// The stack, workerd and the ingest node.
			expect(pids.length).toBeGreaterThanOrEqual(3);
			expect((await fetch(`${urlOf(peer, 'REST over HTTP')}/health`)).status).toBe(200);
			const keyFile = join(dataDir, 'tls/key.pem');
			expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
			const ca = await readFile(join(dataDir, 'tls/cert.pem'));
			const https = urlOf(peer, 'REST over HTTPS');
			expect(await getHttps(`${https}/health`, ca)).toBe('200 {"status":"ok"}');
			expect(await getHttps(`${https}/openapi.json`, ca)).toContain(`"servers":[{"url":"${https}"}]`);
			// The second start finds the certificate of the first.
			certificate ??= ca.toString();
			expect(ca.toString()).toBe(certificate);
			peer.kill(signal);
			expect(await peer.ended).toBe(0);
			expect(peer.output()).not.toMatch(/Error|Unable/);
			await untilGone(pids);
		}
	});

	test('ends at once on the second Ctrl-C', async () => {
		const peer = start();
		await untilReady(peer);
		const pids = descendants(peer.process.pid ?? 0);
		peer.kill('SIGINT');
		peer.kill('SIGINT');
		await peer.ended;
		await untilGone(pids);
	});

	test('that is asked to end while it starts does so', async () => {
		const peer = start();
		await sleep(700);
		const pids = descendants(peer.process.pid ?? 0);
		peer.kill('SIGINT');
		expect(await peer.ended).toBe(0);
		await untilGone(pids);
	});

	test.each([
		['the launcher', 0],
		['the stack', 1],
	])('whose process is killed (%s) leaves nothing behind', async (_title, depth) => {
		const peer = start();
		await untilReady(peer);
		const pids = descendants(peer.process.pid ?? 0);
		process.kill(depth === 0 ? (peer.process.pid ?? 0) : (pids[0] ?? 0), 'SIGKILL');
		expect(await peer.ended).not.toBe(0);
		await untilGone(pids);
	});

	test.each(['HTTP_PORT', 'HTTPS_PORT', 'RTMP_PORT', 'RTSP_PORT', 'RTSPS_PORT', 'WS_PORT', 'WSS_PORT', 'CONTROL_PORT'])(
		'names the port when %s is taken',
		async (name) => {
			const holder = createServer().listen(0, '127.0.0.1');
			await new Promise((done) => holder.once('listening', done));
			const port = String((holder.address() as { port: number }).port);
			const peer = start({ [name]: port });
			expect(await peer.ended).toBe(1);
			holder.close();
			expect(peer.output()).toMatch(new RegExp(`Port ${port} is taken.*${name}`));
			expect(peer.output()).not.toContain('    at ');
		},
	);

	test('names all settings that are wrong', async () => {
		const peer = start({ HTTP_PORT: 'x', HTTPS_PORT: '70000', PUSH_INTERVAL: 'often' });
		expect(await peer.ended).toBe(1);
		for (const name of ['HTTP_PORT', 'HTTPS_PORT', 'PUSH_INTERVAL']) expect(peer.output()).toContain(`${name} is`);
	});

	test('runs without HTTP, HTTPS, RTMP or control when their ports are 0', async () => {
		const peer = start({
			HTTP_PORT: '0',
			RTMP_PORT: '0',
			RTSP_PORT: '0',
			RTSPS_PORT: '0',
			WS_PORT: '0',
			WSS_PORT: '0',
			CONTROL_PORT: '0',
		});
		await until('ready', 20_000, async () => peer.output().includes('Ctrl-C'));
		expect(urlOf(peer, 'REST over HTTP')).toBe('');
		const ca = await readFile(join(dataDir, 'tls/cert.pem'));
		expect(await getHttps(`${urlOf(peer, 'REST over HTTPS')}/health`, ca)).toBe('200 {"status":"ok"}');
		peer.kill('SIGINT');
		expect(await peer.ended).toBe(0);
	});
});

test('npm run demo writes snapshot.png and tells how long it took', async () => {
	const peer = startPeer(process.execPath, [join(local, 'demo.ts')], { cwd: dataDir, env: { PATH: process.env.PATH } });
	expect([await peer.ended, peer.output()]).toEqual([0, expect.stringContaining('decode;dur=')]);
	const png = await readFile(join(dataDir, 'snapshot.png'));
	expect(png.subarray(1, 4).toString()).toBe('PNG');
	expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1280, 720]);
	await expect(access(join(dataDir, '.data'))).rejects.toThrow();
});

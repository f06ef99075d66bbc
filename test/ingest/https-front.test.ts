/** HTTPS before the local edge: what goes through it arrives as it was, in both directions. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificate } from '../../local/certificate.ts';
import { startHttps } from '../../local/https.ts';
import { eventually } from './support/eventually.ts';

let folder: string;
let cert: Buffer;
let key: Buffer;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'https-front-'));
	const { certFile, keyFile } = await ensureCertificate(folder);
	[cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
});
afterAll(() => rm(folder, { recursive: true }));

const closing: (() => unknown)[] = [];
afterEach(() => {
	for (const close of closing.splice(0)) close();
});

const start = async (onRequest: RequestListener, change: (server: Server) => void = () => {}): Promise<number> => {
	const server = createServer(onRequest);
	change(server);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
	const front = await startHttps({ port: 0, host: '127.0.0.1', cert, key, target });
	closing.push(
		front.stop,
		() => server.close(),
		() => server.closeAllConnections(),
	);
	return front.port;
};

const bodyOf = async (message: IncomingMessage): Promise<string> => {
	const chunks: Buffer[] = [];
	for await (const chunk of message) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
};

const ask = async (port: number, options: RequestOptions = {}, body: readonly string[] = []) => {
	const sent = request({ host: '127.0.0.1', port, rejectUnauthorized: false, agent: false, ...options });
	let continued = false;
	sent.on('continue', () => {
		continued = true;
	});
	for (const part of body) sent.write(part);
	sent.end();
	const [answer] = (await once(sent, 'response')) as [IncomingMessage];
	return { status: answer.statusCode, headers: answer.headers, text: await bodyOf(answer), continued };
};

/** Sends text as it is and gives what comes until the connection ends. */
const talk = async (port: number, text: string): Promise<string> => {
	const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
	closing.push(() => socket.destroy());
	socket.write(text);
	let got = '';
	for await (const chunk of socket) got += chunk;
	return got;
};

/** Answers with what it was asked. */
const echo: RequestListener = async (incoming, outgoing) => {
	const { method, url, rawHeaders } = incoming;
	outgoing.setHeader('Set-Cookie', ['a=1', 'b=2']);
	outgoing.end(JSON.stringify({ method, url, rawHeaders, body: await bodyOf(incoming) }));
};

interface Echo {
	readonly method: string;
	readonly url: string;
	readonly rawHeaders: readonly string[];
	readonly body: string;
}

const valuesOf = ({ rawHeaders }: Echo, name: string): string[] =>
	rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);

describe('a request', () => {
	it('arrives as it was, and says that it came over HTTPS', async () => {
		const port = await start(echo);
		const headers = { 'X-Forwarded-Proto': 'http', Host: 'pictures.example:8444', 'X-Same': ['1', '2'] };
		const { status, text, headers: answered } = await ask(port, { path: '/a%2Fb?c=%20d', headers });
		const got = JSON.parse(text) as Echo;
		expect([status, got.method, got.url, got.body]).toEqual([200, 'GET', '/a%2Fb?c=%20d', '']);
		expect(valuesOf(got, 'x-forwarded-proto')).toEqual(['https']);
		expect(valuesOf(got, 'host')).toEqual(['pictures.example:8444']);
		expect(valuesOf(got, 'x-same').join()).toMatch(/^1, ?2$/);
		expect(answered['set-cookie']).toEqual(['a=1', 'b=2']);
	});

	it.each([
		['with a length', { 'Content-Length': '10' }, ['hello', 'world']],
		['in chunks', { 'Transfer-Encoding': 'chunked' }, ['hello', 'world']],
		['empty', {}, []],
	])('takes its body along: %s', async (_what, headers, body) => {
		const port = await start(echo);
		for (const method of ['POST', 'GET']) {
			const { text } = await ask(port, { method, headers }, body);
			const got = JSON.parse(text) as Echo;
			expect([got.method, got.body]).toEqual([method, body.join('')]);
		}
	});

	it('cannot bring a second one in its body', async () => {
		const seen: string[] = [];
		const port = await start((incoming, outgoing) => {
			seen.push(String(incoming.url));
			incoming.resume().on('end', () => outgoing.end('x'));
		});
		const hidden = 'GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n';
		const length = hidden.length.toString(16);
		const head = 'GET /open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
		await talk(port, `${head}Content-Length: ${hidden.length}\r\n\r\n${hidden}`);
		await talk(port, `${head}Transfer-Encoding: chunked\r\n\r\n${length}\r\n${hidden}\r\n0\r\n\r\n`);
		const both = `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`;
		expect(await talk(port, both)).toMatch(/^HTTP\/1\.1 400 /);
		expect(seen).toEqual(['/open', '/open']);
	});

	it('that asks first hears what the server says: go on, or no', async () => {
		const port = await start(echo, (server) =>
			server.on('checkContinue', (incoming: IncomingMessage, outgoing) => {
				if (incoming.url === '/no') {
					outgoing.writeHead(413).end('no');
					return;
				}
				outgoing.writeContinue();
				void echo(incoming, outgoing);
			}),
		);
		const headers = { Expect: '100-continue', 'Content-Length': '5' };
		const yes = await ask(port, { method: 'POST', headers }, ['hello']);
		expect([yes.continued, (JSON.parse(yes.text) as Echo).body]).toEqual([true, 'hello']);
		const head =
			'POST /no HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n';
		expect(await talk(port, head)).toMatch(/^HTTP\/1\.1 413 /);
	});
});

describe('a line that is none', () => {
	it.each(['GET /\x01', 'GET /\x7f', 'GET /é', 'GET *', 'GET http://x/abs', 'OPTIONS *', 'CONNECT x:1', 'GET x'])(
		'%j is passed on or refused, and the next one is served',
		async (line) => {
			const port = await start(echo);
			const got = await talk(port, `${line} HTTP/1.1\r\nHost: x\r\nConnection: close, host, content-length\r\n\r\n`);
			expect(got).toMatch(/^(HTTP\/1\.1 (200|400) |$)/);
			expect((await ask(port)).status).toBe(200);
		},
	);
});

describe('an answer', () => {
	// More than the buffers on the way hold.
	const large = Buffer.alloc(8 * 1024 * 1024, 'x');

	it('arrives to its end at a slow reader', async () => {
		const port = await start((_incoming, outgoing) => outgoing.setHeader('Connection', 'close').end(large));
		const socket: TLSSocket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
		closing.push(() => socket.destroy());
		socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
		let got = 0;
		let head: number | undefined;
		for await (const chunk of socket as AsyncIterable<Buffer>) {
			head ??= chunk.indexOf('\r\n\r\n') + 4;
			got += chunk.length;
			await sleep(2);
		}
		expect(got - (head ?? 0)).toBe(large.length);
	});

	it('without a body is one without a body', async () => {
		const port = await start((incoming, outgoing) => {
			if (incoming.url === '/304') outgoing.writeHead(304, { ETag: '"x"' }).end();
			else if (incoming.url === '/204') outgoing.writeHead(204).end();
			else outgoing.writeHead(200, { 'Content-Length': '12345' }).end();
		});
		const head = await ask(port, { method: 'HEAD' });
		expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '12345', '']);
		const [same, none] = [await ask(port, { path: '/304' }), await ask(port, { path: '/204' })];
		expect([same.status, same.headers.etag, same.text]).toEqual([304, '"x"', '']);
		expect([none.status, none.text]).toEqual([204, '']);
	});

	it('comes as it is made, not at its end', async () => {
		let finish = (): void => {};
		const port = await start((_incoming, outgoing) => {
			outgoing.write('first');
			finish = () => outgoing.end('last');
		});
		const sent = request({ host: '127.0.0.1', port, rejectUnauthorized: false, agent: false }).end();
		const [answer] = (await once(sent, 'response')) as [IncomingMessage];
		const [first] = await once(answer, 'data');
		expect(String(first)).toBe('first');
		finish();
		expect(await bodyOf(answer)).toBe('last');
	});

	it('that breaks off does so for the client, and another one may follow', async () => {
		let isBroken = true;
		const port = await start((_incoming, outgoing) => {
			if (!isBroken) return outgoing.end('whole');
			outgoing.writeHead(200, { 'Content-Length': '100' });
			return outgoing.write('half', () => outgoing.destroy());
		});
		await expect(ask(port)).rejects.toThrow();
		isBroken = false;
		expect((await ask(port)).text).toBe('whole');
	});

	it('is 502 where nobody answers', async () => {
		const port = await start((incoming) => incoming.socket.destroy());
		const { status, headers } = await ask(port);
		expect([status, headers['cache-control']]).toEqual([502, 'no-store']);
	});
});

describe('a client that goes away', () => {
	it('ends its request at the server, before and within the answer', async () => {
		const seen = { begun: 0, closed: 0 };
		const port = await start((incoming, outgoing) => {
			seen.begun += 1;
			outgoing.on('close', () => {
				seen.closed += 1;
			});
			if (incoming.url === '/within') outgoing.write('x');
		});
		for (const path of ['/before', '/within']) {
			const sent = request({ host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false });
			sent.on('error', () => {});
			sent.end();
			const begun = seen.begun;
			await eventually('it has come', () => seen.begun === begun + 1);
			sent.destroy();
		}
		await eventually('both are over', () => seen.closed === 2);
	});
});

/** Requests that leave the node, with real sockets: whom they reach, and what they put up with. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createGuardedClient, type GuardedClient, OutgoingError } from '../../ingest-node/outgoing/guarded-fetch.ts';
import type { LookUpAll } from '../../ingest-node/outgoing/guarded-lookup.ts';
import { isPublicAddress } from '../../ingest-node/outgoing/public-address.ts';
import { parsePullRule } from '../../ingest-node/sources/pull-rule.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
	for (const end of ends.splice(0)) await end();
});

const serve = async (listener: RequestListener): Promise<{ url: string; port: number; server: Server }> => {
	const server = createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	ends.push(
		() => server.closeAllConnections(),
		() => server.close(),
	);
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}`, port, server };
};

const client = (
	allow: string | null,
	options: { timeout?: number; answerBytes?: number; lookUpAll?: LookUpAll } = {},
): GuardedClient => {
	const allowed = allow === null ? null : parsePullRule(allow);
	const guarded = createGuardedClient({ allowed, timeout: 5000, answerBytes: 1000, ...options });
	ends.push(guarded.close);
	return guarded;
};

const failure = async (sent: Promise<unknown>): Promise<string> => {
	const error = await sent.then(
		() => null,
		(thrown: unknown) => thrown,
	);
	return error instanceof OutgoingError ? error.failure : `no OutgoingError: ${error}`;
};

const answering = (...answers: readonly string[]): LookUpAll => {
	let call = 0;
	return (_name, _options, done) => {
		const address = answers[Math.min(call++, answers.length - 1)] ?? '';
		done(
			null,
			address.split(' ').map((one) => ({ address: one, family: one.includes(':') ? 6 : 4 })),
		);
	};
};

describe('public addresses', () => {
	it.each(['1.1.1.1', '8.8.8.8', '100.63.255.255', '172.32.0.1', '193.0.0.1', '2606:4700::1111', '2a00:1450::1'])(
		'%s is one',
		(address) => expect(isPublicAddress(address)).toBe(true),
	);
	it.each([
		...[
			'0.0.0.0',
			'0.1.2.3',
			'10.0.0.1',
			'100.64.0.1',
			'127.0.0.1',
			'127.255.255.255',
			'169.254.169.254',
			'172.16.0.1',
		],
		...['172.31.255.255', '192.0.0.1', '192.0.2.1', '192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.1'],
		...[
			'224.0.0.1',
			'239.255.255.255',
			'240.0.0.1',
			'255.255.255.255',
			'::',
			'::1',
			'::ffff:127.0.0.1',
			'::ffff:8.8.8.8',
		],
		...[
			'::127.0.0.1',
			'64:ff9b::7f00:1',
			'64:ff9b:1::1',
			'100::1',
			'2001::1',
			'2001:db8::1',
			'2002:7f00:1::',
			'3fff::1',
		],
		...['fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%lo', 'fec0::1', 'ff02::1', '5f00::1', '', 'localhost', '1.1.1'],
	])('%s is none', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('a guarded request', () => {
	it('sends what it is told and gives the answer back', async () => {
		const seen: unknown[] = [];
		const { url } = await serve(async (request, response) => {
			let body = '';
			for await (const chunk of request) body += chunk;
			seen.push([request.method, request.url, request.headers['x-test'], body]);
			response.writeHead(418, { 'x-answer': 'yes' }).end('tea');
		});
		const answer = await client('127.0.0.0/8').send({
			...{ url: `${url}/a?b=c`, method: 'POST', headers: { 'x-test': '1' }, body: '{}' },
		});
		expect(seen).toEqual([['POST', '/a?b=c', '1', '{}']]);
		expect([answer.status, answer.headers['x-answer'], Buffer.from(answer.body).toString()]).toEqual([
			418,
			'yes',
			'tea',
		]);
	});

	it.each([
		...['http://127.0.0.1:1/', 'http://[::1]:1/', 'http://localhost:1/', 'http://LOCALHOST:1/', 'http://0x7f.1:1/'],
		...[
			'http://2130706433:1/',
			'http://0177.0.0.1:1/',
			'http://127.1:1/',
			'http://0:1/',
			'http://[::ffff:127.0.0.1]:1/',
		],
		...[
			'http://[::ffff:7f00:1]:1/',
			'http://169.254.169.254/latest/meta-data',
			'http://10.0.0.1/',
			'http://[fe80::1]/',
		],
		...['https://127.0.0.1:1/', 'ftp://8.8.8.8/', 'file:///etc/passwd', 'http://u:p@8.8.8.8/', 'nonsense', ''],
	])('refuses %s', async (url) => {
		expect(await failure(client(null).send({ url, method: 'GET' }))).toBe('refused');
	});

	it('refuses a name for its address, and a name of which one address is bad', async () => {
		for (const lookUpAll of [answering('10.1.2.3'), answering('8.8.8.8 127.0.0.1'), answering('::1')]) {
			const sent = client(null, { lookUpAll }).send({ url: 'http://hooks.example/', method: 'GET' });
			expect(await failure(sent)).toBe('refused');
		}
	});

	it('does not reach a machine by a name that changes its address after the check', async () => {
		let requests = 0;
		const { port } = await serve((_request, response) => {
			requests += 1;
			response.end();
		});
		// Who checks first and lets the socket look up again would be told the second address then.
		let lookUps = 0;
		const counting: LookUpAll = (name, options, done) => {
			lookUps += 1;
			answering(lookUps === 1 ? '127.0.0.1' : '127.0.0.2')(name, options, done);
		};
		await client('127.0.0.1', { lookUpAll: counting }).send({ url: `http://once.example:${port}`, method: 'GET' });
		expect([lookUps, requests]).toEqual([1, 1]);
	});

	it('reaches what is allowed by name, by network, by address', async () => {
		const { port } = await serve((_request, response) => response.end('ok'));
		for (const [allow, host] of [
			['localhost', 'localhost'],
			['127.0.0.0/8, ::1', 'localhost'],
			['127.0.0.1', '127.0.0.1'],
			['*', '127.0.0.1'],
		] as const) {
			const { status } = await client(allow).send({ url: `http://${host}:${port}/`, method: 'GET' });
			expect(status).toBe(200);
		}
		const other = client('hooks.internal').send({ url: `http://127.0.0.1:${port}/`, method: 'GET' });
		expect(await failure(other)).toBe('refused');
	});

	it('follows no redirect', async () => {
		const asked: (string | undefined)[] = [];
		const { url } = await serve((request, response) => {
			asked.push(request.url);
			response.writeHead(307, { location: '/elsewhere' }).end();
		});
		expect(await failure(client('127.0.0.1').send({ url: `${url}/hook`, method: 'POST', body: 'x' }))).toBe('redirect');
		expect(asked).toEqual(['/hook']);
	});

	it('takes no more of an answer than it wants, also when its length is not told', async () => {
		const { url } = await serve((_request, response) => {
			response.write('x'.repeat(600));
			response.end('x'.repeat(600));
		});
		const small = client('127.0.0.1');
		expect(await failure(small.send({ url, method: 'GET' }))).toBe('too-large');
		expect((await client('127.0.0.1', { answerBytes: 1200 }).send({ url, method: 'GET' })).body.length).toBe(1200);
		const { url: endless } = await serve((_request, response) => {
			const timer = setInterval(() => response.write('x'.repeat(100)), 1);
			response.on('close', () => clearInterval(timer));
		});
		expect(await failure(small.send({ url: endless, method: 'GET' }))).toBe('too-large');
	});

	it('waits no longer than it may: for an answer, for its end, for a connection', async () => {
		const { url: silent } = await serve(() => {});
		const { url: slow } = await serve((_request, response) => {
			response.write('x');
		});
		const deaf = createTcpServer();
		await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
		const { port } = deaf.address() as AddressInfo;
		deaf.close();
		const impatient = client('127.0.0.1', { timeout: 200 });
		expect(await failure(impatient.send({ url: silent, method: 'GET' }))).toBe('timeout');
		expect(await failure(impatient.send({ url: slow, method: 'GET' }))).toBe('timeout');
		expect(await failure(impatient.send({ url: `http://127.0.0.1:${port}`, method: 'GET' }))).toBe('unreachable');
		const unknown: LookUpAll = (_name, _options, done) =>
			done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
		const lost = client(null, { lookUpAll: unknown }).send({ url: 'http://nobody.example', method: 'GET' });
		expect(await failure(lost)).toBe('unreachable');
	});

	it('ends early when its caller wants it to', async () => {
		const { url } = await serve(() => {});
		const stop = new AbortController();
		const sent = failure(client('127.0.0.1').send({ url, method: 'GET', signal: stop.signal }));
		stop.abort();
		expect(await sent).toBe('aborted');
	});
});

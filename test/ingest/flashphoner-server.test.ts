/** The signalling server over real WebSockets. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { startSignallingNode } from './support/signalling-node.ts';

let node: Awaited<ReturnType<typeof startSignallingNode>>;
afterEach(() => node.stop());

const timeouts = { hello: 500, ping: 100, silence: 700, pending: 1000, store: 100, stopGrace: 50 };

it('accepts every path, publishes, and frees the name when the client leaves or is cut off', async () => {
	node = await startSignallingNode();
	for (const leave of ['close', 'terminate'] as const) {
		const client = await node.connect('/64966f33?x=1');
		client.publish('1', 'abc');
		await client.status('1', 'PUBLISHING');
		expect(node.engine.isPublished('abc')).toBe(true);
		client.socket[leave]();
		await eventually('the name is free', () => !node.engine.isPublished('abc'), 1000);
	}
	await eventually('both are gone', () => node.server.connections === 0);
	expect(node.lines.filter(({ event }) => event === 'websocket closed').map(({ reason }) => reason)).toEqual([
		'the client closed the connection (1005)',
		'the client closed the connection (1006)',
	]);
});

it('speaks TLS', async () => {
	const { cert, private: key } = await generate([{ name: 'commonName', value: 'test' }]);
	node = await startSignallingNode({ tls: { cert, key } });
	const client = await node.connect();
	client.publish('1', 'abc');
	await client.status('1', 'PUBLISHING');
});

it('sends a snapshot of megabytes', async () => {
	node = await startSignallingNode();
	const client = await node.connect();
	client.tell('snapshot', { mediaSessionId: '1', name: 'abc' });
	const { data } = await client.status('1', 'SNAPSHOT_COMPLETE');
	expect((data[0] as { info: string }).info.length).toBe(8_000_000);
});

it('closes on hostile clients with a fitting code and leaves the others alone', async () => {
	node = await startSignallingNode();
	const bystander = await node.connect();
	bystander.publish('1', 'abc');
	await bystander.status('1', 'PUBLISHING');
	const attacks: [string | Buffer, number][] = [
		['x'.repeat(10_000_000), 1009],
		[Buffer.from([1, 2, 3]), 1003],
	];
	for (const [data, code] of attacks) {
		const attacker = await node.connect();
		attacker.socket.send(data);
		await eventually('closed', () => attacker.closed[0] === code);
	}
	const deep = await node.connect();
	deep.socket.send(`{"message":"publishStream","data":${'['.repeat(900_000)}`);
	await eventually('an answer', () => deep.heard.some(({ message }) => message === 'fail'));
	expect(bystander.closed).toEqual([]);
	expect(node.engine.isPublished('abc')).toBe(true);
});

it('refuses the upgrade when it is full, which the SDK reports as FAILED', async () => {
	node = await startSignallingNode({ maxConnections: 2 });
	const first = await node.connect();
	await node.connect();
	await expect(node.connect()).rejects.toThrow('Unexpected server response: 503');
	first.socket.close();
	await eventually('one is gone', () => node.server.connections === 1);
	await node.connect();
});

it('closes idle sockets and silent clients, and pings the others', async () => {
	node = await startSignallingNode({ timeouts });
	const [idle, silent, lively] = [
		await node.connect('/', { hello: false }),
		await node.connect(),
		await node.connect(),
	];
	lively.socket.on('message', (data) => String(data).includes('"ping"') && lively.tell('pong', null));
	await eventually('idle is closed', () => idle.closed[0] === 1008, 3000);
	await eventually('silent is closed', () => silent.closed[0] === 1008, 3000);
	await new Promise((resolve) => setTimeout(resolve, 1000));
	expect(lively.closed).toEqual([]);
});

it('survives 300 idle sockets, raw bytes and half an upgrade', async () => {
	node = await startSignallingNode({ maxConnections: 400, timeouts });
	const raw = connect(node.port, '127.0.0.1');
	raw.on('error', () => {});
	raw.write(Buffer.alloc(1000, 0xff));
	const half = connect(node.port, '127.0.0.1');
	half.on('error', () => {});
	half.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
	const sockets = await Promise.all(Array.from({ length: 300 }, () => node.connect('/', { hello: false })));
	const client = await node.connect();
	client.publish('1', 'abc');
	await client.status('1', 'PUBLISHING');
	await eventually('all idle ones are closed', () => sockets.every(({ closed }) => closed.length > 0), 8000);
	raw.destroy();
	half.destroy();
});

it('says that it is going away', async () => {
	node = await startSignallingNode();
	const client = await node.connect();
	node.server.close();
	await eventually('closed', () => client.closed[0] === 1001);
});

it('answers plain requests as its handler does', async () => {
	node = await startSignallingNode();
	const status = await new Promise((resolve) => {
		request({ port: node.port, host: '127.0.0.1', path: '/x' }, (response) => {
			response.resume();
			resolve(response.statusCode);
		}).end();
	});
	expect(status).toBe(404);
});

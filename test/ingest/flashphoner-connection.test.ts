/** The signalling's state machine, with media and time in the test's hands. */
import { describe, expect, it } from 'vitest';
import { createSignallingBench } from './support/signalling-bench.ts';

describe('a session', () => {
	it('is established by getUserData', () => {
		const client = createSignallingBench().connect();
		expect(client.heard()).toEqual([
			expect.objectContaining({
				message: 'getUserData',
				data: expect.objectContaining({
					appKey: 'defaultApp',
					status: 'ESTABLISHED',
					authToken: '/192.0.2.1:5000/192.0.2.2:8080',
				}),
			}),
		]);
	});

	it('gives back no secret of its connection message', async () => {
		const client = createSignallingBench().connect({ hello: false });
		await client.tell('connection', { appKey: 'a', custom: { token: 'secret' }, sipPassword: 'secret' });
		expect(JSON.stringify(client.heard())).not.toContain('secret');
	});

	it('does nothing before the connection message, and says so', async () => {
		const client = createSignallingBench().connect({ hello: false });
		await client.publish('1', 'abc');
		await client.play('2', 'abc');
		await client.tell('snapshot', { mediaSessionId: '3', name: 'abc' });
		expect(client.statuses()).toEqual(['1', '2', '3'].map((id) => [id, 'FAILED', 'Session not ready']));
	});

	it('is pinged every five seconds and closed after thirty without a word', async () => {
		const bench = createSignallingBench();
		const client = bench.connect();
		client.heard();
		for (let second = 1; second <= 40; second += 1) {
			await bench.clock.advance(1000);
			client.connection.checkTime();
			if (second === 10) await client.tell('pong');
			expect(client.closed).toEqual(second < 40 ? [] : ['the client is silent']);
		}
		const pings = client.heard();
		expect(pings.length).toBe(7);
		for (const ping of pings) expect(ping).toMatchObject({ message: 'ping', all: [] });
	});

	it('has to say connection within ten seconds', async () => {
		const bench = createSignallingBench();
		const client = bench.connect({ hello: false });
		await bench.clock.advance(9999);
		client.connection.checkTime();
		expect(client.closed).toEqual([]);
		await bench.clock.advance(1);
		client.connection.checkTime();
		expect(client.closed).toEqual(['no connection message in time']);
	});

	it('answers ping, availableStream and sendData', async () => {
		const client = createSignallingBench().connect();
		await client.publish('1', 'abc');
		client.heard();
		await client.tell('ping');
		await client.tell('availableStream', { mediaSessionId: '2', name: 'abc' });
		await client.tell('availableStream', { mediaSessionId: '3', name: 'abcd' });
		await client.tell('availableStream', { mediaSessionId: '4', name: 5 });
		await client.tell('sendData', { operationId: 'x', payload: {} });
		expect(client.heard().map(({ message, all }) => [message, ...all])).toEqual([
			['pong', null],
			['availableStream', { id: '2', status: 'true', info: '' }],
			['availableStream', { id: '3', status: 'false', info: 'Stream not found' }],
			['availableStream', { id: '4', status: 'false', info: 'Stream not found' }],
			['DataStatusEvent', { operationId: 'x', status: 'FAILED', info: 'No application takes this data' }],
		]);
	});
});

describe('broken messages', () => {
	it('are answered with what is wrong, and closed upon after a hundred', async () => {
		const client = createSignallingBench().connect();
		client.heard();
		const cases: [string, string][] = [
			['hello', 'the message is not JSON'],
			['', 'the message is not JSON'],
			['null', 'the message has no "message"'],
			['[]', 'the message has no "message"'],
			['{"message":5}', 'the message has no "message"'],
			[`{"message":"sendStreamEvent","data":${'['.repeat(100_000)}`, 'the message is nested deeper than 64 levels'],
		];
		for (const [text, info] of cases) {
			client.connection.receive(text);
			expect(client.heard()).toEqual([
				expect.objectContaining({ message: 'fail', all: [expect.objectContaining({ info })] }),
			]);
		}
		for (let count = cases.length; count < 100; count += 1) client.connection.receive('x');
		expect(client.closed).toEqual([]);
		client.connection.receive('x');
		expect(client.closed).toEqual(['too many broken messages']);
	});

	it('of unknown names, or of wrong types, hurt nothing', async () => {
		const client = createSignallingBench().connect();
		client.heard();
		for (const message of ['pushLogs', 'toString', '__proto__', 'constructor', 'call', 'sessionDebug'])
			await client.tell(message, { logs: 'x' });
		expect(client.heard()).toEqual([]);
		for (const message of ['connection', 'publishStream', 'playStream', 'unPublishStream', 'stopStream', 'snapshot'])
			for (const argument of [null, 5, 'x', [], [[]], { mediaSessionId: {}, name: [], sdp: 5 }])
				await client.tell(message, argument);
		expect(client.heard().every(({ message }) => message === 'fail')).toBe(true);
		expect(client.closed).toEqual([]);
	});

	it('of a flood end the connection', async () => {
		const bench = createSignallingBench();
		const client = bench.connect();
		for (let count = 0; count < 600 && client.closed.length === 0; count += 1) await client.tell('pong');
		expect(client.closed).toEqual(['too many messages']);
	});
});

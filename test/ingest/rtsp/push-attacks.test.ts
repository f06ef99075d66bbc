/** Hostile peers on the RTSP port: their connection ends, with a reason in the log, and nobody else notices. */
import { randomFillSync } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concatBytes } from '../../../ingest-node/protocols/bytes.ts';
import { headerOf, writeInterleaved, writeRequest } from '../../../ingest-node/protocols/rtsp/message.ts';
import { parseTransports } from '../../../ingest-node/protocols/rtsp/transport.ts';
import { parseStreamName } from '../../../src/shared/stream-name.ts';
import { mutate, randomSource } from '../../support/mutate.ts';
import { eventually } from '../support/eventually.ts';
import { type RtspNode, startRtspNode } from '../support/rtsp-node.ts';
import { announcement, connectRtsp, createLoop, type RtspPublisher } from '../support/rtsp-publisher.ts';
import { rawPeer } from '../support/tcp.ts';

const timeouts = { request: 1200, record: 2000, media: 2000, goodbye: 500, report: 1000, flush: 200 };

let node: RtspNode;
let bystander: RtspPublisher;

beforeEach(async () => {
	node = await startRtspNode({ timeouts, maxConnections: 150 });
	bystander = await connectRtsp(node.port, 'bystander');
	await bystander.record();
	bystander.stream();
	await eventually('the bystander', () => node.object('bystander'));
});

afterEach(async () => {
	const before = node.hub.streams()[0]?.keyframes ?? 0;
	await eventually('the bystander goes on', () => (node.hub.streams()[0]?.keyframes ?? 0) > before);
	await eventually('it alone', () => node.hub.streams().length === 1);
	expect(node.hub.streams()[0]).toMatchObject({ name: 'bystander', counters: { lost: 0, malformed: 0 } });
	bystander.stop();
	await node.stop();
	expect(node.log.filter(({ level }) => level === 'error')).toEqual([]);
});

const reasons = (): unknown[] =>
	node.log.filter(({ event }) => event === 'rtsp connection closed').map(({ reason }) => reason);

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const options = (sequence: number): Uint8Array => writeRequest('OPTIONS', '*', [['CSeq', String(sequence)]]);

describe('the connection ends', () => {
	const payloads: readonly [string, () => Uint8Array, RegExp][] = [
		['of a web browser', () => bytesOf('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /"GET \/ HTTP\/1.1" begins no request/],
		['of random bytes', () => randomFillSync(new Uint8Array(100_000)).fill(9, 0, 1), /byte 9 begins no message/],
		['of headers without an end', () => bytesOf(`OPTIONS * RTSP/1.0\r\nX: ${'x'.repeat(100_000)}`), /headers of more/],
		[
			'of 10,000 headers',
			() => bytesOf(`OPTIONS * RTSP/1.0\r\n${'a:\r\n'.repeat(3000)}\r\n`),
			/at most 100 are allowed/,
		],
		[
			'of a body that is too large',
			() => bytesOf('ANNOUNCE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 999999999\r\n\r\n'),
			/at most 65536 are allowed/,
		],
		[
			'of a frame that is shorter than it says',
			() => concatBytes([writeInterleaved(0, new Uint8Array(50)).fill(10, 3, 4), options(1)]),
			/byte 0 begins no message/,
		],
		[
			'of a flood of requests',
			() => concatBytes(Array.from({ length: 300 }, (_, at) => options(at))),
			/more than 100 messages without a recording/,
		],
		[
			'of a flood of frames before the recording',
			() => concatBytes(Array.from({ length: 300 }, () => writeInterleaved(0, new Uint8Array(100)))),
			/more than 100 messages without a recording/,
		],
	];
	it.each(payloads)('%s', async (_name, payload, reason) => {
		const peer = await rawPeer(node.port);
		peer.write(payload());
		await peer.closed;
		await eventually('the reason', () => reasons().length > 0);
		expect(reasons()).toEqual([expect.stringMatching(reason)]);
	});

	it('of peers that begin and do not go on', async () => {
		const slow: readonly [Uint8Array, RegExp][] = [
			[bytesOf('ANNOUNCE rtsp://h/live/a RTSP/1.0\r\nCSeq: 1\r\n'), /no request within/],
			[bytesOf('ANNOUNCE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 100\r\n\r\nv=0'), /no request within/],
			[Uint8Array.of(0x24, 0, 255, 255, 1, 2, 3), /no request within/],
			[new Uint8Array(0), /no request within/],
			[options(1), /no recording within/],
		];
		const peers = await Promise.all(
			slow.map(async ([bytes]) => {
				const peer = await rawPeer(node.port);
				peer.write(bytes);
				// One of them goes on, a byte at a time.
				const drip = bytes.length > 0 ? undefined : setInterval(() => peer.write(bytesOf('a')), 50);
				return peer.closed.then(() => clearInterval(drip));
			}),
		);
		await Promise.all(peers);
		const found = reasons().map(String).sort();
		expect(found).toEqual(slow.map(([, reason]) => expect.stringMatching(reason)).reverse());
	});

	it('of a publisher that falls silent, and of one that keeps talking without media', async () => {
		const [silent, talker] = await Promise.all([connectRtsp(node.port, 'silent'), connectRtsp(node.port, 'talker')]);
		await Promise.all([silent.record(), talker.record()]);
		const talk = setInterval(() => talker.peer.write(options(99)), 100);
		await Promise.all([silent.peer.closed, talker.peer.closed]);
		clearInterval(talk);
		expect(reasons()).toEqual([expect.stringMatching(/no media within/), expect.stringMatching(/no media within/)]);
	});

	it('of a peer that asks and does not read', async () => {
		const peer = await connectRtsp(node.port, 'attacker');
		await peer.record();
		peer.stream();
		peer.peer.socket.pause();
		const flood = concatBytes(Array.from({ length: 5000 }, (_, at) => options(at)));
		const pour = setInterval(() => peer.peer.write(flood), 20);
		await eventually('the end', () => reasons().includes('the peer does not read'), 25_000);
		clearInterval(pour);
		peer.stop();
	});
});

it('closes 100 connections that say nothing, with a reason each', async () => {
	const peers = await Promise.all(Array.from({ length: 100 }, () => rawPeer(node.port)));
	await eventually('all of them', () => node.server.connections === 101);
	await Promise.all(peers.map(({ closed }) => closed));
	expect(reasons()).toHaveLength(100);
	for (const reason of reasons()) expect(reason).toMatch(/no request within/);
});

it('drops UDP of a foreign address, and of another port of the same one', async () => {
	const publisher = await connectRtsp(node.port, 'udp');
	const sockets = await Promise.all(
		['127.0.0.1', '127.0.0.1', '127.0.0.2'].map(async (address) => {
			const socket = createSocket('udp4');
			await new Promise<void>((resolve) => socket.bind(0, address, resolve));
			return socket;
		}),
	);
	const [own, other, stranger] = sockets;
	const clientPort = own?.address().port ?? 0;
	const setup = await publisher.record(`RTP/AVP;unicast;client_port=${clientPort}-${clientPort + 1};mode=record`);
	const [transport] = parseTransports(headerOf(setup, 'transport') ?? '');
	const port = transport?.serverPort?.rtp ?? 0;
	expect(port).toBeGreaterThan(0);
	const [next, foreign] = [createLoop(), createLoop()];
	const send = setInterval(() => {
		for (let n = 0; n < 6; n += 1) {
			stranger?.send(foreign(), port, '127.0.0.1');
			own?.send(next(), port, '127.0.0.1');
			other?.send(foreign(), port, '127.0.0.1');
		}
	}, 20);
	const status = () => node.hub.status(parseStreamName('udp'));
	await eventually('keyframes', () => (status()?.keyframes ?? 0) > 2);
	clearInterval(send);
	expect(status()?.counters).toMatchObject({ lost: 0, malformed: 0, damaged: 0, sources: 1 });
	expect(status()?.counters.foreign).toBeGreaterThan(10);
	// Only the foreigners go on: that is no sign of life.
	const noise = setInterval(() => stranger?.send(foreign(), port, '127.0.0.1'), 50);
	await publisher.peer.closed;
	clearInterval(noise);
	expect(reasons()).toEqual([expect.stringMatching(/no media within/)]);
	for (const socket of sockets) socket.close();
});

it('ends the stream and frees its ports when the connection ends', async () => {
	const range = { first: 40_000 + 4 * Math.floor(Math.random() * 4000), last: 0 };
	const small = await startRtspNode({ timeouts, udpPorts: { ...range, last: range.first + 3 } });
	for (let round = 0; round < 6; round += 1) {
		const publisher = await connectRtsp(small.port, `round-${round}`);
		await publisher.record('RTP/AVP;unicast;client_port=5000-5001;mode=record');
		publisher.stop();
		await eventually('the end', () => small.hub.streams().length === 0);
	}
	await small.stop();
});

it('lives through a storm of damaged conversations', async () => {
	const conversation = concatBytes([
		options(1),
		writeRequest(
			'ANNOUNCE',
			'rtsp://h/live/storm',
			[
				['CSeq', '2'],
				['Content-Type', 'application/sdp'],
			],
			announcement(),
		),
		writeRequest('SETUP', 'rtsp://h/live/storm/streamid=0', [
			['CSeq', '3'],
			['Transport', 'RTP/AVP/TCP;interleaved=0-1'],
		]),
		writeRequest('RECORD', 'rtsp://h/live/storm', [['CSeq', '4']]),
		...Array.from({ length: 40 }, createLoop()).map((packet) => writeInterleaved(0, packet)),
	]);
	const random = randomSource(5);
	for (let round = 0; round < 150; round += 1) {
		const peer = await rawPeer(node.port);
		peer.write(mutate(conversation, random));
		peer.socket.end();
		await peer.closed;
	}
	await eventually('all closed', () => node.server.connections === 1);
});

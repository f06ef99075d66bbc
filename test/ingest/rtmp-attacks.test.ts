/** Hostile peers on the RTMP port: their connection ends, with a reason in the log, and nobody else notices. */
import { randomFillSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concatBytes } from '../../ingest-node/protocols/bytes.ts';
import { publish, type RtmpPublisher } from '../../local/rtmp-publisher.ts';
import { eventually } from './support/eventually.ts';
import { command, connect, hello, message, publishBytes } from './support/publisher-bytes.ts';
import { type RtmpNode, startRtmpNode } from './support/rtmp-node.ts';
import { rawPeer } from './support/tcp.ts';
import { vp8Clip } from './support/vp8-clip.ts';

const timeouts = { handshake: 600, publish: 1200, idle: 1500, flush: 200 };

let node: RtmpNode;
let bystander: RtmpPublisher;

beforeEach(async () => {
	node = await startRtmpNode({ timeouts, maxConnections: 20 });
	const source = { codec: 'vp8', accessUnits: vp8Clip(), frameRate: 30 } as const;
	bystander = await publish({ url: `rtmp://127.0.0.1:${node.port}/live/bystander`, source, loop: true });
	await eventually('the bystander', () => node.object('bystander'));
});

afterEach(async () => {
	const before = node.hub.streams()[0]?.keyframes ?? 0;
	await eventually('the bystander goes on', () => (node.hub.streams()[0]?.keyframes ?? 0) > before);
	expect(node.hub.streams().map(({ name }) => name)).toEqual(['bystander']);
	await bystander.stop();
	await node.stop();
});

const reasons = (): unknown[] =>
	node.log.filter(({ event }) => event === 'rtmp connection closed').map(({ reason }) => reason);

describe('the connection ends', () => {
	const payloads: readonly [string, () => Uint8Array, string | RegExp][] = [
		[
			'of a web browser',
			() => new TextEncoder().encode('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
			/version 71 instead of 3/,
		],
		['of random bytes', () => randomFillSync(new Uint8Array(100_000)).fill(9, 0, 1), /version 9 instead of 3/],
		[
			'of random bytes after a handshake',
			() => concatBytes([hello(), Uint8Array.of(0xc7), randomFillSync(new Uint8Array(50_000))]),
			'RTMP chunk stream: chunk stream 7 begins with format 3',
		],
		[
			'with a message of 16 MB before a publish',
			() => concatBytes([hello(), connect(), Uint8Array.of(6, 0, 0, 0, 255, 255, 255, 9, 1, 0, 0, 0)]),
			/16777215 bytes, at most 65536/,
		],
		[
			'with chunk size 0',
			() => concatBytes([hello(), message(1, new Uint8Array(4))]),
			'RTMP chunk stream: chunk size 0',
		],
		[
			'with deep AMF',
			() =>
				concatBytes([
					hello(),
					message(
						20,
						new Uint8Array(5000).fill(0x0a).map((byte, at) => (at % 5 === 0 ? byte : at % 5 === 4 ? 1 : 0)),
					),
				]),
			/AMF0: deeper than 8 levels/,
		],
		[
			'with a flood of commands',
			() => concatBytes([hello(), connect(), ...Array.from({ length: 500 }, () => command(0, 'x', 0, null))]),
			/messages without a publish/,
		],
		[
			'with a message of 16 MB that is a command',
			() => concatBytes([publishBytes('attacker'), Uint8Array.of(3, 0, 0, 0, 255, 255, 255, 20, 0, 0, 0, 0)]),
			/at most 65536/,
		],
	];
	it.each(payloads)('%s', async (_name, payload, reason) => {
		const peer = await rawPeer(node.port);
		peer.write(payload());
		await peer.closed;
		await eventually('the reason', () => reasons().length > 0);
		expect(reasons()).toEqual([typeof reason === 'string' ? reason : expect.stringMatching(reason)]);
	});

	it('of a peer that says nothing', async () => {
		const peer = await rawPeer(node.port);
		await peer.closed;
		expect(reasons()).toEqual([expect.stringContaining('no handshake within')]);
	});

	it('of a peer that shakes hands a byte at a time', async () => {
		const peer = await rawPeer(node.port);
		const drip = setInterval(() => peer.write(Uint8Array.of(3)), 50);
		await peer.closed;
		clearInterval(drip);
		expect(reasons()).toEqual([expect.stringContaining('no handshake within')]);
	});

	it('of a peer that connects and never publishes', async () => {
		const peer = await rawPeer(node.port);
		peer.write(concatBytes([hello(), connect()]));
		await peer.closed;
		expect(reasons()).toEqual([expect.stringContaining('no publish within')]);
	});

	it('of a publisher that sends a message a byte at a time', async () => {
		const peer = await rawPeer(node.port);
		peer.write(publishBytes('attacker'));
		await eventually('the stream', () => node.hub.streams().length === 2);
		peer.write(Uint8Array.of(6, 0, 0, 0, 255, 255, 255, 9, 1, 0, 0, 0));
		const drip = setInterval(() => peer.write(Uint8Array.of(0x17)), 50);
		await peer.closed;
		clearInterval(drip);
		expect(reasons()).toEqual([expect.stringContaining('no message for')]);
		expect(node.hub.streams()).toHaveLength(1);
	});

	it('of a peer that pings and does not read', async () => {
		const peer = await rawPeer(node.port);
		peer.socket.pause();
		peer.write(publishBytes('attacker'));
		const ping = message(4, Uint8Array.of(0, 6, 1, 2, 3, 4));
		const flood = concatBytes(Array.from({ length: 5000 }, () => ping));
		const pour = setInterval(() => peer.write(flood), 5);
		await eventually('the end', () => reasons().includes('the peer does not read'), 20_000);
		clearInterval(pour);
		peer.socket.destroy();
	});
});

it('refuses connections beyond the limit and says so once a second', async () => {
	const peers = await Promise.all(Array.from({ length: 40 }, () => rawPeer(node.port)));
	await Promise.all(peers.slice(19).map((peer) => Promise.race([peer.closed, peers[0]?.closed])));
	await eventually('the log line', () => node.log.some(({ event }) => event === 'connections refused'));
	expect(node.log.filter(({ event }) => event === 'connections refused').length).toBeLessThanOrEqual(2);
	await Promise.all(peers.map((peer) => peer.closed));
});

it('lives through a storm of garbage', async () => {
	for (let round = 0; round < 60; round += 1) {
		const peer = await rawPeer(node.port);
		const garbage = randomFillSync(new Uint8Array(1 + ((round * 37) % 3000)));
		peer.write(round % 2 === 0 ? garbage : concatBytes([publishBytes(`storm-${round}`), garbage]));
		peer.socket.end();
		await peer.closed;
	}
	await eventually('all closed', () => node.server.connections === 1);
	expect(node.log.filter(({ level }) => level === 'error')).toEqual([]);
});

/** What one address may have of a server, over real connections. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../ingest-node/clock.ts';
import { createLog } from '../../ingest-node/log.ts';
import { createAddressShare } from '../../ingest-node/servers/address-share.ts';
import { createRtmpServer } from '../../ingest-node/servers/rtmp.ts';
import { createRtspServer } from '../../ingest-node/servers/rtsp.ts';
import { createWebServer } from '../../ingest-node/servers/web.ts';
import { createWhipSessions } from '../../ingest-node/servers/whip-sessions.ts';
import { ensureCertificate } from '../../local/certificate.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { eventually } from './support/eventually.ts';
import { createFakeMediaEngine } from './support/fake-media-engine.ts';
import { startRtmpNode } from './support/rtmp-node.ts';

const share = (most: number) => createAddressShare({ most, isExempt: () => false });

describe('a share', () => {
	it('is given back once', () => {
		const { take } = share(2);
		const [first, second] = [take('192.0.2.1'), take('::ffff:192.0.2.1')];
		expect(take('192.0.2.1')).toBeNull();
		expect(take('192.0.2.2')).not.toBeNull();
		first?.();
		first?.();
		expect(take('192.0.2.1')).not.toBeNull();
		expect(take('192.0.2.1')).toBeNull();
		second?.();
		expect(take('192.0.2.1')).not.toBeNull();
	});

	it('is that of a network in IPv6, and of nobody on this machine', () => {
		const { take } = share(1);
		expect(take('2001:db8::1')).not.toBeNull();
		expect(take('2001:db8::2:1')).toBeNull();
		expect(take('2001:db8:0:1::1')).not.toBeNull();
		const usual = createAddressShare({ most: 1 });
		for (const address of ['127.0.0.1', '127.0.0.1', '::1', '::1', '::ffff:127.0.0.1'])
			expect(usual.take(address)).not.toBeNull();
		const open = createAddressShare({ most: null, isExempt: () => false });
		for (let n = 0; n < 5; n += 1) expect(open.take('192.0.2.1')).not.toBeNull();
	});
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

const log = createLog(() => {});
const common = { clock: systemClock, log, maxConnections: 100 };

/** Connects; `closed` becomes true when the server has closed it. */
const open = (port: number) => {
	const socket = connect(port, '127.0.0.1');
	const peer = { socket, closed: false, connected: false };
	socket.on('connect', () => {
		peer.connected = true;
	});
	socket.on('error', () => {});
	socket.on('close', () => {
		peer.closed = true;
	});
	socket.resume();
	closing.push(() => socket.destroy());
	return peer;
};

const certificate = async () => {
	const folder = await mkdtemp(join(tmpdir(), 'livestill-test-'));
	closing.push(() => rm(folder, { recursive: true }));
	const { certFile, keyFile } = await ensureCertificate(folder);
	return { cert: await readFile(certFile), key: await readFile(keyFile) };
};

describe('connections of one address beyond its share are closed', () => {
	it.each(['rtmp', 'rtmps', 'rtsp', 'ws', 'wss'] as const)('by %s, and room is made by those that go', async (kind) => {
		const { hub, stop } = await startRtmpNode();
		closing.push(stop);
		const tls = kind.endsWith('s') && kind !== 'ws' ? await certificate() : undefined;
		const server =
			kind === 'ws' || kind === 'wss'
				? createWebServer({ ...common, share: share(2), onRequest: () => {}, onUpgrade: () => {} })
				: kind === 'rtsp'
					? createRtspServer({ ...common, hub, share: share(2), udpPorts: null })
					: createRtmpServer({ ...common, hub, share: share(2) });
		closing.push(server.close);
		const port = await server.listen({ port: 0, host: '127.0.0.1', variable: 'PORT', tls });
		const first = [open(port), open(port)];
		await eventually('two', () => first.every(({ connected }) => connected));
		const third = open(port);
		await eventually('the third is closed', () => third.closed);
		expect(first.map(({ closed }) => closed)).toEqual([false, false]);
		first[0]?.socket.destroy();
		await eventually('another one stays', async () => {
			const fourth = open(port);
			await new Promise((resolve) => setTimeout(resolve, 200));
			return fourth.connected && !fourth.closed;
		});
	});
});

it('sessions of WHIP outlive their connections, and count', async () => {
	const engine = createFakeMediaEngine();
	const sessions = createWhipSessions({ clock: systemClock, log, maxSessions: 10, timeout: 1000, share: share(1) });
	const start = (name: string, remote: string) =>
		sessions.open('whip', { name: parseStreamName(name), offer: 'v=0', remote, query: '' }, engine.publish);
	const { id } = await start('a', '192.0.2.1:1000');
	await expect(start('b', '192.0.2.1:1001')).rejects.toMatchObject({ code: 'BUSY' });
	await start('c', '[2001:db8::1]:1000');
	await expect(start('c2', '[2001:db8::2]:1000')).rejects.toMatchObject({ code: 'BUSY' });
	sessions.end(id, 'done');
	await eventually('room', () =>
		start('b', '192.0.2.1:1001').then(
			() => true,
			() => false,
		),
	);
	// A publish that is refused takes nothing away.
	await expect(start('b', '192.0.2.7:1')).rejects.toThrow();
	await start('d', '192.0.2.7:1');
});

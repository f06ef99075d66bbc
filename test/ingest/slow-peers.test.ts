/**
 * Peers that send a byte now and then, to every port that speaks HTTP: they are let go, and others are served meanwhile. RTMP and RTSP have the
 * same in rtmp-attacks.test.ts and rtsp/push-attacks.test.ts, WebSockets in flashphoner-server.test.ts; soak/slow-peers.ts tries all ports at once.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../ingest-node/clock.ts';
import { silentLog } from '../../ingest-node/log.ts';
import { createControlServer } from '../../ingest-node/servers/control.ts';
import { createWebServer } from '../../ingest-node/servers/web.ts';
import { createWhipHandler } from '../../ingest-node/servers/whip.ts';
import { ensureCertificate } from '../../local/certificate.ts';
import { eventually } from './support/eventually.ts';
import { createFakeMediaEngine } from './support/fake-media-engine.ts';
import { startRtmpNode } from './support/rtmp-node.ts';

const times = { headersTimeout: 500, requestTimeout: 800, connectionsCheckingInterval: 100 };

const closing: (() => unknown)[] = [];
afterEach(() => {
	for (const close of closing.splice(0)) close();
});

const start = {
	web: async (): Promise<number> => {
		const common = { clock: systemClock, log: silentLog };
		const whip = createWhipHandler({ engine: createFakeMediaEngine(), ...common, maxSessions: 10 });
		const server = createWebServer({
			...{ ...common, maxConnections: 200, times },
			onRequest: (request, response) => {
				if (!whip.handle(request, response)) response.writeHead(404).end();
			},
			onUpgrade: (_request, socket) => socket.destroy(),
		});
		closing.push(server.close, whip.close);
		return server.listen({ port: 0, host: '127.0.0.1', variable: 'WS_PORT' });
	},
	control: async (): Promise<number> => {
		const server = createControlServer({
			health: () => ({ node: '', streams: [] }),
			// It reads the body, as the real one does.
			keyframeCall: () => async (request, response) => {
				request.on('error', () => {});
				request.resume().on('end', () => response.writeHead(401).end());
			},
			times,
		});
		closing.push(server.close);
		return server.listen(0);
	},
};

/** Sends the beginning, then one byte again and again. */
const drip = (port: number, beginning: string, byte: string) => {
	const socket: Socket = connect(port, '127.0.0.1', () => socket.write(beginning));
	const peer = { closed: false };
	const timer = setInterval(() => socket.write(byte), 50);
	socket.on('error', () => {});
	socket.on('close', () => {
		clearInterval(timer);
		peer.closed = true;
	});
	socket.resume();
	closing.push(() => socket.destroy());
	return peer;
};

const beginnings: readonly [what: string, beginning: string, byte: string][] = [
	['nothing', '', ''],
	['a request line a byte at a time', 'PO', 'O'],
	['headers without end', 'GET / HTTP/1.1\r\nHost: x\r\n', 'X'],
	[
		'a body without end',
		'POST /whip/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\nContent-Length: 9000\r\n\r\nv=0',
		'x',
	],
	[
		'a chunked body without end',
		'POST /control/keyframe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
		'1\r\nx\r\n',
	],
];

describe.each(Object.entries(start))('the %s port', (_name, listen) => {
	it.each(beginnings)('lets go of who sends %s', async (_what, beginning, byte) => {
		const port = await listen();
		const peers = Array.from({ length: 20 }, () => drip(port, beginning, byte));
		const statuses: number[] = [];
		await eventually('all closed', async () => {
			statuses.push((await fetch(`http://127.0.0.1:${port}/nothing`)).status);
			return peers.every(({ closed }) => closed);
		});
		expect(new Set(statuses)).toEqual(new Set([404]));
	});
});

it('connections without a TLS handshake are cut where nobody else cuts them', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'livestill-test-'));
	closing.push(() => rm(folder, { recursive: true }));
	const { certFile, keyFile } = await ensureCertificate(folder);
	const tls = { cert: await readFile(certFile), key: await readFile(keyFile) };
	const timeouts = { handshake: 400, publish: 1000, idle: 1000, flush: 200 };
	const { port, stop } = await startRtmpNode({ timeouts, tls });
	closing.push(stop);
	const peers = [drip(port, '', ''), drip(port, '\x16', '')];
	await eventually('all closed', () => peers.every(({ closed }) => closed));
});

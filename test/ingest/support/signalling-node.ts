import { WebSocket } from 'ws';
import { systemClock } from '../../../ingest-node/clock.ts';
import { createLog } from '../../../ingest-node/log.ts';
import { createRooms } from '../../../ingest-node/protocols/flashphoner/rooms.ts';
import type { SignallingTimeouts } from '../../../ingest-node/protocols/flashphoner/timeouts.ts';
import type { TlsFiles } from '../../../ingest-node/servers/connection-server.ts';
import { createSignallingServer } from '../../../ingest-node/servers/signalling.ts';
import { createWebServer } from '../../../ingest-node/servers/web.ts';
import { eventually } from './eventually.ts';
import { createFakeMediaEngine } from './fake-media-engine.ts';

interface Heard {
	readonly message: string;
	readonly data: readonly unknown[];
}

/** The signalling server on a free loopback port, over a fake media engine. */
export const startSignallingNode = async (
	options: { maxConnections?: number; timeouts?: SignallingTimeouts; tls?: TlsFiles } = {},
) => {
	const lines: { event: string; reason?: string }[] = [];
	const log = createLog((line) => lines.push(JSON.parse(line) as { event: string }));
	const engine = createFakeMediaEngine();
	const { maxConnections = 100, timeouts, tls } = options;
	const server = createSignallingServer({
		engine,
		log,
		maxConnections,
		clock: systemClock,
		rooms: createRooms(),
		// As large as the picture of a 4K stream.
		takeSnapshot: async () => 'A'.repeat(8_000_000),
		isPublished: engine.isPublished,
		obstacle: () => null,
		iceServersFor: () => [],
		authoriseLook: async () => {},
		isStored: () => true,
		onFault: (error) => log.error('fault', { reason: String(error) }),
		...(timeouts === undefined ? {} : { timeouts }),
	});
	const web = createWebServer({
		log,
		clock: systemClock,
		maxConnections: maxConnections + 10,
		onRequest: (_request, response) => response.writeHead(404).end(),
		onUpgrade: server.upgrade,
	});
	const port = await web.listen({ port: 0, host: '127.0.0.1', variable: 'WS_PORT', tls });

	const connect = async (path = '/', { hello = true } = {}) => {
		const socket = new WebSocket(`${tls ? 'wss' : 'ws'}://127.0.0.1:${port}${path}`, { rejectUnauthorized: false });
		const heard: Heard[] = [];
		const closed: number[] = [];
		socket.on('message', (data) => heard.push(JSON.parse(String(data)) as Heard));
		socket.on('close', (code) => closed.push(code));
		const opened = Promise.withResolvers<void>();
		socket.once('open', opened.resolve);
		socket.once('error', opened.reject);
		await opened.promise;
		socket.on('error', () => {});
		const tell = (message: string, argument: unknown): void =>
			socket.send(JSON.stringify({ message, data: [argument] }));
		if (hello) {
			tell('connection', { appKey: 'defaultApp' });
			await eventually('getUserData', () => heard.some(({ message }) => message === 'getUserData'));
		}
		return {
			socket,
			heard,
			closed,
			tell,
			publish: (id: string, name: string) =>
				tell('publishStream', { mediaSessionId: id, name, mediaProvider: 'WebRTC', sdp: 'offer' }),
			/** Waits for a status of a stream. */
			status: (id: string, status: string) =>
				eventually(`${status} of ${id}`, () =>
					heard.find(({ data: [event] }) => {
						const fields = event as { mediaSessionId?: string; status?: string } | null;
						return fields?.mediaSessionId === id && fields.status === status;
					}),
				),
		};
	};

	return {
		engine,
		server,
		port,
		lines,
		connect,
		stop: () => {
			server.close();
			web.close();
		},
	};
};

/** The WebSDK's signalling server: accepts WebSockets on any path and keeps an eye on their time. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { createErrorCounter } from '../error-counter.ts';
import type { Log } from '../log.ts';
import type { SignallingPorts } from '../protocols/flashphoner/ports.ts';
import { type ServedConnection, serveSignallingConnection } from './signalling-connection.ts';

export interface SignallingServerOptions extends SignallingPorts {
	readonly log: Log;
	/** WebSockets at a time. */
	readonly maxConnections: number;
}

export interface SignallingServer {
	/** Takes over the socket of a request that asks for an upgrade. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	/** Ends all connections and their streams. */
	close(): void;
	readonly connections: number;
}

/** Bytes of a message: the SDK's longest, with an SDP offer, has 10,000. */
const maxPayload = 1024 * 1024;
/** Milliseconds between two looks at the time limits of all connections. */
const checkInterval = 500;

export const createSignallingServer = (options: SignallingServerOptions): SignallingServer => {
	const { log, clock, maxConnections } = options;
	const connections = new Set<ServedConnection>();
	// The SDK asks for no subprotocol; compressing pictures and SDP again is not worth its memory.
	const server = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
	const refused = createErrorCounter(clock, (count) => log.warn('websockets refused', { count, maxConnections }));
	const invalid = createErrorCounter(clock, (count, last) => log.warn('websockets failed', { count, last }));
	server.on('wsClientError', (error) => invalid.count(error.message));

	const checking = setInterval(() => {
		for (const connection of [...connections]) connection.checkTime();
	}, checkInterval);
	checking.unref();

	return {
		upgrade: (request, socket, head) => {
			socket.on('error', () => socket.destroy());
			if (connections.size >= maxConnections) {
				refused.count('too many connections');
				socket.end(
					'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 10\r\nContent-Length: 0\r\n\r\n',
				);
				return;
			}
			server.handleUpgrade(request, socket, head, (webSocket) => {
				const connection = serveSignallingConnection(webSocket, request, {
					...options,
					onClosed: () => connections.delete(connection),
				});
				connections.add(connection);
			});
		},
		close: () => {
			clearInterval(checking);
			refused.flush();
			invalid.flush();
			for (const connection of [...connections]) connection.expel('the ingest node is shutting down');
		},
		get connections() {
			return connections.size;
		},
	};
};

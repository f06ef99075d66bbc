/** The RTMP server: accepts connections, plain or TLS, and keeps an eye on the time they take. */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock } from '../clock.ts';
import { createErrorCounter } from '../error-counter.ts';
import type { Hub } from '../hub.ts';
import type { Log } from '../log.ts';
import { type ListenOptions, listen } from './listen.ts';
import { type RtmpConnection, serveRtmpConnection } from './rtmp-connection.ts';
import { type RtmpTimeouts, rtmpTimeouts } from './rtmp-timeouts.ts';

export interface RtmpServerOptions {
	readonly hub: Hub;
	readonly clock: Clock;
	readonly log: Log;
	/** Connections at a time, over all listeners of this server. */
	readonly maxConnections: number;
	readonly timeouts?: RtmpTimeouts;
}

export interface TlsFiles {
	/** PEM. */
	readonly cert: string | Buffer;
	readonly key: string | Buffer;
}

export interface RtmpServer {
	/** Adds a listener, with TLS (rtmps) when `tls` is given. Resolves to its port. @throws ListenError */
	listen(options: ListenOptions & { readonly tls?: TlsFiles | undefined }): Promise<number>;
	/** Stops to accept and ends all connections. */
	close(): void;
	readonly connections: number;
}

/** Milliseconds between two looks at the time limits of all connections: cheaper than a timer for each. */
const checkInterval = 500;

export const createRtmpServer = (options: RtmpServerOptions): RtmpServer => {
	const { hub, clock, log, maxConnections, timeouts = rtmpTimeouts } = options;
	const servers: Server[] = [];
	const connections = new Set<RtmpConnection>();
	const refused = createErrorCounter(clock, (count) => log.warn('connections refused', { count, maxConnections }));
	const connectionErrors = createErrorCounter(clock, (count, last) => log.warn('connections failed', { count, last }));

	const checking = setInterval(() => {
		for (const connection of [...connections]) connection.checkTime();
	}, checkInterval);
	checking.unref();

	const accept = (socket: Socket): void => {
		const connection = serveRtmpConnection(socket, {
			hub,
			clock,
			log,
			timeouts,
			onClosed: () => connections.delete(connection),
		});
		connections.add(connection);
	};

	const create = (tls: TlsFiles | undefined): Server => {
		if (tls === undefined) return createServer({ noDelay: true }, accept);
		const server = createTlsServer(
			{ cert: tls.cert, key: tls.key, handshakeTimeout: timeouts.handshake, noDelay: true },
			accept,
		);
		server.on('tlsClientError', (error) => connectionErrors.count(error.message));
		return server;
	};

	return {
		listen: async ({ tls, ...where }) => {
			const server = create(tls);
			// Counts TCP connections, so also those whose TLS handshake is not done.
			server.maxConnections = maxConnections;
			server.on('drop', () => refused.count('too many connections'));
			const port = await listen(server, where);
			server.on('error', (error) => log.error('rtmp listener failed', { reason: error.message }));
			servers.push(server);
			return port;
		},
		close: () => {
			clearInterval(checking);
			refused.flush();
			connectionErrors.flush();
			for (const server of servers) server.close();
			for (const connection of [...connections]) connection.finish('the ingest node is shutting down');
		},
		get connections() {
			return connections.size;
		},
	};
};

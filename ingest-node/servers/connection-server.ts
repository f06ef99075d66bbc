/** What all servers of connections do alike: they accept, plain or with TLS, and keep an eye on the time they take. */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock } from '../clock.ts';
import { createErrorCounter } from '../error-counter.ts';
import type { Log } from '../log.ts';
import { type AddressShare, keepToShare } from './address-share.ts';
import { type ListenOptions, listen } from './listen.ts';

export interface TlsFiles {
	/** PEM. */
	readonly cert: string | Buffer;
	readonly key: string | Buffer;
}

/** A connection that is served. */
export interface Connection {
	/** Ends the connection when a time limit has passed. */
	checkTime(): void;
	/** Asks the peer, where its protocol has words for it, to connect anew, elsewhere. Its stream goes on. */
	askToLeave(): void;
	/** Ends the stream and the connection; only the first call counts. */
	finish(reason: string): void;
}

export interface ConnectionServer {
	/** Adds a listener, with TLS when `tls` is given. Resolves to its port. @throws ListenError */
	listen(options: ListenOptions & { readonly tls?: TlsFiles | undefined }): Promise<number>;
	/** Stops to accept, and asks those who are there to leave. */
	drain(): void;
	/** Stops to accept and ends all connections. */
	close(): void;
	readonly connections: number;
}

export interface ConnectionServerOptions {
	/** For the log. */
	readonly protocol: string;
	readonly clock: Clock;
	readonly log: Log;
	/** Connections at a time, over all listeners of this server. */
	readonly maxConnections: number;
	/** Of these what one address may have; without it all. */
	readonly share?: AddressShare | undefined;
	/** Milliseconds that a TLS handshake may take. */
	readonly tlsTimeout: number;
	/** Takes a socket over. @param onClosed to be called when it is closed */
	readonly serve: (socket: Socket, onClosed: () => void) => Connection;
}

/** Milliseconds between two looks at the time limits of all connections: cheaper than a timer for each. */
const checkInterval = 500;

export const createConnectionServer = (options: ConnectionServerOptions): ConnectionServer => {
	const { protocol, clock, log, maxConnections, share, tlsTimeout, serve } = options;
	const servers: Server[] = [];
	const connections = new Set<Connection>();
	const refused = createErrorCounter(clock, (count, reason) =>
		log.warn('connections refused', { protocol, count, maxConnections, reason }),
	);
	const connectionErrors = createErrorCounter(clock, (count, last) => log.warn('connections failed', { count, last }));

	const checking = setInterval(() => {
		for (const connection of [...connections]) connection.checkTime();
	}, checkInterval);
	checking.unref();

	const accept = (socket: Socket): void => {
		if (socket.destroyed) return;
		const connection = serve(socket, () => connections.delete(connection));
		connections.add(connection);
	};

	const create = (tls: TlsFiles | undefined): Server => {
		if (tls === undefined) return createServer({ noDelay: true }, accept);
		const { cert, key } = tls;
		const server = createTlsServer({ cert, key, handshakeTimeout: tlsTimeout, noDelay: true }, accept);
		server.on('tlsClientError', (error, socket) => {
			connectionErrors.count(error.message);
			// Node says that the handshake took too long, and keeps the connection.
			socket.destroy();
		});
		return server;
	};

	const stopAccepting = (): void => {
		for (const server of servers.splice(0)) server.close();
	};

	return {
		listen: async ({ tls, ...where }) => {
			const server = create(tls);
			server.prependListener('connection', (socket: Socket) => keepToShare(share, socket, refused.count));
			// Counts TCP connections, so also those whose TLS handshake is not done.
			server.maxConnections = maxConnections;
			server.on('drop', () => refused.count('too many connections'));
			const port = await listen(server, where);
			server.on('error', (error) => log.error(`${protocol} listener failed`, { reason: error.message }));
			servers.push(server);
			return port;
		},
		drain: () => {
			stopAccepting();
			for (const connection of [...connections]) connection.askToLeave();
		},
		close: () => {
			clearInterval(checking);
			refused.flush();
			connectionErrors.flush();
			stopAccepting();
			for (const connection of [...connections]) connection.finish('the ingest node is shutting down');
		},
		get connections() {
			return connections.size;
		},
	};
};

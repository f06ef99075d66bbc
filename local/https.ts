/** HTTPS in front of the local edge: takes TLS off and passes the bytes on. */
import { connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { listen } from '../ingest-node/servers/listen.ts';

export interface HttpsFront {
	readonly port: number;
	stop(): void;
}

export interface HttpsOptions {
	/** 0: any free one. */
	readonly port: number;
	readonly host: string;
	/** PEM. */
	readonly cert: Buffer;
	readonly key: Buffer;
	/** The HTTP server. */
	readonly target: { readonly host: string; readonly port: number };
}

// A connection that is silent for so long in both directions is of no use to anyone.
const idleTimeout = 120_000;
const maxConnections = 1000;

/** @throws ListenError */
export const startHttps = async ({ port, host, cert, key, target }: HttpsOptions): Promise<HttpsFront> => {
	const sockets = new Set<Socket>();
	const server = createServer({ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 }, (client) => {
		const upstream = connect(target);
		for (const [from, to] of [
			[client, upstream],
			[upstream, client],
		] as const) {
			from.setTimeout(idleTimeout, () => from.destroy());
			from.on('error', () => to.destroy());
			from.on('close', () => to.destroy());
			from.pipe(to);
		}
	});
	// Each is a connection more to the edge.
	server.maxConnections = maxConnections;
	// Node says that a handshake took too long, and keeps the connection.
	server.on('tlsClientError', (_error, socket) => socket.destroy());
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		socket.on('close', () => sockets.delete(socket));
	});
	const bound = await listen(server, { port, host, variable: 'HTTPS_PORT' });
	return {
		port: bound,
		stop: () => {
			server.close();
			for (const socket of sockets) socket.destroy();
		},
	};
};

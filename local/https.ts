/** HTTPS in front of the local edge: a reverse proxy that takes TLS off and says so to the Worker (`X-Forwarded-Proto`). */
import { Agent, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { listen } from '../ingest-node/servers/listen.ts';
import { forward } from './forward.ts';

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

// A connection that is silent for so long is of no use to anyone.
const idleTimeout = 120_000;
// A page renews its pictures every ten seconds at least.
const keepAliveTimeout = 30_000;
// The largest body has 16 KB.
const times = { headersTimeout: 20_000, requestTimeout: 60_000, connectionsCheckingInterval: 5000 };
const maxConnections = 1000;

/** @throws ListenError */
export const startHttps = async ({ port, host, cert, key, target }: HttpsOptions): Promise<HttpsFront> => {
	const sockets = new Set<Duplex>();
	// A connection for each request: one that is kept may be closed by the server at the moment at which it is used.
	const agent = new Agent({ keepAlive: false, maxSockets: maxConnections });
	const onRequest: RequestListener = (incoming, outgoing) =>
		forward(incoming, outgoing, { target, agent, patience: idleTimeout });
	const server = createServer(
		{ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: 10_000, keepAliveTimeout, ...times },
		onRequest,
	);
	// Whether to go on is for the server to say.
	server.on('checkContinue', onRequest);
	server.timeout = idleTimeout;
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
			agent.destroy();
		},
	};
};

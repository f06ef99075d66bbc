/** The HTTP listener that browsers talk to, plain or TLS: requests go to one handler, WebSockets to another. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { createErrorCounter } from '../error-counter.ts';
import type { Log } from '../log.ts';
import { type AddressShare, keepToShare } from './address-share.ts';
import type { TlsFiles } from './connection-server.ts';
import { type ListenOptions, listen } from './listen.ts';

export interface WebServerOptions {
	readonly clock: Clock;
	readonly log: Log;
	/** TCP connections at a time, for each listener. */
	readonly maxConnections: number;
	/** Of these what one address may have; without it all. */
	readonly share?: AddressShare | undefined;
	/** Milliseconds for the head of a request and for all of it, those of {@link webTimes} unless set. */
	readonly times?: WebTimes;
	readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
	readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface WebServer {
	/** Adds a listener, with TLS when `tls` is given. Resolves to its port. @throws ListenError */
	listen(options: ListenOptions & { readonly tls?: TlsFiles | undefined }): Promise<number>;
	/** Stops to accept; what is open goes on. */
	drain(): void;
	/** Stops to accept and cuts all connections. */
	close(): void;
}

export interface WebTimes {
	readonly headersTimeout: number;
	readonly requestTimeout: number;
	/** Between two looks at these times; Node's own is half a minute. */
	readonly connectionsCheckingInterval: number;
}

/** An SDP offer fits one packet or a few. */
const webTimes: WebTimes = { headersTimeout: 10_000, requestTimeout: 15_000, connectionsCheckingInterval: 1000 };

export const createWebServer = (options: WebServerOptions): WebServer => {
	const { clock, log, maxConnections, share, times = webTimes, onRequest, onUpgrade } = options;
	const limits = { ...times, keepAliveTimeout: 5000, maxHeaderSize: 16_384 };
	const servers: Server[] = [];
	const failures = createErrorCounter(clock, (count, last) => log.warn('web connections failed', { count, last }));
	return {
		listen: async ({ tls, ...where }) => {
			const server =
				tls === undefined
					? createServer(limits, onRequest)
					: createTlsServer(
							{ ...limits, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 },
							onRequest,
						);
			server.maxConnections = maxConnections;
			server.prependListener('connection', (socket: Socket) => keepToShare(share, socket, failures.count));
			server.on('upgrade', onUpgrade);
			server.on('clientError', (error, socket) => {
				failures.count(error.message);
				socket.destroy();
			});
			server.on('tlsClientError', (error) => failures.count(error.message));
			server.on('drop', () => failures.count('too many connections'));
			const port = await listen(server, where);
			server.on('error', (error) => log.error('web listener failed', { reason: error.message }));
			servers.push(server);
			return port;
		},
		drain: () => {
			for (const server of servers) server.close();
		},
		close: () => {
			failures.flush();
			for (const server of servers) {
				server.close();
				server.closeAllConnections();
			}
		},
	};
};

/** The control server, for this machine only: `GET /health`. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { StreamStatus } from '../hub.ts';
import { listen } from './listen.ts';

export interface ControlServer {
	/** Resolves to the port that was bound. @throws ListenError */
	listen(port: number): Promise<number>;
	close(): void;
}

/** What `/health` tells. */
export interface Health {
	/** Control URL that this node tells the edge, or ''. */
	readonly node: string;
	readonly streams: readonly StreamStatus[];
}

const answer = (response: ServerResponse, status: number, body: unknown): void => {
	response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
	response.end(JSON.stringify(body));
};

const refusal = (code: string, message: string): unknown => ({ error: { code, message } });

/** @param health called for each request; the server may listen before there is anything to tell */
export const createControlServer = (health: () => Health): ControlServer => {
	const startedAt = Date.now();
	const server: Server = createServer({ requestTimeout: 10_000, maxHeaderSize: 8192 }, (request, response) => {
		const path = (request.url ?? '/').split('?')[0];
		request.resume();
		if (path !== '/health') return answer(response, 404, refusal('NOT_FOUND', 'There is no such path.'));
		if (request.method !== 'GET' && request.method !== 'HEAD') {
			response.setHeader('allow', 'GET, HEAD');
			return answer(response, 405, refusal('METHOD_NOT_ALLOWED', 'GET is allowed.'));
		}
		const seconds = Math.round((Date.now() - startedAt) / 1000);
		return answer(response, 200, { status: 'ok', uptime: seconds, ...health() });
	});
	server.on('clientError', (_error, socket) => socket.destroy());
	return {
		listen: (port) => listen(server, { port, host: '127.0.0.1', variable: 'CONTROL_PORT' }),
		close: () => {
			server.close();
			server.closeAllConnections();
		},
	};
};

/** The control server, for this machine only: `GET /health` and the edge's `POST /control/keyframe`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { keyframePath } from '../../src/shared/control/call.ts';
import type { StreamStatus } from '../hub.ts';
import { answerJson, refusal } from './json-answer.ts';
import type { KeyframeCallHandler } from './keyframe-call.ts';
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

// Connections that wait for an answer or for a next call; many more than calls are answered at a time.
const maxConnections = 1000;

// Longer than callers keep idle connections: a call must not meet a connection that is just being closed.
const keepAliveTimeout = 60_000;

export interface ControlOptions {
	/** Called for each request; the server may listen before there is anything to tell. */
	readonly health: () => Health;
	/** Answers `POST /control/keyframe`; `undefined` while or where there is none. */
	readonly keyframeCall: () => KeyframeCallHandler | undefined;
}

export const createControlServer = ({ health, keyframeCall }: ControlOptions): ControlServer => {
	const startedAt = Date.now();
	const onlyMethods = (response: ServerResponse, methods: string): void => {
		response.setHeader('allow', methods);
		answerJson(response, 405, refusal('METHOD_NOT_ALLOWED', `${methods} is allowed.`));
	};
	const answerHealth = ({ method }: IncomingMessage, response: ServerResponse): void => {
		const seconds = Math.round((Date.now() - startedAt) / 1000);
		if (method !== 'GET' && method !== 'HEAD') onlyMethods(response, 'GET, HEAD');
		else answerJson(response, 200, { status: 'ok', uptime: seconds, ...health() });
	};
	const route = (request: IncomingMessage, response: ServerResponse): void => {
		const { method, url = '/' } = request;
		const call = url === keyframePath ? keyframeCall() : undefined;
		if (call !== undefined && method === 'POST') {
			void call(request, response);
			return;
		}
		request.resume();
		if (call !== undefined) onlyMethods(response, 'POST');
		else if (url.split('?')[0] === '/health') answerHealth(request, response);
		else answerJson(response, 404, refusal('NOT_FOUND', 'There is no such path.'));
	};
	const server: Server = createServer({ requestTimeout: 10_000, maxHeaderSize: 8192, keepAliveTimeout }, route);
	server.maxConnections = maxConnections;
	server.on('clientError', (_error, socket) => socket.destroy());
	return {
		listen: (port) => listen(server, { port, host: '127.0.0.1', variable: 'CONTROL_PORT' }),
		close: () => {
			server.close();
			server.closeAllConnections();
		},
	};
};

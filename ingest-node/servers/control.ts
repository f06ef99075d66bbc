/**
 * The control server: the edge's `POST /control/keyframe`, and what operators and their machines ask. `docs/metrics.md`
 *
 * `/healthz` and `/readyz` tell nothing of anybody and are for all; `/health` and `/metrics` are for the operator.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { keyframePath } from '../../src/shared/control/call.ts';
import type { StreamStatus } from '../hub.ts';
import { answerJson, refusal } from './json-answer.ts';
import type { KeyframeCallHandler } from './keyframe-call.ts';
import { listen } from './listen.ts';
import { createOperatorCheck } from './operator.ts';
import type { WebTimes } from './web.ts';

export interface ControlServer {
	/** Resolves to the port that was bound. @throws ListenError */
	listen(port: number, host?: string): Promise<number>;
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

// For a whole request, which is small; Node looks at the times as often as told.
const usualTimes: WebTimes = { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };

export interface ControlOptions {
	/** Called for each request; the server may listen before there is anything to tell. */
	readonly health: () => Health | Promise<Health>;
	/** Answers `POST /control/keyframe`; `undefined` while or where there is none. */
	readonly keyframeCall: () => KeyframeCallHandler | undefined;
	/** Why no publisher should be sent here now; empty: this node is ready. */
	readonly readiness?: () => readonly string[] | Promise<readonly string[]>;
	/** `/metrics`; without it there is no such path. */
	readonly metrics?: { readonly contentType: string; text(): Promise<string> };
	/** Bearer token of operators; without it they have to be on this machine. */
	readonly operatorToken?: string | undefined;
	/** Milliseconds for the head of a request and for all of it. */
	readonly times?: WebTimes;
}

type Answer = (response: ServerResponse) => void | Promise<void>;

export const createControlServer = (options: ControlOptions): ControlServer => {
	const { health, keyframeCall, readiness = () => [], metrics, operatorToken, times = usualTimes } = options;
	const startedAt = Date.now();
	const mayOperate = createOperatorCheck(operatorToken);

	const onlyMethods = (response: ServerResponse, methods: string): void => {
		response.setHeader('allow', methods);
		answerJson(response, 405, refusal('METHOD_NOT_ALLOWED', `${methods} is allowed.`));
	};
	const uptime = (): number => Math.round((Date.now() - startedAt) / 1000);

	const forAll: Readonly<Record<string, Answer>> = {
		'/healthz': (response) => answerJson(response, 200, { status: 'ok' }),
		'/readyz': async (response) => {
			const reasons = await readiness();
			const isReady = reasons.length === 0;
			answerJson(response, isReady ? 200 : 503, { status: isReady ? 'ok' : 'not ready', reasons });
		},
	};
	const forOperators: Readonly<Record<string, Answer>> = {
		'/health': async (response) => answerJson(response, 200, { status: 'ok', uptime: uptime(), ...(await health()) }),
		...(metrics !== undefined && {
			'/metrics': async (response: ServerResponse) => {
				const text = await metrics.text();
				response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' });
				response.end(text);
			},
		}),
	};

	const look = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
		const isForAll = Object.hasOwn(forAll, path);
		const answer = isForAll ? forAll[path] : Object.hasOwn(forOperators, path) ? forOperators[path] : undefined;
		if (answer === undefined) answerJson(response, 404, refusal('NOT_FOUND', 'There is no such path.'));
		else if (request.method !== 'GET' && request.method !== 'HEAD') onlyMethods(response, 'GET, HEAD');
		else if (!isForAll && !mayOperate(request)) {
			response.setHeader('www-authenticate', 'Bearer');
			answerJson(response, 401, refusal('UNAUTHORIZED', 'This is for operators.'));
		} else await answer(response);
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
		else void look(request, response, url.split('?')[0] ?? '').catch(() => response.destroy());
	};
	const server: Server = createServer({ ...times, maxHeaderSize: 8192, keepAliveTimeout }, route);
	server.maxConnections = maxConnections;
	server.on('clientError', (_error, socket) => socket.destroy());
	return {
		listen: (port, host = '127.0.0.1') => listen(server, { port, host, variable: 'CONTROL_PORT' }),
		close: () => {
			server.close();
			server.closeAllConnections();
		},
	};
};

/**
 * S3 in front of any store, on a port of its own, with the faults that a test gives it: nodes then speak their real
 * protocol over a real network, and what they write is where the test wants it, such as in the bucket of a local Worker.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type KeyframeStore, type PutCondition, StoreError } from '../../ingest-node/store/port.ts';
import type { S3Config } from '../../ingest-node/store/s3-config.ts';
import type { ObjectKey } from '../../src/shared/stream-name.ts';

export type StoreFault =
	/** An answer with this status and code, and nothing is done. */
	| { readonly status: number; readonly code: string }
	/** Everything is done, so many milliseconds later. */
	| { readonly slow: number }
	/** No answer. */
	| 'hangs'
	/** The connection is reset instead of an answer. */
	| 'resets'
	/** What is written is written, and the answer is lost. */
	| 'loses answers';

export interface S3Front {
	readonly config: S3Config;
	fault: StoreFault | null;
	/** Requests that met a fault. */
	readonly hit: number;
	/** Nobody listens any more: connections are cut and refused. */
	cut(): Promise<void>;
	/** Listens again, on the same port. */
	mend(): Promise<void>;
	stop(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<Uint8Array> => {
	const parts: Buffer[] = [];
	for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
	return new Uint8Array(Buffer.concat(parts));
};

const metaPrefix = 'x-amz-meta-';

const conditionOf = ({ headers }: IncomingMessage): PutCondition =>
	headers['if-none-match'] === '*' ? 'absent' : { etag: String(headers['if-match']).replaceAll('"', '') };

const refuse = (response: ServerResponse, status: number, code: string): void => {
	response.writeHead(status, { 'content-type': 'application/xml' });
	response.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
};

/** @param skew milliseconds by which its `Date` is ahead */
export const startS3Front = async (store: KeyframeStore, skew = 0): Promise<S3Front> => {
	const sockets = new Set<Socket>();
	let hit = 0;

	const put = async (key: ObjectKey, request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const metadata = Object.fromEntries(
			Object.entries(request.headers)
				.filter(([name]) => name.startsWith(metaPrefix))
				.map(([name, value]) => [name.slice(metaPrefix.length), String(value)]),
		);
		const object = { body: await bodyOf(request), contentType: request.headers['content-type'] ?? '', metadata };
		const etag = await store.put(key, object, conditionOf(request));
		response.writeHead(200, { etag: `"${etag}"` }).end();
	};

	const read = async (key: ObjectKey, method: string, response: ServerResponse): Promise<void> => {
		const found = method === 'HEAD' ? await store.head(key) : await store.get(key);
		if (found === null) return refuse(response, 404, 'NoSuchKey');
		const metadata = Object.entries(found.metadata).map(([name, value]) => [metaPrefix + name, value]);
		const body = 'body' in found ? Buffer.from(found.body as Uint8Array) : undefined;
		response.writeHead(200, { ...Object.fromEntries(metadata), etag: `"${found.etag}"` }).end(body);
	};

	const carryOut = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const { method = '', url = '' } = request;
		const key = decodeURIComponent(url.split('?')[0] ?? '').replace(/^\/[^/]*\//, '') as ObjectKey;
		if (method === 'PUT') await put(key, request, response);
		// What the check of a bucket leaves is read by nobody.
		else if (method === 'DELETE') response.writeHead(204).end();
		else await read(key, method, response);
	};

	const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		response.setHeader('date', new Date(Date.now() + skew).toUTCString());
		const { fault } = front;
		if (fault !== null) hit += 1;
		if (fault === 'hangs') return;
		if (fault === 'resets') {
			request.socket.resetAndDestroy();
			return;
		}
		if (fault === 'loses answers') response.end = (() => request.socket.resetAndDestroy()) as never;
		else if (fault !== null && 'slow' in fault) await sleep(fault.slow);
		else if (fault !== null) {
			request.resume();
			refuse(response, fault.status, fault.code);
			return;
		}
		await carryOut(request, response);
	};

	const server = createServer((request, response) => {
		serve(request, response).catch((error: unknown) => {
			const isChanged = error instanceof StoreError && error.failure === 'precondition-failed';
			if (isChanged) refuse(response, 412, 'PreconditionFailed');
			else refuse(response, 500, 'InternalError');
		});
	});
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		socket.once('close', () => sockets.delete(socket));
	});
	const open = (port: number): Promise<void> =>
		new Promise((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, '127.0.0.1', resolve);
		});
	const cut = (): Promise<void> =>
		new Promise((resolve) => {
			server.close(() => resolve());
			for (const socket of sockets) socket.resetAndDestroy();
		});
	await open(0);
	const { port } = server.address() as AddressInfo;
	const front: S3Front = {
		config: {
			endpoint: `http://127.0.0.1:${port}`,
			bucket: 'bucket',
			region: 'auto',
			accessKeyId: 'somebody',
			secretAccessKey: 'a-secret-of-the-tests',
			sessionToken: undefined,
		},
		fault: null,
		get hit() {
			return hit;
		},
		cut,
		mend: () => open(port),
		stop: async () => {
			if (server.listening) await cut();
		},
	};
	return front;
};

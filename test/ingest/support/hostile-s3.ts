/** An S3 service that answers as a test wants: the faults that a healthy one does not show. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createS3Store, type S3Store } from '../../../ingest-node/store/s3.ts';
import type { S3Config } from '../../../ingest-node/store/s3-config.ts';
import { createS3Requests, type S3Requests, type S3RequestsOptions } from '../../../ingest-node/store/s3-requests.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface HostileS3 {
	readonly config: S3Config;
	readonly store: S3Store;
	readonly requests: S3Requests;
	/** What is done with each request from now on. */
	behave(handler: Handler): void;
	/** Requests so far. */
	readonly count: number;
	/** Connections that are open. */
	readonly sockets: number;
	stop(): Promise<void>;
}

export const hostileCredentials = { accessKeyId: 'AKIDHOSTILE', secretAccessKey: 'the-secret-that-nobody-may-see' };

/** An answer without surprises. */
export const answer =
	(
		status: number,
		headers: Readonly<Record<string, string | string[]>> = {},
		body: string | Uint8Array = '',
	): Handler =>
	(request, response) => {
		request.resume();
		request.on('end', () => response.writeHead(status, headers).end(body));
	};

/** An error as S3 words it, with the credentials in it as some services repeat them. */
export const errorAnswer = (status: number, code: string): Handler =>
	answer(
		status,
		{ 'content-type': 'application/xml' },
		`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${hostileCredentials.secretAccessKey}</Message>` +
			`<AWSAccessKeyId>${hostileCredentials.accessKeyId}</AWSAccessKeyId></Error>`,
	);

export const startHostileS3 = async (options: S3RequestsOptions = {}): Promise<HostileS3> => {
	let handler: Handler = answer(500);
	let count = 0;
	const sockets = new Set<Socket>();
	const server = createServer((request, response) => {
		count += 1;
		handler(request, response);
	});
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		socket.once('close', () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const config: S3Config = {
		...hostileCredentials,
		endpoint: `http://127.0.0.1:${port}`,
		bucket: 'bucket',
		region: 'auto',
		sessionToken: undefined,
	};
	const requests = createS3Requests(config, options);
	return {
		config,
		requests,
		store: createS3Store(requests),
		behave: (next) => {
			handler = next;
		},
		get count() {
			return count;
		},
		get sockets() {
			return sockets.size;
		},
		stop: async () => {
			await requests.close();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
};

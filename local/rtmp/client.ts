/** The client side of an RTMP publish: connect, shake hands, connect, createStream, publish. Adobe RTMP 1.0 §§ 5.2, 7.2. */
import { randomFillSync } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { bytesOfU32 } from '../../ingest-node/protocols/bytes.ts';
import { type Amf0Value, encodeAmf0 } from '../../ingest-node/protocols/rtmp/amf0.ts';
import { createChunkReader } from '../../ingest-node/protocols/rtmp/chunk-reader.ts';
import { writeMessage } from '../../ingest-node/protocols/rtmp/chunk-writer.ts';
import { type Command, parseCommand, property, text } from '../../ingest-node/protocols/rtmp/commands.ts';
import { handshakeSize, rtmpVersion } from '../../ingest-node/protocols/rtmp/handshake.ts';
import { messageType } from '../../ingest-node/protocols/rtmp/message.ts';
import type { MediaTag } from './flv-file.ts';

/** The server's refusal, in its own words. */
export class RtmpRefusal extends Error {
	/** Such as `NetStream.Publish.BadName`. */
	readonly code: string;

	constructor(code: string, description: string) {
		super(description);
		this.name = 'RtmpRefusal';
		this.code = code;
	}
}

export interface RtmpClient {
	/** Sends a tag; `false`: the connection is full, wait for {@link RtmpClient.drained}. */
	send(tag: MediaTag): boolean;
	drained(): Promise<void>;
	/** Ends the stream as a well-behaved publisher does. */
	close(): void;
	/** Cuts the connection as a killed publisher does. */
	destroy(): void;
	/** Resolves when the connection is closed: what ended it, '' when it was us. */
	readonly closed: Promise<string>;
}

const chunkSize = 65_536;
const publishTimeout = 30_000;

const target = (url: URL): { readonly app: string; readonly name: string; readonly tcUrl: string } => {
	const path = decodeURIComponent(url.pathname).split('/').slice(1);
	const name = path.pop() ?? '';
	const app = path.join('/');
	return { app, name: name + url.search, tcUrl: `${url.protocol}//${url.host}/${app}` };
};

const openSocket = (url: URL): Promise<Socket> =>
	new Promise((resolve, reject) => {
		const isTls = url.protocol === 'rtmps:';
		const port = Number(url.port) || (isTls ? 443 : 1935);
		const host = url.hostname.replace(/^\[|\]$/g, '');
		// Certificates of test servers are self-signed; this client carries no secrets of value.
		const socket = isTls ? connectTls({ host, port, rejectUnauthorized: false }) : connectTcp({ host, port });
		socket.setNoDelay(true);
		socket.once(isTls ? 'secureConnect' : 'connect', () => resolve(socket));
		socket.once('error', reject);
	});

/** Connects and publishes. @throws RtmpRefusal, or the socket's error */
export const connectPublisher = async (address: string, encoder = 'livestill'): Promise<RtmpClient> => {
	const url = new URL(address);
	const { app, name, tcUrl } = target(url);
	const socket = await openSocket(url);
	let handshakeLeft = 1 + 2 * handshakeSize;
	let echoed = false;
	let greeting: Uint8Array = new Uint8Array(0);
	let streamId = 0;
	let reason = '';
	const reader = createChunkReader({
		wants: (typeId) => typeId === messageType.commandAmf0,
		maxLength: () => 65_536,
	});

	const command = (onStream: number, ...values: Amf0Value[]): void => {
		const payload = encodeAmf0(...values);
		const message = { chunkStreamId: 3, typeId: messageType.commandAmf0, streamId: onStream, timestamp: 0, payload };
		socket.write(writeMessage(message, chunkSize));
	};

	const greet = (): void => {
		const setChunkSize = { chunkStreamId: 2, typeId: messageType.setChunkSize, streamId: 0, timestamp: 0 };
		socket.write(writeMessage({ ...setChunkSize, payload: bytesOfU32(chunkSize) }, 128));
		const fourCcList = ['avc1', 'hvc1', 'vp08', 'vp09', 'av01'];
		command(0, 'connect', 1, { app, type: 'nonprivate', flashVer: `FMLE/3.0 (${encoder})`, tcUrl, fourCcList });
	};

	const closed = new Promise<string>((resolve) => {
		socket.once('close', () => resolve(reason));
	});
	socket.on('error', (error) => {
		reason ||= error.message;
	});
	socket.on('end', () => {
		if (!socket.writableEnded) reason ||= 'the server closed the connection';
		socket.end();
	});

	const published = new Promise<void>((resolve, reject) => {
		const timer = setTimeout(() => socket.destroy(new Error('the server does not answer')), publishTimeout);
		const fail = (error: Error): void => {
			reason ||= error.message;
			reject(error);
			socket.destroySoon();
		};
		void closed.then((why) => {
			clearTimeout(timer);
			reject(new Error(why || 'the connection was closed'));
		});

		const onResult = ({ transactionId, values }: Command): void => {
			if (transactionId === 1) {
				command(0, 'releaseStream', 2, null, name);
				command(0, 'FCPublish', 3, null, name);
				command(0, 'createStream', 4, null);
			} else if (transactionId === 4) {
				streamId = Number(values[1]);
				command(streamId, 'publish', 5, null, name, 'live');
			}
		};

		const onCommand = (received: Command): void => {
			const info = received.values[1] ?? null;
			const code = text(property(info, 'code'));
			if (received.name === '_result') onResult(received);
			else if (received.name === '_error' && received.transactionId === 1)
				fail(new RtmpRefusal(code, text(property(info, 'description'))));
			else if (received.name !== 'onStatus') return;
			else if (code === 'NetStream.Publish.Start') {
				clearTimeout(timer);
				resolve();
			} else if (text(property(info, 'level')) === 'error')
				fail(new RtmpRefusal(code, text(property(info, 'description'))));
		};

		socket.on('data', (bytes) => {
			let rest: Uint8Array = bytes;
			if (handshakeLeft > 0) {
				rest = bytes.subarray(handshakeLeft);
				if (!echoed) greeting = Buffer.concat([greeting, bytes]);
				handshakeLeft = Math.max(0, handshakeLeft - bytes.length);
				if (!echoed && greeting.length >= 1 + handshakeSize) {
					echoed = true;
					socket.write(greeting.subarray(1, 1 + handshakeSize));
				}
				if (handshakeLeft > 0) return;
				greet();
			}
			try {
				for (const message of reader.read(rest)) if (message.payload !== null) onCommand(parseCommand(message));
			} catch (error) {
				fail(error instanceof Error ? error : new Error(String(error)));
			}
		});
	});

	const hello = new Uint8Array(1 + handshakeSize);
	hello[0] = rtmpVersion;
	randomFillSync(hello, 9);
	socket.write(hello);
	await published;

	return {
		send: ({ typeId, timestamp, payload }) => {
			if (socket.destroyed || socket.writableEnded) return true;
			const message = { chunkStreamId: typeId === 9 ? 6 : 4, typeId, streamId, timestamp, payload };
			return socket.write(writeMessage(message, chunkSize));
		},
		drained: () =>
			new Promise((resolve) => {
				const done = (): void => {
					socket.off('drain', done).off('close', done);
					resolve();
				};
				if (socket.destroyed) done();
				else socket.on('drain', done).on('close', done);
			}),
		close: () => {
			if (socket.destroyed || socket.writableEnded) return;
			command(0, 'FCUnpublish', 6, null, name);
			command(0, 'deleteStream', 7, null, streamId);
			socket.end();
		},
		destroy: () => socket.destroy(),
		closed,
	};
};

/**
 * One WebSocket of the signalling. There is one way out, `finish`, which ends the client's streams and logs the reason.
 */
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { type Log, messageOf } from '../log.ts';
import { createSignallingConnection } from '../protocols/flashphoner/connection.ts';
import type { SignallingPorts } from '../protocols/flashphoner/ports.ts';
import { peerAddress } from './peer-address.ts';

export interface SignallingConnectionOptions extends SignallingPorts {
	readonly log: Log;
	readonly onClosed: () => void;
}

export interface ServedConnection {
	checkTime(): void;
	/** Ends the streams, tells the client, and ends the connection. */
	expel(reason: string): void;
	/** Ends the streams and the connection; only the first call counts. */
	finish(reason: string, code?: number): void;
}

/** Bytes that may wait for the client to read them: a few of the largest pictures. */
const maxUnreadBytes = 64 * 1024 * 1024;
/** Milliseconds that the client has to answer our close. */
const closeTimeout = 2000;

/** Status codes of RFC 6455 § 7.4.1. */
const closeCodes = { goingAway: 1001, unsupportedData: 1003, policyViolation: 1008, internalError: 1011 } as const;

export const serveSignallingConnection = (
	webSocket: WebSocket,
	request: IncomingMessage,
	options: SignallingConnectionOptions,
): ServedConnection => {
	const { log, clock, onClosed } = options;
	const { remoteAddress, remotePort, localAddress, localPort } = request.socket;
	const remote = peerAddress(remoteAddress, remotePort);
	let finished = false;

	const finish = (reason: string, code: number = closeCodes.goingAway): void => {
		if (finished) return;
		finished = true;
		connection.end('Stopped by session disconnect');
		log.info('websocket closed', { remote, reason });
		const cancel = clock.after(closeTimeout, () => webSocket.terminate());
		webSocket.once('close', cancel);
		webSocket.close(code, reason.slice(0, 100));
		onClosed();
	};

	const connection = createSignallingConnection(
		{
			remote,
			local: peerAddress(localAddress, localPort),
			query: (request.url ?? '').split('?')[1] ?? '',
			send: (text) => {
				if (finished) return;
				webSocket.send(text, () => {});
				if (webSocket.bufferedAmount > maxUnreadBytes) finish('the client does not read', closeCodes.policyViolation);
			},
			close: (reason) => finish(reason, closeCodes.policyViolation),
		},
		options,
	);

	webSocket.on('message', (data, isBinary) => {
		if (finished) return;
		if (isBinary) return finish('binary frames are not part of this protocol', closeCodes.unsupportedData);
		try {
			connection.receive(String(data));
		} catch (error) {
			log.error('signalling failed', { remote, reason: messageOf(error) });
			finish('internal error', closeCodes.internalError);
		}
	});
	// A frame that is too long or broken; `ws` has sent the fitting code already.
	webSocket.on('error', (error) => finish(error.message));
	webSocket.on('close', (code) => finish(`the client closed the connection (${code})`));
	log.info('websocket opened', { remote });

	const expel = (reason: string): void => {
		connection.fail(reason);
		finish(reason);
	};
	return { checkTime: () => connection.checkTime(), expel, finish };
};

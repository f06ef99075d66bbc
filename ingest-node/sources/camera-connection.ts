/** A socket to a camera as an exchange of requests and a flow of interleaved frames. It ends once, with a reason. */
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { messageOf } from '../log.ts';
import type { ClientAuth } from '../protocols/rtsp/auth/client-auth.ts';
import { createExchange, type Exchange } from '../protocols/rtsp/exchange.ts';
import { createRtspReader } from '../protocols/rtsp/reader.ts';

export interface CameraConnection {
	readonly exchange: Exchange;
	write(bytes: Uint8Array): void;
	/** Cuts it. */
	end(reason: string): void;
}

export interface CameraConnectionOptions {
	readonly clock: Clock;
	readonly auth: ClientAuth;
	/** Milliseconds for a response. */
	readonly timeout: number;
	/** RTP or RTCP inside of the connection. */
	readonly onFrame: (channel: number, bytes: Uint8Array) => void;
	/** It is over; not called after `end`. */
	readonly onClosed: (reason: string) => void;
}

/** Bytes that may wait for the camera to read them: all our requests together are below 4 kB. */
const maxUnreadBytes = 64 * 1024;

/** Takes the socket over. */
export const serveCameraConnection = (socket: Socket, options: CameraConnectionOptions): CameraConnection => {
	const { clock, auth, timeout, onFrame, onClosed } = options;
	const reader = createRtspReader();
	let isOver = false;

	const end = (reason: string): void => {
		if (isOver) return;
		isOver = true;
		exchange.end(reason);
		// What we have said last, TEARDOWN mostly, is on its way; nothing is waited for.
		socket.resume();
		socket.destroySoon();
	};

	const close = (reason: string): void => {
		if (isOver) return;
		end(reason);
		onClosed(reason);
	};

	const write = (bytes: Uint8Array): void => {
		if (isOver || socket.destroyed) return;
		socket.write(bytes);
		if (socket.writableLength > maxUnreadBytes) close('the camera does not read');
	};

	const exchange = createExchange({ clock, auth, timeout, send: write, onFarewell: close });

	socket.on('data', (bytes) => {
		try {
			for (const message of reader.read(bytes)) {
				if (isOver) return;
				if (message.kind === 'interleaved') onFrame(message.channel, message.data);
				else exchange.receive(message);
			}
		} catch (error) {
			close(messageOf(error));
		}
	});
	socket.on('error', (error) => close(error.message));
	socket.on('end', () => close('the camera has closed the connection'));
	socket.on('close', () => close('the connection was closed'));
	return { exchange, write, end };
};

/** The connection to a camera: TCP, or TLS over it, opened within a time. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { LivestillError } from '../../src/shared/errors.ts';
import type { RtspUri } from '../protocols/rtsp/rtsp-uri.ts';

export interface ConnectOptions {
	readonly uri: RtspUri;
	/** Where to connect to, instead of another look-up of the host. */
	readonly address: string;
	readonly anyCertificate: boolean;
	/** Milliseconds, handshake included. */
	readonly timeout: number;
	readonly signal: AbortSignal;
}

/** @throws LivestillError `PROTOCOL_VIOLATION`: the camera cannot be reached, or is not who it should be */
export const connectToCamera = (options: ConnectOptions): Promise<Socket> => {
	const { uri, address, anyCertificate, timeout, signal } = options;
	return new Promise((resolve, reject) => {
		const where = { host: address, port: uri.port, noDelay: true };
		const socket = uri.isSecure
			? connectTls({
					...where,
					...(isIP(uri.host) === 0 && { servername: uri.host }),
					rejectUnauthorized: !anyCertificate,
				})
			: connect(where);
		const fail = (why: string): void => {
			clearTimeout(timer);
			signal.removeEventListener('abort', onAbort);
			socket.on('error', () => {});
			socket.destroy();
			reject(new LivestillError('PROTOCOL_VIOLATION', `no connection to ${uri.host}:${uri.port}: ${why}`));
		};
		const onAbort = (): void => fail('not wanted any more');
		const timer = setTimeout(() => fail(`nothing within ${timeout / 1000} s`), timeout);
		const onError = (error: NodeJS.ErrnoException): void => fail(error.code ?? error.message);
		signal.addEventListener('abort', onAbort, { once: true });
		if (signal.aborted) onAbort();
		socket.once('error', onError);
		socket.once('close', () => fail('closed'));
		socket.once(uri.isSecure ? 'secureConnect' : 'connect', () => {
			clearTimeout(timer);
			signal.removeEventListener('abort', onAbort);
			socket.removeAllListeners('error');
			socket.removeAllListeners('close');
			resolve(socket);
		});
	});
};

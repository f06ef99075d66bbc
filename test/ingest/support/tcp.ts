import { connect, type Socket } from 'node:net';

export interface RawPeer {
	readonly socket: Socket;
	write(bytes: Uint8Array): void;
	/** Resolves when the server has closed the connection. */
	readonly closed: Promise<void>;
	readonly received: () => Buffer;
}

/** A TCP peer that does as it is told. */
export const rawPeer = (port: number): Promise<RawPeer> =>
	new Promise((resolve, reject) => {
		const socket = connect({ port, host: '127.0.0.1' });
		let received = Buffer.alloc(0);
		socket.on('data', (bytes) => {
			received = Buffer.concat([received, bytes]);
		});
		const closed = new Promise<void>((done) => socket.once('close', () => done()));
		socket.once('connect', () =>
			resolve({ socket, write: (bytes) => void socket.write(bytes), closed, received: () => received }),
		);
		socket.once('error', reject);
		// A reset by the server is an expected end.
		socket.on('error', () => {});
	});

/** A client of the signalling that says whatever a test wants to say. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface SignallingClient {
	readonly socket: WebSocket;
	readonly heard: { readonly message: string; readonly data: readonly unknown[] }[];
	/** Close code, or `null` while it is open. */
	readonly closed: () => number | null;
	say(message: string, argument: unknown): void;
}

/** @throws Error when the upgrade is refused */
export const connectSignalling = async (url: string, hello = true): Promise<SignallingClient> => {
	const socket = new WebSocket(url);
	const heard: SignallingClient['heard'] = [];
	let closed: number | null = null;
	socket.on('message', (text) => heard.push(JSON.parse(String(text))));
	socket.on('close', (code) => {
		closed = code;
	});
	await once(socket, 'open');
	socket.on('error', () => {});
	const say = (message: string, argument: unknown): void => socket.send(JSON.stringify({ message, data: [argument] }));
	if (hello) say('connection', { appKey: 'defaultApp' });
	return { socket, heard, closed: () => closed, say };
};

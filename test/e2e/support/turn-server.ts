/** A real TURN server, coturn, on free ports of the loopback interface. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Peer, startPeer } from './processes.ts';
import { until } from './rest.ts';

const freePort = async (): Promise<number> => {
	const socket = createSocket('udp4');
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	const { port } = socket.address();
	socket.close();
	await once(socket, 'close');
	return port;
};

export interface TurnServer {
	readonly url: string;
	/** Its log. */
	output(): string;
	stop(): Promise<void>;
}

/** @param secret of time-limited credentials */
export const startTurnServer = async (secret: string): Promise<TurnServer> => {
	const port = await freePort();
	const address = '127.0.0.1';
	const server: Peer = startPeer('turnserver', [
		...['-n', '--listening-ip', address, '--relay-ip', address, '--listening-port', String(port)],
		...['--use-auth-secret', '--static-auth-secret', secret, '--realm', 'livestill', '--fingerprint'],
		...['--no-cli', '--no-tls', '--no-dtls', '--allow-loopback-peers', '--log-file', 'stdout', '--verbose'],
		...['--pidfile', '/dev/null'],
	]);
	const isReady = async (): Promise<boolean> => /UDP listener opened/.test(server.output());
	await until('coturn listens', 10_000, isReady).catch((cause) => {
		throw new Error(`${cause.message}: ${server.output().slice(-500)}`, { cause });
	});
	return {
		url: `turn:${address}:${port}?transport=udp`,
		output: server.output,
		stop: async () => {
			server.kill('SIGTERM');
			await server.ended;
		},
	};
};

/**
 * The whole stack behind a bad network: the node announces 127.0.0.2, where a relay listens on the node's own port, so
 * that every packet of every peer passes through it and neither side knows.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createRandom, createUdpRelay, type UdpRelay } from '../../ingest/support/udp-relay.ts';
import { type ChromiumStack, startChromiumStack } from './chromium-stack.ts';

const freePort = async (): Promise<number> => {
	const socket = createSocket('udp4').bind(0, '127.0.0.1');
	await once(socket, 'listening');
	const { port } = socket.address();
	socket.close();
	return port;
};

export interface LossyStack extends ChromiumStack {
	readonly relay: UdpRelay;
}

export const startLossyStack = async (seed: number, settings: NodeJS.ProcessEnv = {}): Promise<LossyStack> => {
	const port = await freePort();
	const relay = await createUdpRelay(port, createRandom(seed), { host: '127.0.0.2', port, losesAll: true });
	const node = await startChromiumStack({
		WEBRTC_PORT: String(port),
		ANNOUNCED_ADDRESS: '127.0.0.2',
		...settings,
	});
	return {
		...node,
		relay,
		stop: async () => {
			await node.stop();
			relay.close();
		},
	};
};

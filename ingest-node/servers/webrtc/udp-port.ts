/** The UDP port that all peers share, held from the start of the node to its end and not only while peers are there. */
import { createSocket } from 'node:dgram';
import { ListenError } from '../listen.ts';
import { type HeldPort, holdPort } from './peer.ts';

const variable = 'WEBRTC_PORT';

/** The library says only that it failed: a plain socket says why, and finds a free port. */
const probe = (port: number, host: string | undefined): Promise<number> =>
	new Promise((resolve, reject) => {
		const socket = createSocket({ type: host?.includes(':') ? 'udp6' : 'udp4' });
		socket.once('error', (error: NodeJS.ErrnoException) => reject(new ListenError(variable, port, error)));
		// Of several workers each has a port of its own.
		socket.bind({ port, exclusive: true, ...(host === undefined ? {} : { address: host }) }, () => {
			const bound = socket.address().port;
			socket.close(() => resolve(bound));
		});
	});

/** @param port 0: any free one. @throws ListenError */
export const holdUdpPort = async (port: number, host: string | undefined): Promise<HeldPort> => {
	const bound = await probe(port, host);
	try {
		return holdPort(bound, host);
	} catch (error) {
		throw new ListenError(variable, bound, error instanceof Error ? error : new Error(String(error)));
	}
};

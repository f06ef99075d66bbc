/**
 * Two UDP ports for one track: RTP on an even one and RTCP on the next. RFC 3550 § 11. They hear one peer only: packets
 * of other addresses are dropped, and so are those of other ports once the peer's is known. A peer behind a NAT sends from
 * another port than it has announced; then its first packet tells.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { LivestillError } from '../../src/shared/errors.ts';
import type { TransportPair } from '../protocols/rtsp/transport.ts';

/** First and last port, both included. */
export interface PortRange {
	readonly first: number;
	readonly last: number;
}

export interface UdpPortPair {
	/** Our own ports. */
	readonly ports: TransportPair;
	/** The ports that the peer has announced. */
	expect(ports: TransportPair): void;
	/** Sends to the peer's port, if it is known. Never throws. */
	send(to: keyof TransportPair, bytes: Uint8Array): void;
	close(): void;
}

export interface UdpPortPairOptions {
	/** Address of the peer, as its TCP connection has it. */
	readonly remoteAddress: string;
	/** Address to bind; without it all of the peer's family. */
	readonly localAddress?: string | undefined;
	/** Ports to take; `null`: any free ones. */
	readonly range: PortRange | null;
	readonly onRtp: (bytes: Uint8Array) => void;
	readonly onRtcp: (bytes: Uint8Array) => void;
	/** A packet was dropped because it is not the peer's. */
	readonly onForeign: () => void;
}

/** Bytes that may wait in the kernel: half a second at 16 Mbit/s, as far as the system allows. */
const receiveBuffer = 1024 * 1024;
/** Tries to find two free ports. */
const attempts = 64;

/** An IPv4 address as IPv4, also of an IPv6 socket. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=[0-9.]+$)/i, '').replace(/%.*$/, '');

const bind = (port: number, address: string | undefined, isV6: boolean): Promise<Socket> =>
	new Promise((resolve, reject) => {
		const socket = createSocket({ type: isV6 ? 'udp6' : 'udp4', recvBufferSize: receiveBuffer });
		socket.once('error', (error) => {
			socket.close();
			reject(error);
		});
		socket.bind({ port, ...(address === undefined ? {} : { address }), exclusive: true }, () => {
			socket.removeAllListeners('error');
			resolve(socket);
		});
	});

/** Where the next search in a range begins: ports that have just been left are taken last. */
let cursor = 0;

/** An even port that may be free; 0: the system's choice. */
const candidate = (range: PortRange | null): number => {
	if (range === null) return 0;
	const first = range.first + (range.first % 2);
	const pairs = Math.max(1, Math.floor((range.last - first + 1) / 2));
	cursor = (cursor + 1) % pairs;
	return first + 2 * cursor;
};

const bindPair = async (options: UdpPortPairOptions, isV6: boolean): Promise<readonly [Socket, Socket]> => {
	const { range } = options;
	const localAddress = options.localAddress && plainAddress(options.localAddress);
	const pairs = range === null ? attempts : Math.ceil((range.last - range.first + 1) / 2);
	let reason = 'no free pair of ports';
	for (let attempt = 0; attempt < pairs; attempt += 1) {
		const wanted = candidate(range);
		try {
			const first = await bind(wanted, localAddress, isV6);
			const { port } = first.address();
			try {
				// Of an odd one the even one below is as good as the one above.
				const second = await bind(port % 2 === 0 ? port + 1 : port - 1, localAddress, isV6);
				return port % 2 === 0 ? [first, second] : [second, first];
			} catch (error) {
				first.close();
				throw error;
			}
		} catch (error) {
			reason = error instanceof Error ? error.message : String(error);
		}
	}
	throw new LivestillError('BUSY', `no UDP ports: ${reason}`);
};

/** @throws LivestillError `BUSY`: there are no two free ports */
export const openUdpPortPair = async (options: UdpPortPairOptions): Promise<UdpPortPair> => {
	const { onRtp, onRtcp, onForeign } = options;
	const remote = plainAddress(options.remoteAddress);
	const [rtp, rtcp] = await bindPair(options, isIPv6(remote));
	const sockets = { rtp, rtcp } as const;
	/** The peer's ports: what was announced, what was seen. */
	let announced: TransportPair | null = null;
	const seen: { rtp: number | null; rtcp: number | null } = { rtp: null, rtcp: null };

	const hear = (kind: keyof TransportPair, take: (bytes: Uint8Array) => void): void => {
		const socket = sockets[kind];
		socket.on('message', (bytes, { address, port }) => {
			const isPeer = address === remote || plainAddress(address) === remote;
			// The announced port is the peer's, whoever came first.
			if (isPeer && (seen[kind] === null || port === announced?.[kind])) seen[kind] = port;
			if (isPeer && port === seen[kind]) take(bytes);
			else onForeign();
		});
		// What cannot be sent, such as to a port that is closed, is lost; the silence that follows is noticed.
		socket.on('error', () => {});
	};
	hear('rtp', onRtp);
	hear('rtcp', onRtcp);
	let isOpen = true;

	return {
		ports: { rtp: rtp.address().port, rtcp: rtcp.address().port },
		expect: (ports) => {
			announced = ports;
		},
		send: (to, bytes) => {
			const port = seen[to] ?? announced?.[to];
			if (isOpen && port !== undefined) sockets[to].send(bytes, port, remote, () => {});
		},
		close: () => {
			if (!isOpen) return;
			isOpen = false;
			rtp.close();
			rtcp.close();
		},
	};
};

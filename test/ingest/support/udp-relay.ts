/** A bad network between WebRTC peers and the node: below SRTP, where a lost packet is just lost. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface UdpRelay {
	/** The answer with the relay in place of the node. */
	reroute(answer: string): string;
	/** Share of packets that are lost, each way. */
	loss: number;
	/** Nothing passes any more. */
	isCut: boolean;
	readonly passed: number;
	readonly lost: number;
	close(): void;
}

export interface UdpRelayOptions {
	/** Where it listens; by default any free port of 127.0.0.1. */
	readonly host?: string;
	readonly port?: number;
	/** STUN and DTLS get lost as well. */
	readonly losesAll?: boolean;
}

/** RFC 7983 § 7 tells media from STUN and DTLS by the first byte. */
const isMedia = (bytes: Buffer): boolean => (bytes[0] ?? 0) >= 128 && (bytes[0] ?? 0) <= 191;

/** @param random 0 ≤ x < 1 */
export const createUdpRelay = async (
	nodePort: number,
	random: () => number,
	{ host = '127.0.0.1', port = 0, losesAll = false }: UdpRelayOptions = {},
): Promise<UdpRelay> => {
	const front = createSocket('udp4');
	front.bind(port, host);
	await once(front, 'listening');
	/** Towards the node, one a client: that is how it tells them apart. */
	const backs = new Map<string, Socket>();
	const relay = {
		loss: 0,
		isCut: false,
		passed: 0,
		lost: 0,
		reroute: (answer: string) =>
			answer
				.replaceAll(` ${nodePort} typ host`, ` ${front.address().port} typ host`)
				.replaceAll(`m=video ${nodePort}`, 'm=video 9'),
		close: () => {
			front.close();
			for (const back of backs.values()) back.close();
		},
	};
	const passes = (bytes: Buffer): boolean => {
		if (relay.isCut) return false;
		const isLost = (losesAll || isMedia(bytes)) && random() < relay.loss;
		if (isLost) relay.lost += 1;
		else relay.passed += 1;
		return !isLost;
	};
	const openBack = (client: { readonly port: number; readonly address: string }): Socket => {
		const back = createSocket('udp4');
		back.bind(0, '127.0.0.1');
		back.on('message', (bytes) => {
			if (passes(bytes)) front.send(bytes, client.port, client.address);
		});
		return back;
	};
	front.on('message', (bytes, { address, port: from }) => {
		const key = `${address}:${from}`;
		const back = backs.get(key) ?? openBack({ address, port: from });
		backs.set(key, back);
		if (passes(bytes)) back.send(bytes, nodePort, '127.0.0.1');
	});
	return relay;
};

/** A generator of reproducible numbers: mulberry32. */
export const createRandom = (seed: number): (() => number) => {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let value = Math.imul(state ^ (state >>> 15), state | 1);
		value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
		return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
	};
};

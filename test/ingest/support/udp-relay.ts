/** A bad network between one WebRTC peer and the node: below SRTP, where a lost packet is just lost. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

export interface UdpRelay {
	/** The answer with the relay in place of the node. */
	reroute(answer: string): string;
	/** Share of media packets that are lost, both ways. */
	loss: number;
	/** Nothing passes any more. */
	isCut: boolean;
	readonly lost: number;
	close(): void;
}

/** STUN and DTLS pass: RFC 7983 § 7 tells them from media by the first byte. */
const isMedia = (bytes: Buffer): boolean => (bytes[0] ?? 0) >= 128 && (bytes[0] ?? 0) <= 191;

/** @param random 0 ≤ x < 1 */
export const createUdpRelay = async (nodePort: number, random: () => number): Promise<UdpRelay> => {
	const front = createSocket('udp4');
	const back = createSocket('udp4');
	front.bind(0, '127.0.0.1');
	back.bind(0, '127.0.0.1');
	await Promise.all([once(front, 'listening'), once(back, 'listening')]);
	let client: RemoteInfo | null = null;
	const relay = {
		loss: 0,
		isCut: false,
		lost: 0,
		reroute: (answer: string) =>
			answer
				.replaceAll(` ${nodePort} typ host`, ` ${front.address().port} typ host`)
				.replaceAll(`m=video ${nodePort}`, 'm=video 9'),
		close: () => {
			front.close();
			back.close();
		},
	};
	const passes = (bytes: Buffer): boolean => {
		if (relay.isCut) return false;
		if (!isMedia(bytes) || random() >= relay.loss) return true;
		relay.lost += 1;
		return false;
	};
	front.on('message', (bytes, from) => {
		client = from;
		if (passes(bytes)) back.send(bytes, nodePort, '127.0.0.1');
	});
	back.on('message', (bytes) => {
		if (client !== null && passes(bytes)) front.send(bytes, client.port, client.address);
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

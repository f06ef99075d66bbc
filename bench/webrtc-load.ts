/**
 * Publishers and players for the bench, in a process of their own: theirs is not the processor time that is measured.
 * Forked by `webrtc.ts`; the parent sends {@link LoadOrder}s and hears `{ done: true }` after each.
 */
import { openWhip, type WhipClient } from '../test/e2e/support/whip-client.ts';
import { createRtpWriter } from '../test/ingest/support/rtp-clip.ts';
import { h264Format } from '../test/ingest/support/webrtc-peer.ts';
import { clipPayloads } from './webrtc-clip.ts';

export interface LoadOrder {
	/** Origin of the node's signalling. */
	readonly http: string;
	/** Streams that are to be published from now on. */
	readonly publishers: number;
	/** Players that the first of them is to have. */
	readonly players: number;
}

/** Milliseconds between two pictures of a stream: as they are measured, and while others still connect. */
const frameTime = { full: 1000 / 30, idle: 500 };
/** Milliseconds that a stream may be late before it leaves pictures out: a busy machine must not make it worse. */
const longestDelay = 100;
/** Packets that can be sent again. A power of two. */
const ringPackets = 1024;

const clip = clipPayloads();
let interval = frameTime.idle;

interface Publisher {
	readonly name: string;
	readonly client: WhipClient;
	/** When the next picture is to be sent. */
	due: number;
	readonly sendPicture: () => void;
}

/** Sends the clip again and again, from its keyframe when one is asked for. */
const createPublisher = (name: string, client: WhipClient): Publisher => {
	const { peer } = client;
	const writer = createRtpWriter(peer.videoSsrc, h264Format.payloadType);
	const ring: Uint8Array[] = [];
	const sequenceOf = (bytes: Uint8Array): number => ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
	let next = 0;
	peer.onRtcp = (packet) => {
		if (packet.kind === 'pli') next = 0;
		if (packet.kind === 'nack')
			for (const sequence of packet.sequences) {
				const bytes = ring[sequence & (ringPackets - 1)];
				if (bytes !== undefined && sequenceOf(bytes) === sequence) peer.sendVideo(bytes);
			}
	};
	return {
		name,
		client,
		due: performance.now() + Math.random() * interval,
		sendPicture: () => {
			for (const bytes of writer.picture(clip[next] ?? [])) {
				ring[sequenceOf(bytes) & (ringPackets - 1)] = bytes;
				peer.sendVideo(bytes);
			}
			next = (next + 1) % clip.length;
		},
	};
};

const publishers: Publisher[] = [];
let opened = 0;
setInterval(() => {
	for (const publisher of publishers) {
		const now = performance.now();
		if (publisher.due > now) continue;
		publisher.sendPicture();
		publisher.due = Math.max(publisher.due + interval, now - longestDelay);
	}
}, 5);

const players: WhipClient[] = [];
const options = { keepsPackets: false };

const end = async (client: WhipClient): Promise<void> => {
	await client.end();
	client.peer.close();
};

/** Opens clients until there are `count`, ten at a time. */
const fill = async <T>(clients: T[], count: number, open: () => Promise<T>): Promise<void> => {
	while (clients.length < count) {
		const batch = Array.from({ length: Math.min(10, count - clients.length) }, open);
		clients.push(...(await Promise.all(batch)));
	}
};

const follow = async ({ http, publishers: wanted, players: watching }: LoadOrder): Promise<void> => {
	interval = frameTime.idle;
	// On a busy machine a connection may have ended meanwhile.
	const isAlive = ({ peer }: WhipClient): boolean => peer.state === 'connected';
	players.splice(0, players.length, ...players.filter(isAlive));
	publishers.splice(0, publishers.length, ...publishers.filter(({ client }) => isAlive(client)));
	await Promise.all(players.splice(watching).map(end));
	await Promise.all(publishers.splice(wanted).map(({ client }) => end(client)));
	await fill(publishers, wanted, async () => {
		opened += 1;
		const name = `load-${opened}`;
		return createPublisher(name, await openWhip('whip', { http, name, options }));
	});
	const watched = publishers[0]?.name ?? '';
	await fill(players, watching, () => openWhip('whep', { http, name: watched, options }));
	interval = frameTime.full;
};

process.on('message', (order: LoadOrder) => {
	follow(order).then(
		() => process.send?.({ done: true }),
		(error: unknown) => process.send?.({ error: String(error) }),
	);
});
process.on('disconnect', () => process.exit(0));

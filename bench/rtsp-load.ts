/**
 * RTSP publishers for the bench, in a process of their own: theirs is not the processor time that is measured. Forked by
 * `rtsp.ts`; the parent sends a {@link LoadOrder} and hears `{ done: true }` when all of them record.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { buildRtpPacket } from '../ingest-node/protocols/rtp/packet.ts';
import { headerOf, type RtspResponse, writeInterleaved, writeRequest } from '../ingest-node/protocols/rtsp/message.ts';
import { createRtspReader } from '../ingest-node/protocols/rtsp/reader.ts';
import { parseTransports } from '../ingest-node/protocols/rtsp/transport.ts';
import { clipRate, rtspClip } from './rtsp-clip.ts';

export interface LoadOrder {
	readonly port: number;
	readonly streams: number;
	readonly lower: 'tcp' | 'udp';
}

const clip = rtspClip();
const payloadType = 96;
const frameTime = 1000 / clipRate;

const sdp = new TextEncoder().encode(
	['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 't=0 0', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', ''].join(
		'\r\n',
	),
);

/** Opens a publisher; the result takes its packets. */
const open = async ({ port, lower }: LoadOrder, name: string): Promise<(packets: readonly Uint8Array[]) => void> => {
	const socket = connect({ port, host: '127.0.0.1', noDelay: true });
	await once(socket, 'connect');
	// The node ends what it hears nothing from for ten seconds: this machine is too busy.
	socket.on('error', (error) => process.send?.({ error: `the connection of ${name} has ended: ${error.message}` }));
	const reader = createRtspReader();
	let answer = (_response: RtspResponse): void => {};
	socket.on('data', (bytes) => {
		for (const message of reader.read(bytes)) if (message.kind === 'response') answer(message);
	});
	const url = `rtsp://127.0.0.1:${port}/live/${name}`;
	let sequence = 0;
	const ask = async (
		method: string,
		headers: readonly [string, string][],
		body?: Uint8Array,
	): Promise<RtspResponse> => {
		sequence += 1;
		const answered = new Promise<RtspResponse>((resolve) => {
			answer = resolve;
		});
		socket.write(writeRequest(method, url, [['CSeq', String(sequence)], ...headers], body));
		const response = await answered;
		if (response.status !== 200) throw new Error(`${method}: ${response.status} ${response.reason}`);
		return response;
	};
	await ask('ANNOUNCE', [['Content-Type', 'application/sdp']], sdp);
	if (lower === 'tcp') {
		await ask('SETUP', [['Transport', 'RTP/AVP/TCP;unicast;interleaved=0-1;mode=record']]);
		await ask('RECORD', []);
		return (packets) => {
			socket.cork();
			for (const packet of packets) socket.write(writeInterleaved(0, packet));
			socket.uncork();
		};
	}
	const media = createSocket('udp4');
	media.bind(0, '127.0.0.1');
	await once(media, 'listening');
	const own = media.address().port;
	const setup = await ask('SETUP', [['Transport', `RTP/AVP;unicast;client_port=${own}-${own + 1};mode=record`]]);
	const target = parseTransports(headerOf(setup, 'transport') ?? '')[0]?.serverPort?.rtp ?? 0;
	await ask('RECORD', []);
	return (packets) => {
		for (const packet of packets) media.send(packet, target, '127.0.0.1');
	};
};

/** Sends the clip again and again. @param phase pictures that it is ahead */
const play = (send: (packets: readonly Uint8Array[]) => void, ssrc: number, phase: number): (() => void) => {
	let picture = phase;
	let sequence = 0;
	return () => {
		const payloads = clip[picture % clip.length] ?? [];
		const timestamp = (picture * 90 * frameTime) >>> 0;
		picture += 1;
		send(
			payloads.map((payload, index) => {
				sequence = (sequence + 1) & 0xffff;
				return buildRtpPacket({
					marker: index === payloads.length - 1,
					payloadType,
					sequence,
					timestamp,
					ssrc,
					payload,
				});
			}),
		);
	};
};

const load = async (order: LoadOrder): Promise<void> => {
	const streams: { due: number; readonly sendPicture: () => void }[] = [];
	setInterval(() => {
		const now = performance.now();
		for (const stream of streams) {
			if (stream.due > now) continue;
			stream.sendPicture();
			// A busy machine must not be given the pictures that it has missed on top.
			stream.due = Math.max(stream.due + frameTime, now - 100);
		}
	}, 5);
	const start = async (index: number): Promise<void> => {
		const sendPicture = play(await open(order, `load-${index}`), index + 1, index * 7);
		streams.push({ due: performance.now() + Math.random() * frameTime, sendPicture });
	};
	// Ten at a time: those that record have to be fed meanwhile.
	for (let first = 0; first < order.streams; first += 10)
		await Promise.all(Array.from({ length: Math.min(10, order.streams - first) }, (_, index) => start(first + index)));
};

process.on('message', (order: LoadOrder) => {
	load(order).then(
		() => process.send?.({ done: true }),
		(error: unknown) => process.send?.({ error: String(error) }),
	);
});
process.on('disconnect', () => process.exit(0));

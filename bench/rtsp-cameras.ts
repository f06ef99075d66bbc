/**
 * RTSP cameras for the bench, in a process of their own. Forked by `rtsp.ts`; the parent says `{ start: true }` and hears
 * `{ port }`. Every path is a camera that sends the clip, over TCP or UDP as it is asked.
 */
import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { buildRtpPacket } from '../ingest-node/protocols/rtp/packet.ts';
import {
	type HeaderLines,
	headerOf,
	type RtspRequest,
	writeInterleaved,
	writeResponse,
} from '../ingest-node/protocols/rtsp/message.ts';
import { createRtspReader } from '../ingest-node/protocols/rtsp/reader.ts';
import { parseTransports } from '../ingest-node/protocols/rtsp/transport.ts';
import { clipRate, rtspClip } from './rtsp-clip.ts';

const clip = rtspClip();
const frameTime = 1000 / clipRate;
const payloadType = 96;

const sdp = new TextEncoder().encode(
	'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:video\r\n',
);

interface Viewer {
	due: number;
	picture: number;
	sequence: number;
	readonly send: (packets: readonly Uint8Array[]) => void;
}

const viewers = new Map<Socket, Viewer>();
const media = createSocket('udp4');
media.bind(0, '127.0.0.1');

const sendPicture = (viewer: Viewer): void => {
	const payloads = clip[viewer.picture % clip.length] ?? [];
	const timestamp = (viewer.picture * 90 * frameTime) >>> 0;
	viewer.picture += 1;
	viewer.send(
		payloads.map((payload, index) => {
			viewer.sequence = (viewer.sequence + 1) & 0xffff;
			const marker = index === payloads.length - 1;
			return buildRtpPacket({ marker, payloadType, sequence: viewer.sequence, timestamp, ssrc: 1, payload });
		}),
	);
};

setInterval(() => {
	const now = performance.now();
	for (const viewer of viewers.values()) {
		if (viewer.due > now) continue;
		sendPicture(viewer);
		// A busy machine must not be given the pictures that it has missed on top.
		viewer.due = Math.max(viewer.due + frameTime, now - 100);
	}
}, 5);

const senderFor = (socket: Socket, request: RtspRequest): readonly [Viewer['send'], string] => {
	const [wanted] = parseTransports(headerOf(request, 'transport') ?? '');
	const port = wanted?.clientPort?.rtp;
	if (port === undefined)
		return [
			(packets) => {
				socket.cork();
				for (const packet of packets) socket.write(writeInterleaved(0, packet));
				socket.uncork();
			},
			'RTP/AVP/TCP;unicast;interleaved=0-1',
		];
	const own = media.address().port;
	return [
		(packets) => {
			for (const packet of packets) media.send(packet, port, '127.0.0.1');
		},
		`RTP/AVP;unicast;client_port=${port}-${port + 1};server_port=${own}-${own + 1}`,
	];
};

const server = createServer({ noDelay: true }, (socket) => {
	const reader = createRtspReader();
	let send: Viewer['send'] = () => {};
	socket.on('error', () => {});
	socket.on('close', () => viewers.delete(socket));
	const answer = (request: RtspRequest): readonly [HeaderLines, Uint8Array?] => {
		switch (request.method) {
			case 'DESCRIBE':
				return [[['Content-Type', 'application/sdp']], sdp];
			case 'SETUP': {
				const [sender, transport] = senderFor(socket, request);
				send = sender;
				return [
					[
						['Transport', transport],
						['Session', '1'],
					],
				];
			}
			case 'PLAY':
				viewers.set(socket, {
					...{ due: performance.now() + Math.random() * frameTime, picture: viewers.size * 7, sequence: 0 },
					send,
				});
				return [[]];
			default:
				return [[['Public', 'DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN']]];
		}
	};
	socket.on('data', (bytes) => {
		for (const message of reader.read(bytes)) {
			if (message.kind !== 'request') continue;
			const [headers, body] = answer(message);
			const lines: HeaderLines = [['CSeq', headerOf(message, 'cseq') ?? ''], ...headers];
			socket.write(writeResponse(200, 'OK', lines, body));
		}
	});
});

process.on('message', () =>
	server.listen(0, '127.0.0.1', () => {
		const address = server.address();
		process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 });
	}),
);
process.on('disconnect', () => process.exit(0));

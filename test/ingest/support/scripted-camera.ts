/** A camera that answers as its script says: well, unless told otherwise. It sends a capture of VP8 again and again. */
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { buildRtpPacket, parseRtpPacket } from '../../../ingest-node/protocols/rtp/packet.ts';
import { headerOf, type RtspRequest, writeInterleaved } from '../../../ingest-node/protocols/rtsp/message.ts';
import { createRtspReader } from '../../../ingest-node/protocols/rtsp/reader.ts';
import { packetBytes } from './rtp-captures.ts';

const packets = packetBytes('ffmpeg51-vp8');
const { payloadType, ssrc, sequence: firstSequence } = parseRtpPacket(packets[0] ?? new Uint8Array(12));
/** Ticks of the capture: 20 pictures a second apart at most. */
const duration = 20 * 90_000;

/** A packet of the endless repetition. */
const packetAt = (index: number): Uint8Array => {
	const packet = parseRtpPacket(packets[index % packets.length] ?? new Uint8Array(12));
	const timestamp = (packet.timestamp + Math.floor(index / packets.length) * duration) % 2 ** 32;
	return buildRtpPacket({ ...packet, sequence: (firstSequence + index) % 65_536, timestamp });
};

export const sdp = [
	'v=0',
	'o=- 1 1 IN IP4 127.0.0.1',
	's=camera',
	't=0 0',
	'm=audio 0 RTP/AVP 0',
	'a=control:audio',
	`m=video 0 RTP/AVP ${payloadType}`,
	`a=rtpmap:${payloadType} VP8/90000`,
	'a=control:video',
	'',
].join('\r\n');

/** Text of a response. */
export const respond = (request: RtspRequest, status: string, headers: readonly string[] = [], body = ''): string =>
	[
		`RTSP/1.0 ${status}`,
		`CSeq: ${headerOf(request, 'cseq')}`,
		...headers,
		...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
		'',
		body,
	].join('\r\n');

/** What is sent; `null`: nothing. Text of its own may be written to the socket. */
export type Reaction = (request: RtspRequest, socket: Socket) => string | Uint8Array | null;

export type CameraScript = Readonly<Partial<Record<string, Reaction>>>;

export interface ScriptedCamera {
	readonly port: number;
	readonly uri: string;
	/** Requests so far. */
	readonly requests: readonly RtspRequest[];
	/** Their methods. */
	methods(): string[];
	connections(): number;
	/** Says something to all that are connected. */
	say(text: string | Uint8Array): void;
	/** Stops to send media, or goes on. */
	mute(isMute: boolean): void;
	stop(): void;
}

const session = 'Session: 12345678;timeout=60';

const wellBehaved: CameraScript = {
	OPTIONS: (request) => respond(request, '200 OK', ['Public: DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER']),
	DESCRIBE: (request) => respond(request, '200 OK', ['Content-Type: application/sdp'], sdp),
	SETUP: (request) =>
		/TCP/.test(headerOf(request, 'transport') ?? '')
			? respond(request, '200 OK', ['Transport: RTP/AVP/TCP;unicast;interleaved=6-7', session])
			: respond(request, '461 Unsupported transport'),
	PLAY: (request) => respond(request, '200 OK', [session]),
	GET_PARAMETER: (request) => respond(request, '200 OK'),
	TEARDOWN: (request) => respond(request, '200 OK'),
};

/** SSRC of what it sends. */
export const captureSsrc = ssrc;

/** On a free loopback port. */
export const startScriptedCamera = async (
	script: CameraScript = {},
	/** What it says to whoever connects. */
	greeting: string | Uint8Array | null = null,
	/** PEM: it speaks RTSPS. */
	tls: { readonly cert: Buffer; readonly key: Buffer } | null = null,
): Promise<ScriptedCamera> => {
	const requests: RtspRequest[] = [];
	const sockets = new Map<Socket, boolean>();
	let connections = 0;
	let isMute = false;
	let next = 0;
	const serve = (socket: Socket): void => {
		connections += 1;
		sockets.set(socket, false);
		const reader = createRtspReader();
		socket.on('error', () => {});
		socket.on('close', () => sockets.delete(socket));
		if (greeting !== null) socket.write(greeting);
		socket.on('data', (bytes) => {
			for (const message of reader.read(bytes)) {
				if (message.kind !== 'request') continue;
				requests.push(message);
				const reaction = script[message.method] ?? wellBehaved[message.method];
				const answer = reaction?.(message, socket) ?? null;
				if (answer !== null && !socket.destroyed) socket.write(answer);
				if (message.method === 'PLAY') sockets.set(socket, true);
			}
		});
	};
	const server = tls === null ? createServer(serve) : createTlsServer({ ...tls }, serve);
	server.on('tlsClientError', () => {});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const sending = setInterval(() => {
		if (isMute) return;
		const packet = packetAt(next);
		next += 1;
		for (const [socket, plays] of sockets) if (plays && socket.writable) socket.write(writeInterleaved(6, packet));
	}, 5);
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	return {
		port,
		uri: `rtsp${tls === null ? '' : 's'}://127.0.0.1:${port}/cam`,
		requests,
		methods: () => requests.map(({ method }) => method),
		connections: () => connections,
		say: (text) => {
			for (const socket of sockets.keys()) socket.write(text);
		},
		mute: (value) => {
			isMute = value;
		},
		stop: () => {
			clearInterval(sending);
			server.close();
			for (const socket of sockets.keys()) socket.destroy();
		},
	};
};

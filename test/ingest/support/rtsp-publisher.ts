/** A publisher of our own: it says what a test wants it to say, and sends a capture in a loop. */
import { buildRtpPacket } from '../../../ingest-node/protocols/rtp/packet.ts';
import {
	type HeaderLines,
	headerOf,
	type RtspResponse,
	writeInterleaved,
	writeRequest,
} from '../../../ingest-node/protocols/rtsp/message.ts';
import { createRtspReader } from '../../../ingest-node/protocols/rtsp/reader.ts';
import { packetsOf } from './rtp-captures.ts';
import { type RawPeer, rawPeer } from './tcp.ts';

/** What our publisher announces: H.264, payload type 96, and sound. */
export const announcement = (video = 'a=rtpmap:96 H264/90000'): Uint8Array =>
	new TextEncoder().encode(
		[
			...['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 't=0 0', 'm=video 0 RTP/AVP 96', video, 'a=control:streamid=0'],
			...['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 OPUS/48000/2', 'a=control:streamid=1', ''],
		].join('\r\n'),
	);

/** The packets of a capture again and again, with numbers that go on. */
export const createLoop = (capture = 'ffmpeg51-h264'): (() => Uint8Array) => {
	const packets = packetsOf(capture);
	const first = packets[0]?.timestamp ?? 0;
	let count = 0;
	return () => {
		const packet = packets[count % packets.length];
		if (packet === undefined) throw new Error('an empty capture');
		const round = Math.floor(count / packets.length);
		const timestamp = (packet.timestamp - first + round * 180_000) >>> 0;
		count += 1;
		return buildRtpPacket({ ...packet, payloadType: 96, sequence: count & 0xffff, timestamp, ssrc: 7 });
	};
};

export interface RtspPublisher {
	readonly peer: RawPeer;
	readonly url: string;
	request(method: string, url: string, headers?: HeaderLines, body?: Uint8Array): Promise<RtspResponse>;
	/** ANNOUNCE, SETUP of the video, RECORD. Resolves to the answer of SETUP. @throws Error a refusal */
	record(transport?: string): Promise<RtspResponse>;
	/** Sends packets of the loop over TCP from now on. */
	stream(): void;
	stop(): void;
}

export const connectRtsp = async (port: number, name: string): Promise<RtspPublisher> => {
	const peer = await rawPeer(port);
	const url = `rtsp://127.0.0.1:${port}/live/${name}`;
	const reader = createRtspReader();
	const waiting = new Map<string, (response: RtspResponse) => void>();
	let sequence = 0;
	let session: string | null = null;
	let timer: NodeJS.Timeout | undefined;
	peer.socket.on('data', (bytes) => {
		for (const message of reader.read(new Uint8Array(bytes)))
			if (message.kind === 'response') waiting.get(headerOf(message, 'cseq') ?? '')?.(message);
	});

	const request: RtspPublisher['request'] = async (method, to, headers = [], body) => {
		sequence += 1;
		const key = String(sequence);
		const answer = new Promise<RtspResponse>((resolve, reject) => {
			waiting.set(key, resolve);
			void peer.closed.then(() => reject(new Error(`no answer to ${method}: the connection was closed`)));
		});
		const known: HeaderLines = session === null ? [] : [['Session', session]];
		peer.write(writeRequest(method, to, [['CSeq', key], ...known, ...headers], body));
		const response = await answer;
		session = headerOf(response, 'session')?.split(';')[0] ?? session;
		return response;
	};

	const need = async (answer: Promise<RtspResponse>): Promise<RtspResponse> => {
		const response = await answer;
		if (response.status !== 200) throw new Error(`${response.status} ${response.reason}`);
		return response;
	};

	return {
		peer,
		url,
		request,
		record: async (transport = 'RTP/AVP/TCP;unicast;interleaved=0-1;mode=record') => {
			await need(request('ANNOUNCE', url, [['Content-Type', 'application/sdp']], announcement()));
			const setup = await need(request('SETUP', `${url}/streamid=0`, [['Transport', transport]]));
			await need(request('RECORD', url));
			return setup;
		},
		stream: () => {
			const next = createLoop();
			timer = setInterval(() => {
				for (let n = 0; n < 6; n += 1) peer.write(writeInterleaved(0, next()));
			}, 20);
		},
		stop: () => {
			clearInterval(timer);
			peer.socket.destroy();
		},
	};
};

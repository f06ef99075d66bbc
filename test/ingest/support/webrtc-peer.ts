/** A WebRTC client for tests: sends and receives plain RTP packets, as a browser does underneath. */
import { Audio, cleanup, initLogger, PeerConnection, type Track, Video } from 'node-datachannel';
import { isRtcp, parseRtpPacket, type RtpPacket } from '../../../ingest-node/protocols/rtp/packet.ts';
import { buildBye } from '../../../ingest-node/protocols/rtp/rtcp/bye.ts';
import { buildPli } from '../../../ingest-node/protocols/rtp/rtcp/keyframe-request.ts';
import { buildNack } from '../../../ingest-node/protocols/rtp/rtcp/nack.ts';
import { parseRtcp, type RtcpPacket } from '../../../ingest-node/protocols/rtp/rtcp/rtcp.ts';

export interface TestPeerOptions {
	readonly direction: 'sendonly' | 'recvonly';
	/** `a=rtpmap` names with fmtp, by payload type. */
	readonly video?: readonly { readonly payloadType: number; readonly codec: string; readonly fmtp?: string }[];
	/** Opus, payload type 111. */
	readonly audio?: boolean;
	/** Lines for the video section. */
	readonly videoLines?: readonly string[];
	/** Whether `rtp` and `rtcp` keep what comes; by default they do. */
	readonly keepsPackets?: boolean;
}

export interface TestPeer {
	readonly offer: string;
	/** Takes the answer; resolves when it is connected. */
	connect(answer: string): Promise<void>;
	sendVideo(bytes: Uint8Array): void;
	sendAudio(bytes: Uint8Array): void;
	readonly videoSsrc: number;
	readonly audioSsrc: number;
	readonly rtp: RtpPacket[];
	readonly rtcp: RtcpPacket[];
	onRtcp: (packet: RtcpPacket) => void;
	onRtp: (packet: RtpPacket) => void;
	sendPli(mediaSsrc: number): void;
	/** Sends RTCP of any kind. */
	sendRtcp(bytes: Uint8Array): void;
	sendNack(mediaSsrc: number, sequences: readonly number[]): void;
	readonly state: string;
	close(): void;
}

/** Keeps the tracks from the garbage collector, which would silence them. */
const alive = new Set<{ readonly peer: TestPeer; readonly tracks: { video?: Track; audio?: Track } }>();
let peers = 0;

initLogger('Fatal', () => {});

/** Closes all peers and ends the library's threads: a process with them does not end by itself. */
export const endWebRtc = (): void => {
	for (const { peer } of [...alive]) peer.close();
	cleanup();
};

export const h264Format = {
	payloadType: 102,
	codec: 'H264',
	fmtp: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
};
export const vp8Format = { payloadType: 96, codec: 'VP8' };

export const createTestPeer = async (options: TestPeerOptions): Promise<TestPeer> => {
	const { direction, video = [h264Format], audio = false, videoLines = [], keepsPackets = true } = options;
	peers += 1;
	const videoSsrc = 0x1000_0000 + peers;
	const audioSsrc = 0x2000_0000 + peers;
	const connection = new PeerConnection(`test ${peers}`, {
		iceServers: [],
		bindAddress: '127.0.0.1',
		disableAutoNegotiation: true,
	});
	const way = direction === 'sendonly' ? 'SendOnly' : 'RecvOnly';
	const tracks: { video?: Track; audio?: Track } = {};
	if (audio) {
		const section = new Audio('0', way);
		section.addOpusCodec(111);
		if (direction === 'sendonly') section.addSSRC(audioSsrc, 'test', 'test', 'audio');
		tracks.audio = connection.addTrack(section);
	}
	if (video.length > 0) {
		const section = new Video('1', way);
		for (const { payloadType, codec, fmtp = '' } of video) section.addVideoCodec(payloadType, codec, fmtp);
		if (direction === 'sendonly') section.addSSRC(videoSsrc, 'test', 'test', 'video');
		tracks.video = connection.addTrack(section);
	}
	const connected = Promise.withResolvers<void>();
	connected.promise.catch(() => {});
	// Tracks open a moment later than the connection.
	const check = (): void => {
		const all = [tracks.video, tracks.audio].filter((track) => track !== undefined);
		if (connection.state() === 'connected' && all.every((track) => track.isOpen())) connected.resolve();
	};
	for (const track of [tracks.video, tracks.audio]) {
		track?.onOpen(check);
		track?.onClosed(() => {});
	}
	connection.onStateChange((state) => {
		if (state === 'connected') check();
		// Until then a track and its callbacks hold each other.
		if (state === 'closed') for (const track of [tracks.video, tracks.audio]) track?.close();
		if (state === 'failed' || state === 'closed') connected.reject(new Error(`peer ${state}`));
	});
	const gathered = new Promise<void>((resolve) => {
		connection.onGatheringStateChange((state) => {
			if (state === 'complete') resolve();
		});
	});
	connection.setLocalDescription('offer');
	await gathered;
	// With candidates in the offer the server could begin DTLS before this side knows its fingerprint.
	const lines = (connection.localDescription()?.sdp ?? '').split('\r\n').filter((line) => !/candidate/.test(line));
	const end = lines.at(-1) === '' ? lines.length - 1 : lines.length;
	lines.splice(end, 0, ...videoLines);

	/** What comes after the end is lost, as on any network. */
	const send = (track: Track | undefined, bytes: Uint8Array): void => {
		if (track !== undefined && connection.state() !== 'closed') track.sendMessageBinary(Buffer.from(bytes));
	};

	const peer: TestPeer = {
		offer: lines.join('\r\n'),
		connect: (answer) => {
			connection.setRemoteDescription(answer, 'answer');
			return connected.promise;
		},
		sendVideo: (bytes) => send(tracks.video, bytes),
		sendAudio: (bytes) => send(tracks.audio, bytes),
		videoSsrc,
		audioSsrc,
		rtp: [],
		rtcp: [],
		onRtcp: () => {},
		onRtp: () => {},
		sendRtcp: (bytes) => send(tracks.video, bytes),
		sendPli: (mediaSsrc) => send(tracks.video, buildPli(1, mediaSsrc)),
		sendNack: (mediaSsrc, sequences) => send(tracks.video, buildNack(1, mediaSsrc, sequences)),
		get state() {
			return connection.state();
		},
		close: () => {
			if (!alive.delete(entry)) return;
			// As browsers do. The library's own goodbye, an alert of DTLS, often comes too late to be sent.
			if (direction === 'sendonly' && tracks.video?.isOpen())
				tracks.video.sendMessageBinary(Buffer.from(buildBye([videoSsrc, audioSsrc])));
			connection.close();
		},
	};
	for (const track of [tracks.video, tracks.audio])
		track?.onMessage((bytes) => {
			if (isRtcp(bytes)) {
				for (const packet of parseRtcp(bytes)) {
					if (keepsPackets) peer.rtcp.push(packet);
					peer.onRtcp(packet);
				}
				return;
			}
			const packet = parseRtpPacket(bytes);
			if (keepsPackets) peer.rtp.push(packet);
			peer.onRtp(packet);
		});
	const entry = { tracks, peer };
	alive.add(entry);
	return peer;
};

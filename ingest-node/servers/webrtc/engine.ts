/** The WebRTC media of a node: answers offers of publishers and players, over one UDP port. */
import { LivestillError } from '../../../src/shared/errors.ts';
import type { StreamName } from '../../../src/shared/stream-name.ts';
import { type Clock, delay } from '../../clock.ts';
import { createErrorCounter } from '../../error-counter.ts';
import type { Hub, PlayableStream } from '../../hub.ts';
import type { Log } from '../../log.ts';
import type { MediaEngine, MediaRequest, MediaSession } from '../../media-engine.ts';
import { negotiatePlay, negotiatePublish } from '../../protocols/webrtc/negotiate.ts';
import type { Relay } from '../../protocols/webrtc/relay.ts';
import { type HostCandidate, parseSdp } from '../../protocols/webrtc/sdp.ts';
import type { WebRtcVideoCodec } from '../../protocols/webrtc/video-codecs.ts';
import { announceCandidates } from './announce.ts';
import { logPeers } from './peer.ts';
import { openPlayer } from './player.ts';
import { openPublisher } from './publisher.ts';
import { holdUdpPort } from './udp-port.ts';

export interface WebRtcEngineOptions {
	readonly hub: Hub;
	readonly clock: Clock;
	readonly log: Log;
	/** UDP port that all peers share, 0 for any free one. */
	readonly port: number;
	/** Address to bind; without it all. */
	readonly host?: string | undefined;
	/** Addresses under which peers reach us, when they are not those of this machine. */
	readonly announcedAddresses?: readonly string[];
	/** Milliseconds after which a stored keyframe is to be followed by another: the push interval. */
	readonly refreshInterval: number;
	/** Bits per second that a publisher may send. */
	readonly maxBitrate: number;
	/** Codecs that publishers may use, best first. */
	readonly videoCodecs: readonly WebRtcVideoCodec[];
	/** Lets a player in, or rejects with the reason that it is told. Publishers are let in by the hub. */
	readonly authorisePlay?: (request: MediaRequest) => Promise<void>;
	/** Publishers and players at a time. */
	readonly maxConnections: number;
}

export interface WebRtcEngine extends MediaEngine {
	/** UDP port. */
	readonly port: number;
	readonly sessions: number;
	/** Refuses new sessions. */
	drain(): void;
	/** Ends all sessions and refuses new ones. */
	close(): void;
}

/** Milliseconds that a player waits for the first picture: publishers send a keyframe at once, a camera on demand connects first. */
const firstPictureTime = 8000;

/** @throws ListenError when the port is taken or the address is not ours */
export const createWebRtcEngine = async (options: WebRtcEngineOptions): Promise<WebRtcEngine> => {
	const { hub, clock, log, host, announcedAddresses = [], refreshInterval, maxBitrate, videoCodecs } = options;
	logPeers(log);
	const held = await holdUdpPort(options.port, host);
	const sessions = new Set<MediaSession>();
	/** Sessions whose answer is not ready yet. */
	let opening = 0;
	let isDraining = false;
	let isClosed = false;

	const errors = createErrorCounter(clock, (count, last) => log.warn('webrtc player errors', { count, last }));
	const announce = (candidates: readonly HostCandidate[]): readonly HostCandidate[] =>
		announceCandidates(candidates, { host, port: held.port, announcedAddresses });

	/** Counts a session in, from before its answer until its end. */
	const admit = async (open: () => Promise<MediaSession>): Promise<MediaSession> => {
		if (isDraining) throw new LivestillError('BUSY', 'the ingest node is shutting down');
		if (sessions.size + opening >= options.maxConnections)
			throw new LivestillError('BUSY', `there are ${options.maxConnections} WebRTC connections already`);
		opening += 1;
		try {
			const session = await open();
			sessions.add(session);
			void session.closed.then(() => sessions.delete(session));
			if (isClosed) session.close('the ingest node is shutting down');
			return session;
		} finally {
			opening -= 1;
		}
	};

	const publish = async (request: MediaRequest): Promise<MediaSession> => {
		const { name, remote } = request;
		const { sections, ...rest } = parseSdp(request.offer);
		const offer = negotiatePublish({ sections, ...rest }, videoCodecs);
		const format = offer.media.map(({ format: { encoding } }) => encoding).join('+');
		const session = await admit(() =>
			openPublisher({
				...{ hub, clock, request, offer, sections, refreshInterval, maxBitrate, announce },
				peer: { host, port: held.port, name: `publisher ${remote}` },
				onEnd: (reason) => log.info('webrtc publisher closed', { stream: name, remote, reason }),
			}),
		);
		log.info('webrtc publisher opened', { stream: name, remote, format });
		return session;
	};

	const findPlayable = (name: StreamName): PlayableStream => {
		const stream = hub.playable(name);
		if (stream === null) {
			if (hub.status(name) !== null)
				throw new LivestillError('UNSUPPORTED_CODEC', 'streams of this protocol are not played');
			throw new LivestillError('STREAM_NOT_FOUND', 'Stream not found');
		}
		if (stream.playable.obstacle !== null) throw new LivestillError('UNSUPPORTED_CODEC', stream.playable.obstacle);
		return stream;
	};

	/** What a player can follow. A publisher that has just begun may not have said yet what it sends. */
	const relayOf = async ({ playable, want }: PlayableStream): Promise<Relay> => {
		want();
		const late = delay(clock, firstPictureTime).then(() => {
			throw new LivestillError('NO_KEYFRAME', 'the stream has not sent a picture yet');
		});
		return Promise.race([playable.relay(), late]);
	};

	const play = async (request: MediaRequest): Promise<MediaSession> => {
		const { name, remote } = request;
		await options.authorisePlay?.(request);
		const stream = findPlayable(name);
		const { sections, ...rest } = parseSdp(request.offer);
		const relay = await relayOf(stream);
		const offer = negotiatePlay({ sections, ...rest }, relay);
		const session = await admit(() =>
			openPlayer({
				...{ clock, offer, sections, relay, announce, size: stream.size },
				peer: { host, port: held.port, name: `player ${remote}` },
				onEnd: (reason) => log.info('webrtc player closed', { stream: name, remote, reason }),
				onError: errors.count,
			}),
		);
		log.info('webrtc player opened', { stream: name, remote });
		return session;
	};

	return {
		port: held.port,
		get sessions() {
			return sessions.size;
		},
		publish,
		play,
		drain: () => {
			isDraining = true;
		},
		close: () => {
			isDraining = true;
			isClosed = true;
			errors.flush();
			for (const session of [...sessions]) session.close('the ingest node is shutting down');
			held.release();
		},
	};
};

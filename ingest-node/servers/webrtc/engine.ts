/** The WebRTC media of a node: answers offers of publishers and players, over one UDP port. */
import { LivestillError } from '../../../src/shared/errors.ts';
import type { StreamName } from '../../../src/shared/stream-name.ts';
import type { Clock } from '../../clock.ts';
import { createErrorCounter } from '../../error-counter.ts';
import type { Hub } from '../../hub.ts';
import type { Log } from '../../log.ts';
import type { MediaEngine, MediaRequest, MediaSession } from '../../media-engine.ts';
import { negotiatePlay, negotiatePublish } from '../../protocols/webrtc/negotiate.ts';
import { type HostCandidate, parseSdp } from '../../protocols/webrtc/sdp.ts';
import type { WebRtcVideoCodec } from '../../protocols/webrtc/video-codecs.ts';
import { announceCandidates } from './announce.ts';
import { logPeers } from './peer.ts';
import { openPlayer } from './player.ts';
import { openPublisher, type Publisher } from './publisher.ts';
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
	/** Publishers and players at a time. */
	readonly maxConnections: number;
}

export interface WebRtcEngine extends MediaEngine {
	/** UDP port. */
	readonly port: number;
	readonly sessions: number;
	/** Ends all sessions and refuses new ones. */
	close(): void;
}

/** @throws ListenError when the port is taken or the address is not ours */
export const createWebRtcEngine = async (options: WebRtcEngineOptions): Promise<WebRtcEngine> => {
	const { hub, clock, log, host, announcedAddresses = [], refreshInterval, maxBitrate, videoCodecs } = options;
	logPeers(log);
	const held = await holdUdpPort(options.port, host);
	const publishers = new Map<StreamName, Publisher>();
	const sessions = new Set<MediaSession>();
	/** Sessions whose answer is not ready yet. */
	let opening = 0;
	let isClosed = false;

	const errors = createErrorCounter(clock, (count, last) => log.warn('webrtc player errors', { count, last }));
	const announce = (candidates: readonly HostCandidate[]): readonly HostCandidate[] =>
		announceCandidates(candidates, { host, port: held.port, announcedAddresses });

	/** Counts a session in, from before its answer until its end. */
	const admit = async <T>(open: () => Promise<T>, sessionOf: (opened: T) => MediaSession): Promise<T> => {
		if (isClosed) throw new LivestillError('INTERNAL', 'the ingest node is shutting down');
		if (sessions.size + opening >= options.maxConnections)
			throw new LivestillError('BUSY', `there are ${options.maxConnections} WebRTC connections already`);
		opening += 1;
		try {
			const opened = await open();
			const session = sessionOf(opened);
			sessions.add(session);
			void session.closed.then(() => sessions.delete(session));
			if (isClosed) session.close('the ingest node is shutting down');
			return opened;
		} finally {
			opening -= 1;
		}
	};

	const publish = async (request: MediaRequest): Promise<MediaSession> => {
		const { name, remote } = request;
		const { sections, ...rest } = parseSdp(request.offer);
		const offer = negotiatePublish({ sections, ...rest }, videoCodecs);
		const format = offer.media.map(({ format: { encoding } }) => encoding).join('+');
		const publisher = await admit(
			() =>
				openPublisher({
					...{ hub, clock, request, offer, sections, refreshInterval, maxBitrate, announce },
					peer: { host, port: held.port, name: `publisher ${remote}` },
					onEnd: (reason) => log.info('webrtc publisher closed', { stream: name, remote, reason }),
				}),
			({ session }) => session,
		);
		log.info('webrtc publisher opened', { stream: name, remote, format });
		publishers.set(name, publisher);
		void publisher.session.closed.then(() => {
			if (publishers.get(name) === publisher) publishers.delete(name);
		});
		return publisher.session;
	};

	const play = async (request: MediaRequest): Promise<MediaSession> => {
		const { name, remote } = request;
		const published = publishers.get(name);
		if (published === undefined) {
			if (hub.streams().some((stream) => stream.name === name))
				throw new LivestillError('UNSUPPORTED_CODEC', 'only streams that are published by WebRTC can be played');
			throw new LivestillError('STREAM_NOT_FOUND', 'Stream not found');
		}
		const { sections, ...rest } = parseSdp(request.offer);
		const { relay, session } = published;
		const offer = negotiatePlay({ sections, ...rest }, relay.video);
		const player = await admit(
			() =>
				openPlayer({
					...{ clock, offer, sections, relay, announce, size: session.size },
					peer: { host, port: held.port, name: `player ${remote}` },
					onEnd: (reason) => log.info('webrtc player closed', { stream: name, remote, reason }),
					onError: errors.count,
				}),
			(opened) => opened,
		);
		log.info('webrtc player opened', { stream: name, remote });
		return player;
	};

	return {
		port: held.port,
		get sessions() {
			return sessions.size;
		},
		publish,
		play,
		close: () => {
			isClosed = true;
			errors.flush();
			for (const session of [...sessions]) session.close('the ingest node is shutting down');
			held.release();
		},
	};
};

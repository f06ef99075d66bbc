/** A player: forwards the packets of a relay to a peer, repeats what gets lost and asks for keyframes on its behalf. */
import { randomUUID } from 'node:crypto';
import { createBudget } from '../../budget.ts';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../log.ts';
import type { MediaSession } from '../../media-engine.ts';
import { concatBytes } from '../../protocols/bytes.ts';
import { isRtcp } from '../../protocols/rtp/packet.ts';
import { buildBye } from '../../protocols/rtp/rtcp/bye.ts';
import { buildReceiverReport, type ReportBlock } from '../../protocols/rtp/rtcp/report.ts';
import { parseRtcp } from '../../protocols/rtp/rtcp/rtcp.ts';
import { buildAnswer, type SentSource } from '../../protocols/webrtc/answer.ts';
import type { ChosenMedia, ChosenOffer } from '../../protocols/webrtc/negotiate.ts';
import { createPlayedMedia, type PlayedMedia } from '../../protocols/webrtc/played-media.ts';
import { createPlayedVideo, type PlayedVideo } from '../../protocols/webrtc/played-video.ts';
import type { MediaKind, Relay, RelayedPacket } from '../../protocols/webrtc/relay.ts';
import type { HostCandidate, MediaSection } from '../../protocols/webrtc/sdp.ts';
import { openPeer, type Peer, type PeerOptions } from './peer.ts';
import { createSessionLife } from './session-life.ts';

export interface PlayerOptions {
	readonly clock: Clock;
	readonly peer: PeerOptions;
	readonly offer: ChosenOffer;
	/** Of the whole offer. */
	readonly sections: readonly MediaSection[];
	readonly relay: Relay;
	readonly size: MediaSession['size'];
	/** Our candidates as the peer shall see them. */
	readonly announce: (candidates: readonly HostCandidate[]) => readonly HostCandidate[];
	readonly onEnd: (reason: string) => void;
	/** Counts what the peer did wrong. */
	readonly onError: (reason: string) => void;
}

/** Milliseconds between sender reports. RFC 3550 § 6.2 has 5 s at least; players synchronise faster with 1 s. */
const reportInterval = 1000;

/**
 * Milliseconds without RTCP after which a player counts as gone: reports come every second, for audio alone every five.
 * Of a player that sends none the library notices after 30 s, RFC 7675 § 5.1.
 */
const silenceTimeout = 15_000;
/** A keyframe burdens the publisher and all other players: one a second for each player, after a few at its start. */
const keyframeRequests = { burst: 3, perSecond: 1 } as const;

interface Leg {
	readonly media: ChosenMedia;
	readonly played: PlayedMedia;
	readonly video: PlayedVideo | null;
}

/** @throws LivestillError `INVALID_PARAMETER` */
export const openPlayer = async (options: PlayerOptions): Promise<MediaSession> => {
	const { clock, offer, sections, relay, size, announce, onEnd, onError } = options;
	const streamId = randomUUID();
	const legs = new Map<MediaKind, Leg>();
	const sources = new Map<string, SentSource>();
	for (const media of offer.media) {
		const ssrc = 1 + Math.floor(Math.random() * (2 ** 32 - 1));
		sources.set(media.mid, { ssrc, streamId });
		const { orientationId, format } = media;
		const { payloadType, clockRate } = format;
		const played = createPlayedMedia({
			ssrc,
			cname: streamId,
			payloadType,
			orientationId,
			clockRate,
			random: Math.random,
		});
		const video =
			media.kind === 'audio'
				? null
				: createPlayedVideo({
						clock,
						media: played,
						send: (bytes) => peer?.send(media, bytes),
						find: (sequence) => relay.packet('video', sequence),
					});
		legs.set(media.kind, { media, played, video });
	}
	const video = legs.get('video')?.video;
	let isConnected = false;
	/** The last RTCP of the player; `null`: it sends none, and its connectivity checks have to do. */
	let heardAt: number | null = null;
	const mayRequest = createBudget({ ...keyframeRequests, startedAt: clock.monotonic() });

	const send = ({ media, played }: Leg, packet: RelayedPacket): void => {
		const bytes = played.forward(packet);
		if (bytes !== null) peer?.send(media, bytes);
	};

	let peer: Peer | null = null;
	let stopListening = (): void => {};
	let cancelReport = (): void => {};
	const report = (): void => {
		const silence = heardAt === null ? 0 : clock.monotonic() - heardAt;
		if (silence > silenceTimeout) {
			life.end(`Failed by RTP activity: nothing received for ${Math.round(silence / 1000)} s`);
			return;
		}
		for (const [kind, { media, played }] of legs) {
			const point = relay.clockPoint(kind);
			const bytes = point === null ? null : played.report(point, clock.monotonic());
			if (bytes !== null) peer?.send(media, bytes);
		}
		cancelReport = clock.after(reportInterval, report);
	};

	const life = createSessionLife(clock, (reason) => {
		stopListening();
		cancelReport();
		video?.end();
		// The library does not always tell the peer that a connection ends.
		for (const { media, played } of legs.values())
			peer?.send(media, concatBytes([buildReceiverReport(played.ssrc, []), buildBye([played.ssrc])]));
		peer?.close();
		onEnd(reason);
	});

	const requestKeyframe = (): void => {
		if (video?.isCongested || !mayRequest(clock.monotonic())) return;
		relay.requestKeyframe();
	};

	const repeat = (leg: Leg, sequence: number): void => {
		if (leg.video !== null) {
			leg.video.repeat(sequence);
			return;
		}
		const source = leg.played.sourceSequence(sequence);
		const packet = source === null ? null : relay.packet(leg.media.kind, source);
		if (packet !== null) send(leg, packet);
	};

	const onReport = (leg: Leg, blocks: readonly ReportBlock[]): void => {
		for (const { ssrc, fractionLost } of blocks) if (ssrc === leg.played.ssrc) leg.video?.report(fractionLost);
	};

	const onRtcp = (media: ChosenMedia, bytes: Uint8Array): void => {
		const leg = legs.get(media.kind);
		if (leg === undefined) return;
		try {
			for (const packet of parseRtcp(bytes)) {
				heardAt = clock.monotonic();
				if (packet.kind === 'pli' || packet.kind === 'fir') requestKeyframe();
				else if (packet.kind === 'nack') for (const sequence of packet.sequences) repeat(leg, sequence);
				else if (packet.kind === 'receiverReport') onReport(leg, packet.blocks);
			}
		} catch (error) {
			onError(messageOf(error));
		}
	};

	const start = (): void => {
		isConnected = true;
		life.connect();
		stopListening();
		stopListening = relay.listen({
			onPacket: (kind, packet) => {
				const leg = legs.get(kind);
				if (kind === 'video') video?.pass(packet);
				else if (leg !== undefined) send(leg, packet);
			},
			onKeyframe: (packets) => video?.begin(packets),
			onStill: (packets) => video?.showStill(packets),
			onEnd: life.end,
		});
		cancelReport();
		report();
	};

	const opened = await openPeer(offer, sources, options.peer, {
		onConnected: () => {
			if (life.isOver) return;
			if (isConnected) life.connect();
			else start();
		},
		onInterrupted: life.interrupt,
		onClosed: life.end,
		onPacket: (media, bytes) => {
			if (isRtcp(bytes)) onRtcp(media, bytes);
		},
	});
	peer = opened;
	if (life.isOver) peer.close();
	const { transport, candidates } = opened;
	const answer = buildAnswer({ sections, media: offer.media, transport, candidates: announce(candidates), sources });
	return { answer, connected: life.connected, closed: life.closed, size, close: life.end };
};

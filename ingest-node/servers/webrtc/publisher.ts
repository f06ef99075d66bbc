/** A publisher: its name in the hub, its peer, and the way of its packets into keyframes and to players. */
import type { LivestillError } from '../../../src/shared/errors.ts';
import type { Clock } from '../../clock.ts';
import type { Hub, Publication } from '../../hub.ts';
import { messageOf } from '../../log.ts';
import type { MediaRequest, MediaSession } from '../../media-engine.ts';
import { playableAtOnce } from '../../playable.ts';
import { buildAnswer } from '../../protocols/webrtc/answer.ts';
import type { ChosenOffer } from '../../protocols/webrtc/negotiate.ts';
import { createPublishedMedia, type PublishedMedia } from '../../protocols/webrtc/published-media.ts';
import type { HostCandidate, MediaSection } from '../../protocols/webrtc/sdp.ts';
import { openPeer, type Peer, type PeerOptions } from './peer.ts';
import { createSessionLife } from './session-life.ts';

export interface PublisherOptions {
	readonly hub: Hub;
	readonly clock: Clock;
	readonly peer: PeerOptions;
	readonly request: MediaRequest;
	readonly offer: ChosenOffer;
	/** Of the whole offer. */
	readonly sections: readonly MediaSection[];
	/** Milliseconds after which a stored keyframe is to be followed by another. */
	readonly refreshInterval: number;
	/** Bits per second that the publisher may send. */
	readonly maxBitrate: number;
	/** Our candidates as the peer shall see them. */
	readonly announce: (candidates: readonly HostCandidate[]) => readonly HostCandidate[];
	readonly onEnd: (reason: string) => void;
}

/** Milliseconds without a packet after which a publisher counts as gone: RTCP comes every second. */
const silenceTimeout = 8000;
/** Milliseconds of silence after a goodbye: a publisher that only changes its camera goes on. */
const goodbyeTime = 400;
/** Milliseconds between two looks at the silence, and between receiver reports. */
const reportInterval = 1000;

/** @throws LivestillError `STREAM_NAME_IN_USE`, `INVALID_PARAMETER`, or what the publish hook says */
export const openPublisher = async (options: PublisherOptions): Promise<MediaSession> => {
	const { hub, clock, request, offer, sections, refreshInterval, maxBitrate, announce, onEnd } = options;
	let peer: Peer | null = null;
	let cancelReport = (): void => {};
	let heardAt = clock.monotonic();

	const lead = offer.media[0];
	const media: PublishedMedia = createPublishedMedia({
		media: offer.media,
		clock,
		random: Math.random,
		refreshInterval,
		maxBitrate,
		send: (bytes) => {
			if (lead !== undefined) peer?.send(lead, bytes);
		},
		deliver: (unit) => publication.deliver(unit),
		discard: (reason) => publication.discard(reason),
		onGoodbye: () => {
			clock.after(goodbyeTime, () => {
				if (clock.monotonic() - heardAt >= 0.9 * goodbyeTime) life.end('the peer said goodbye');
			});
		},
	});

	const publication: Publication = await hub.publish({
		name: request.name,
		protocol: 'webrtc',
		remote: request.remote,
		query: request.query,
		stop: (reason: LivestillError) => life.end(reason.message),
		counters: media.counters,
		requestKeyframe: media.requestKeyframe,
		playable: playableAtOnce(media.relay),
	});

	const life = createSessionLife(clock, (reason) => {
		cancelReport();
		media.end(reason);
		peer?.close();
		void publication.end(reason);
		onEnd(reason);
	});

	const report = (): void => {
		const silence = clock.monotonic() - heardAt;
		if (silence > silenceTimeout) {
			life.end(`Failed by RTP activity: nothing received for ${Math.round(silence / 1000)} s`);
			return;
		}
		media.report();
		cancelReport = clock.after(reportInterval, report);
	};

	let isConnected = false;
	try {
		peer = await openPeer(offer, undefined, options.peer, {
			onConnected: () => {
				if (life.isOver) return;
				life.connect();
				if (isConnected) return;
				isConnected = true;
				heardAt = clock.monotonic();
				media.start();
				cancelReport = clock.after(reportInterval, report);
			},
			onInterrupted: life.interrupt,
			onClosed: life.end,
			onPacket: (section, bytes) => {
				heardAt = clock.monotonic();
				try {
					media.receive(section, bytes);
				} catch (error) {
					// A fault of ours must not end the others' streams.
					publication.discard(messageOf(error));
					life.end('internal error');
				}
			},
		});
	} catch (error) {
		life.end('the offer cannot be answered');
		throw error;
	}
	if (life.isOver) peer.close();
	const { transport, candidates } = peer;
	const answer = buildAnswer({ sections, media: offer.media, transport, candidates: announce(candidates) });
	const { connected, closed, end } = life;
	return { answer, connected, closed, size: media.size, close: end };
};

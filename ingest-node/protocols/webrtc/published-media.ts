/**
 * What a publisher sends: its packets become keyframes, go to the players, and are answered with RTCP: reports of what
 * was received, a bound for its bitrate, requests for lost packets and for keyframes.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import type { Clock } from '../../clock.ts';
import type { AccessUnit } from '../../unit.ts';
import { concatBytes } from '../bytes.ts';
import { extensionElement } from '../rtp/header-extension.ts';
import { isRtcp, parseRtpPacket } from '../rtp/packet.ts';
import { createReceivedSource, type ReceivedSource, reorderTime, repairTime } from '../rtp/received-source.ts';
import { createReceivedVideo, type ReceivedVideo } from '../rtp/received-video.ts';
import { buildPli } from '../rtp/rtcp/keyframe-request.ts';
import { buildNack } from '../rtp/rtcp/nack.ts';
import { buildRemb } from '../rtp/rtcp/remb.ts';
import { buildReceiverReport } from '../rtp/rtcp/report.ts';
import { parseRtcp } from '../rtp/rtcp/rtcp.ts';
import { createKeyframeRequests } from './keyframe-requests.ts';
import type { ChosenMedia } from './negotiate.ts';
import { createRelay, type MediaKind, type Relay } from './relay.ts';
import { type VideoKind, videoKindOf } from './video-codecs.ts';

export interface PublishedMedia {
	readonly relay: Relay;
	/** Takes an RTP or RTCP packet of a section; kept by reference. Never throws. */
	receive(media: ChosenMedia, bytes: Uint8Array): void;
	/** The connection is up: asks for the first keyframe. */
	start(): void;
	/** Sends what is due every second. */
	report(): void;
	requestKeyframe(): void;
	/** Size of the newest keyframe, `null` before the first. */
	size(): { readonly width: number; readonly height: number } | null;
	counters(): Readonly<Record<string, number>>;
	end(reason: string): void;
}

export interface PublishedMediaOptions {
	readonly media: readonly ChosenMedia[];
	readonly clock: Clock;
	/** 0 ≤ x < 1. */
	readonly random: () => number;
	/** Milliseconds after which a keyframe is to be followed by another. */
	readonly refreshInterval: number;
	/** Bits per second that the publisher may send. */
	readonly maxBitrate: number;
	/** Sends an RTCP compound. */
	readonly send: (bytes: Uint8Array) => void;
	readonly deliver: (unit: AccessUnit) => void;
	/** Counts what had to be discarded. */
	readonly discard: (reason: string) => void;
	/** All sources have said that they are leaving. */
	readonly onGoodbye: () => void;
}

/** Milliseconds of silence after which a source may be replaced by another one, as after a camera's change. */
const sourceTimeout = 2000;

interface Section {
	readonly media: ChosenMedia;
	source: ReceivedSource | null;
	heardAt: number;
	/** RTCP BYE, RFC 3550 § 6.6. */
	hasLeft: boolean;
}

export const createPublishedMedia = (options: PublishedMediaOptions): PublishedMedia => {
	const { media, clock, random, refreshInterval, maxBitrate, send, deliver, discard, onGoodbye } = options;
	/** Our own, as a receiver. */
	const ssrc = 1 + Math.floor(random() * (2 ** 32 - 1));
	const sections = new Map(
		media.map((choice): [MediaKind, Section] => [
			choice.kind,
			{ media: choice, source: null, heardAt: 0, hasLeft: false },
		]),
	);
	const videoFormat = sections.get('video')?.media.format;
	const videoKind = videoFormat === undefined ? null : videoKindOf(videoFormat);
	const counters = { packets: 0, bytes: 0, malformed: 0, keyframeRequests: 0, nacks: 0 };
	let newest: AccessUnit | null = null;
	let isStarted = false;

	const requests = createKeyframeRequests({
		clock,
		refreshInterval,
		send: () => {
			const section = sections.get('video');
			const mediaSsrc = section?.source?.ssrc ?? section?.media.ssrcs[0];
			if (mediaSsrc === undefined) return;
			counters.keyframeRequests += 1;
			// RFC 3550 § 6.1: a compound begins with a report.
			send(concatBytes([buildReceiverReport(ssrc, []), buildPli(ssrc, mediaSsrc)]));
		},
	});

	const requestKeyframe = (): void => {
		if (isStarted && videoKind !== null) requests.need();
	};
	const relay = createRelay({ video: videoKind, audio: sections.has('audio'), requestKeyframe });

	/** Of a new source: nothing of an old one may be joined with it. */
	const createVideo = ({ media: { orientationId } }: Section, { codec }: VideoKind): ReceivedVideo =>
		createReceivedVideo({
			codec,
			orientationId,
			onKeyframe: (unit, timestamp) => {
				newest = unit;
				requests.arrived();
				deliver(unit);
				relay.keyframe(timestamp);
			},
			onDamage: (reason) => {
				discard(reason);
				requestKeyframe();
			},
		});

	const createSource = (section: Section, mediaSsrc: number): ReceivedSource => {
		const { kind, format } = section.media;
		const video = kind === 'video' && videoKind !== null ? createVideo(section, videoKind) : null;
		const repairs = video !== null && format.feedback.includes('nack');
		return createReceivedSource({
			ssrc: mediaSsrc,
			clock,
			clockRate: format.clockRate,
			maxWait: repairs ? repairTime : reorderTime,
			onPacket: video === null ? null : video.push,
			onMissing: !repairs
				? null
				: (sequences) => {
						counters.nacks += sequences.length;
						send(concatBytes([buildReceiverReport(ssrc, []), buildNack(ssrc, mediaSsrc, sequences)]));
					},
		});
	};

	const onRtp = (section: Section, bytes: Uint8Array): void => {
		const rtp = parseRtpPacket(bytes);
		const { kind, format, orientationId } = section.media;
		if (rtp.payloadType !== format.payloadType) return;
		const now = clock.monotonic();
		if (section.source?.ssrc !== rtp.ssrc) {
			if (section.source !== null && now - section.heardAt < sourceTimeout) return;
			section.source?.end();
			section.source = createSource(section, rtp.ssrc);
			requestKeyframe();
		}
		section.heardAt = now;
		section.hasLeft = false;
		const orientation = orientationId === null ? null : extensionElement(rtp.extension, orientationId);
		// Players first: assembling a keyframe must not delay the packet that completes it.
		if (relay.listeners > 0) relay.pass(kind, { rtp, orientation: orientation?.[0] ?? null });
		section.source.receive(rtp);
	};

	const sayGoodbye = (ssrcs: readonly number[]): void => {
		const active = [...sections.values()].filter(({ source }) => source !== null);
		for (const section of active) if (ssrcs.includes(section.source?.ssrc ?? 0)) section.hasLeft = true;
		const announced = [...sections.values()].flatMap((section) => section.media.ssrcs);
		// Of one that leaves before its first packet only the offer tells the sources.
		const hasLeft =
			active.length > 0 ? active.every((section) => section.hasLeft) : ssrcs.some((ssrc) => announced.includes(ssrc));
		if (hasLeft) onGoodbye();
	};

	const onRtcp = (bytes: Uint8Array): void => {
		for (const packet of parseRtcp(bytes)) {
			if (packet.kind === 'bye') sayGoodbye(packet.ssrcs);
			if (packet.kind !== 'senderReport') continue;
			for (const [kind, { source }] of sections) {
				if (source?.ssrc !== packet.ssrc) continue;
				source.onSenderReport(packet);
				const ntp = packet.ntpSeconds + packet.ntpFraction / 2 ** 32;
				relay.setClock(kind, { ntp, rtpTimestamp: packet.rtpTimestamp, at: clock.monotonic() });
			}
		}
	};

	return {
		relay: relay.relay,
		receive: (choice, bytes) => {
			counters.packets += 1;
			counters.bytes += bytes.length;
			const section = sections.get(choice.kind);
			if (section === undefined) return;
			try {
				if (isRtcp(bytes)) onRtcp(bytes);
				else onRtp(section, bytes);
			} catch (error) {
				if (!(error instanceof LivestillError)) throw error;
				counters.malformed += 1;
				discard(error.message);
			}
		},
		start: () => {
			isStarted = true;
			requestKeyframe();
		},
		report: () => {
			const blocks = [...sections.values()].map(({ source }) => source?.report() ?? null);
			const parts = [
				buildReceiverReport(
					ssrc,
					blocks.filter((block) => block !== null),
				),
			];
			const video = sections.get('video');
			if (video?.source && video.media.format.feedback.includes('goog-remb'))
				parts.push(buildRemb(ssrc, maxBitrate, [video.source.ssrc]));
			send(concatBytes(parts));
		},
		requestKeyframe,
		size: () => newest && { width: newest.width, height: newest.height },
		counters: () => {
			const { recovered = 0, lost = 0 } = sections.get('video')?.source?.counters ?? {};
			return { ...counters, recovered, lost, players: relay.listeners };
		},
		end: (reason) => {
			isStarted = false;
			requests.end();
			for (const { source } of sections.values()) source?.end();
			relay.end(reason);
		},
	};
};

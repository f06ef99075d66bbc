/**
 * The video track of an RTSP sender: its packets, in order again, become keyframes. A sender that begins anew, with other
 * numbers, is followed.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import type { Clock } from '../../clock.ts';
import type { AccessUnit } from '../../unit.ts';
import { concatBytes } from '../bytes.ts';
import { parseRtpPacket, type RtpPacket } from '../rtp/packet.ts';
import { createReceivedSource, type ReceivedSource, reorderTime } from '../rtp/received-source.ts';
import { createReceivedVideo } from '../rtp/received-video.ts';
import { buildReceiverReport, type SenderReport } from '../rtp/rtcp/report.ts';
import { parseRtcp } from '../rtp/rtcp/rtcp.ts';
import { buildSourceDescription } from '../rtp/rtcp/source-description.ts';
import type { RtpPlayable } from '../webrtc/rtp-playable.ts';
import type { VideoFormat } from './media-description.ts';

export interface MediaReceiver {
	/** Takes an RTP packet; kept by reference. Never throws. */
	receiveRtp(bytes: Uint8Array): void;
	/** Takes an RTCP compound. Never throws. */
	receiveRtcp(bytes: Uint8Array): void;
	/** RTCP compound with what was received since the last call; `null` before the first packet. */
	report(): Uint8Array | null;
	readonly counters: Readonly<MediaCounters>;
	/** The sender has said goodbye and sent nothing since. RFC 3550 § 6.6 */
	readonly hasLeft: boolean;
	end(): void;
}

interface MediaCounters {
	/** RTP packets of the track. */
	packets: number;
	/** Bytes of RTP and RTCP. */
	bytes: number;
	/** Packets that were no RTP or RTCP, or of another payload type. */
	malformed: number;
	/** Packets that were missing in the end. */
	lost: number;
	/** Packets that others had overtaken. */
	reordered: number;
	/** Times that the sender began anew with another SSRC. */
	sources: number;
	/** Coded pictures that were not whole. */
	damaged: number;
}

export interface MediaReceiverOptions {
	readonly video: VideoFormat;
	/** Over TCP nothing overtakes anything, and nothing missing comes later. */
	readonly lower: 'tcp' | 'udp';
	readonly clock: Clock;
	/** Our own SSRC in reports, 32 bits. */
	readonly ssrc: number;
	/** A keyframe, complete. */
	readonly onKeyframe: (unit: AccessUnit, rtpTimestamp: number) => void;
	/** Something had to be discarded. */
	readonly onDiscard: (reason: string) => void;
	/** Every packet of the track, in the order of arrival. */
	readonly onPacket?: (packet: RtpPacket) => void;
	/** How players get the stream. */
	readonly playable?: RtpPlayable;
	readonly onSenderReport?: (report: SenderReport) => void;
}

/** RFC 3550 § 6.5.1: says nothing about the machine. */
const cname = 'livestill';

export const createMediaReceiver = (options: MediaReceiverOptions): MediaReceiver => {
	const { video, lower, clock, ssrc, onKeyframe, onDiscard, onPacket, onSenderReport, playable } = options;
	const { payloadType, clockRate } = video.format;
	const counters = { packets: 0, bytes: 0, malformed: 0, lost: 0, reordered: 0, sources: 0, damaged: 0 };
	let source: ReceivedSource | null = null;
	/** A packet of another source: noise, or the first of a sender that has begun anew. */
	let stray: RtpPacket | null = null;
	let hasLeft = false;
	let pictures = createPictures();
	playable?.begin(video.codec);

	function createPictures() {
		const { codec, parameterSets } = video;
		return createReceivedVideo({
			...{ codec, parameterSets, orientationId: null, onKeyframe, onDamage: onDiscard },
			...(playable === undefined ? {} : { onPicture: playable.picture, onLost: playable.lost }),
		});
	}

	/** What the counters of past sources have come to. */
	let past = { lost: 0, reordered: 0, damaged: 0 };
	const total = () => ({
		lost: past.lost + (source?.counters.lost ?? 0),
		reordered: past.reordered + (source?.counters.recovered ?? 0),
		damaged: past.damaged + pictures.damaged,
	});

	const begin = (senderSsrc: number): ReceivedSource => {
		past = total();
		source?.end();
		playable?.lost();
		// Nothing of the old source may be joined with the new one.
		pictures = createPictures();
		counters.sources += 1;
		source = createReceivedSource({
			ssrc: senderSsrc,
			clock,
			clockRate,
			maxWait: lower === 'tcp' ? 0 : reorderTime,
			onPacket: pictures.push,
			onMissing: null,
		});
		return source;
	};

	const pass = (current: ReceivedSource, packet: RtpPacket): void => {
		counters.packets += 1;
		hasLeft = false;
		onPacket?.(packet);
		playable?.packet(packet);
		current.receive(packet);
	};

	const onRtp = (packet: RtpPacket): void => {
		if (packet.payloadType !== payloadType)
			throw new LivestillError(
				'PROTOCOL_VIOLATION',
				`RTP packet has payload type ${packet.payloadType} instead of ${payloadType}`,
			);
		if (source === null || source.ssrc === packet.ssrc) {
			stray = null;
			pass(source ?? begin(packet.ssrc), packet);
			return;
		}
		const before = stray;
		stray = packet;
		if (before?.ssrc !== packet.ssrc) return;
		stray = null;
		const next = begin(packet.ssrc);
		pass(next, before);
		pass(next, packet);
	};

	const onRtcp = (bytes: Uint8Array): void => {
		for (const packet of parseRtcp(bytes)) {
			if (packet.kind === 'bye') hasLeft ||= source !== null && packet.ssrcs.includes(source.ssrc);
			if (packet.kind !== 'senderReport' || packet.ssrc !== source?.ssrc) continue;
			source.onSenderReport(packet);
			onSenderReport?.(packet);
		}
	};

	const guard = (bytes: Uint8Array, action: () => void): void => {
		counters.bytes += bytes.length;
		try {
			action();
		} catch (error) {
			if (!(error instanceof LivestillError)) throw error;
			counters.malformed += 1;
			onDiscard(error.message);
		}
	};

	return {
		receiveRtp: (bytes) => guard(bytes, () => onRtp(parseRtpPacket(bytes))),
		receiveRtcp: (bytes) => guard(bytes, () => onRtcp(bytes)),
		report: () => {
			const block = source?.report() ?? null;
			// RFC 3550 § 6.1: a report first, then who reports.
			return block && concatBytes([buildReceiverReport(ssrc, [block]), buildSourceDescription(ssrc, cname)]);
		},
		get counters() {
			return { ...counters, ...total() };
		},
		get hasLeft() {
			return hasLeft;
		},
		end: () => {
			source?.end();
			playable?.end('the stream has ended');
		},
	};
};

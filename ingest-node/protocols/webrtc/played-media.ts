/**
 * One section of a player: a publisher's packets under an SSRC, sequence numbers and timestamps of our own. Differences
 * stay what they are, so a packet that was lost on the way to us is a gap for the player too.
 */
import { buildRtpPacket } from '../rtp/packet.ts';
import { buildSenderReport } from '../rtp/rtcp/report.ts';
import { buildSourceDescription } from '../rtp/rtcp/source-description.ts';
import { nextSequence, sequenceDistance, timestampDistance } from '../rtp/sequence.ts';
import type { ClockPoint, RelayedPacket } from './relay.ts';

export interface PlayedMedia {
	readonly ssrc: number;
	/** Bytes for the player; `null` for a packet from before the first. */
	forward(packet: RelayedPacket): Uint8Array | null;
	/** The next packet follows the newest that was sent, whatever is between: the player does not ask for that. */
	skip(): void;
	/**
	 * Packets between these timestamps come all at once. They are given times just in front of `to`, else the player would
	 * show them at the speed at which they were taken, and stay behind for ever.
	 */
	hurry(from: number, to: number): void;
	/**
	 * The publisher's sequence number of a packet that the player calls `sequence`; `null` before the first packet and for
	 * one from before a {@link skip}.
	 */
	sourceSequence(sequence: number): number | null;
	/** Sender report and CNAME; `null` before the first packet. @param now monotonic, milliseconds */
	report(point: ClockPoint, now: number): Uint8Array | null;
}

export interface PlayedMediaOptions {
	readonly ssrc: number;
	/** Sections with the same one are played in time with each other. */
	readonly cname: string;
	/** The player's. */
	readonly payloadType: number;
	/** The player's id of the orientation extension, `null` when it takes none. */
	readonly orientationId: number | null;
	/** Hertz. */
	readonly clockRate: number;
	/** 0 ≤ x < 1. */
	readonly random: () => number;
}

/** RFC 8285 § 4.2: one-byte headers. */
const oneByteProfile = 0xbede;
/** A little above 0: SRTP loses count when a sequence begins with a step back over 0. RFC 3711 § 3.3.1 */
const firstSequence = 0x1000;
/** Seconds that a player may begin behind the stream without being hurried. */
const longestStart = 0.5;
/** Seconds into which a longer start is pressed. */
const hurriedSpan = 0.1;

export const createPlayedMedia = (options: PlayedMediaOptions): PlayedMedia => {
	const { ssrc, cname, payloadType, orientationId, clockRate, random } = options;
	const timestampOffset = Math.floor(random() * 2 ** 32);
	const startSequence = firstSequence + Math.floor(random() * 0x1000);
	let offset: number | null = null;
	let first = 0;
	let started = false;
	/** Our number of the packet behind the newest. */
	let next = startSequence;
	/** Our number of the first packet since the last skip. */
	let firstOwn = startSequence;
	let hurried: { readonly to: number; readonly ratio: number } | null = null;
	let packetCount = 0;
	let octetCount = 0;

	const timestampOf = (timestamp: number): number => {
		const early = hurried === null ? 0 : timestampDistance(hurried.to, timestamp);
		if (hurried === null || early <= 0) return (timestamp + timestampOffset) >>> 0;
		return (hurried.to - Math.floor(early * hurried.ratio) + timestampOffset) >>> 0;
	};

	return {
		ssrc,
		skip: () => {
			offset = null;
			started = false;
		},
		hurry: (from, to) => {
			const span = timestampDistance(to, from);
			hurried = span > longestStart * clockRate ? { to, ratio: (hurriedSpan * clockRate) / span } : null;
		},
		forward: ({ rtp, orientation }) => {
			const { sequence, marker, timestamp, payload } = rtp;
			if (offset === null) {
				first = sequence;
				firstOwn = next;
				offset = next - sequence;
			}
			// Later packets than 32,768 behind the first would look like ones before it.
			if (!started && sequenceDistance(sequence, first) < 0) return null;
			if (sequenceDistance(sequence, first) > 0x1000) started = true;
			// The same holds for timestamps, after some hours.
			if (hurried !== null && timestampDistance(timestamp, hurried.to) > 60 * clockRate) hurried = null;
			const own = (sequence + offset) & 0xffff;
			if (sequenceDistance(own, next) >= 0) next = nextSequence(own);
			packetCount += 1;
			octetCount += payload.length;
			return buildRtpPacket({
				marker,
				payloadType,
				sequence: own,
				timestamp: timestampOf(timestamp),
				ssrc,
				payload,
				extension:
					orientation === null || orientationId === null
						? null
						: { profile: oneByteProfile, data: Uint8Array.of(orientationId << 4, orientation) },
			});
		},
		sourceSequence: (sequence) => {
			if (offset === null || (!started && sequenceDistance(sequence, firstOwn) < 0)) return null;
			return (sequence - offset) & 0xffff;
		},
		report: ({ ntp, rtpTimestamp, at }, now) => {
			if (packetCount === 0) return null;
			const seconds = (now - at) / 1000;
			const time = ntp + seconds;
			const ntpSeconds = Math.floor(time);
			const report = buildSenderReport(ssrc, {
				ntpSeconds: ntpSeconds >>> 0,
				ntpFraction: Math.floor((time - ntpSeconds) * 2 ** 32),
				rtpTimestamp: timestampOf(rtpTimestamp + Math.round(seconds * clockRate)),
				packetCount: packetCount >>> 0,
				octetCount: octetCount >>> 0,
			});
			const description = buildSourceDescription(ssrc, cname);
			const compound = new Uint8Array(report.length + description.length);
			compound.set(report);
			compound.set(description, report.length);
			return compound;
		},
	};
};

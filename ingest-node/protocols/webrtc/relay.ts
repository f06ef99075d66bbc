/**
 * A published stream's packets on their way to its players. They pass in the order of their arrival, gaps included: a
 * player asks for what is missing, and gets it from the ring when it has arrived in the meantime.
 */
import type { RtpPacket } from '../rtp/packet.ts';
import { sequenceDistance, timestampDistance } from '../rtp/sequence.ts';
import type { VideoKind } from './video-codecs.ts';

export type MediaKind = 'audio' | 'video';

/** A packet as a player needs it. */
export interface RelayedPacket {
	readonly rtp: RtpPacket;
	/** Byte of the orientation extension; `null` when the packet had none. */
	readonly orientation: number | null;
}

/** A moment on a publisher's wall clock and on the clock of its RTP timestamps: the content of a sender report. */
export interface ClockPoint {
	/** NTP time as one number, seconds. */
	readonly ntp: number;
	readonly rtpTimestamp: number;
	/** Our monotonic clock when it arrived, milliseconds. */
	readonly at: number;
}

export interface RelayListener {
	readonly onPacket: (kind: MediaKind, packet: RelayedPacket) => void;
	/** The packets of a complete keyframe and all that follow it, which have been passed on before. */
	readonly onKeyframe: (packets: readonly RelayedPacket[]) => void;
	readonly onEnd: (reason: string) => void;
}

/** What players see of a stream. */
export interface Relay {
	/** `null`: no video. */
	readonly video: VideoKind | null;
	requestKeyframe(): void;
	/** A packet of the last second or so. */
	packet(kind: MediaKind, sequence: number): RelayedPacket | null;
	/** The newest sender report, `null` before the first. */
	clockPoint(kind: MediaKind): ClockPoint | null;
	/** The result ends it. */
	listen(listener: RelayListener): () => void;
}

/** What its publisher does with it. */
export interface RelayInput {
	readonly relay: Relay;
	readonly listeners: number;
	pass(kind: MediaKind, packet: RelayedPacket): void;
	/** The picture with this timestamp is a complete keyframe. */
	keyframe(timestamp: number): void;
	setClock(kind: MediaKind, point: ClockPoint): void;
	end(reason: string): void;
}

/** Packets that can be sent again: one second at 10 Mbit/s. A power of two. */
const ringPackets = 1024;

interface Ring {
	add(packet: RelayedPacket): void;
	get(sequence: number): RelayedPacket | null;
	/** The picture with this timestamp and all that follows, in the order of their sequence numbers. */
	from(timestamp: number): RelayedPacket[];
	clear(): void;
}

const createRing = (): Ring => {
	const slots: (RelayedPacket | undefined)[] = [];
	return {
		add: (packet) => {
			slots[packet.rtp.sequence & (ringPackets - 1)] = packet;
		},
		get: (sequence) => {
			const packet = slots[sequence & (ringPackets - 1)];
			return packet?.rtp.sequence === sequence ? packet : null;
		},
		from: (timestamp) =>
			slots
				.filter((packet) => packet !== undefined)
				.filter(({ rtp }) => timestampDistance(rtp.timestamp, timestamp) >= 0)
				.sort((a, b) => sequenceDistance(a.rtp.sequence, b.rtp.sequence)),
		clear: () => {
			slots.length = 0;
		},
	};
};

/** @param requestKeyframe asks the publisher; called as often as players like */
export const createRelay = (video: VideoKind | null, requestKeyframe: () => void): RelayInput => {
	const listeners = new Set<RelayListener>();
	const rings = { audio: createRing(), video: createRing() };
	const clocks: { audio: ClockPoint | null; video: ClockPoint | null } = { audio: null, video: null };
	let ended: string | null = null;
	return {
		relay: {
			video,
			requestKeyframe,
			packet: (kind, sequence) => rings[kind].get(sequence),
			clockPoint: (kind) => clocks[kind],
			listen: (listener) => {
				if (ended !== null) {
					listener.onEnd(ended);
					return () => {};
				}
				listeners.add(listener);
				requestKeyframe();
				return () => {
					listeners.delete(listener);
					// Packets are kept for players only.
					if (listeners.size === 0) for (const ring of [rings.audio, rings.video]) ring.clear();
				};
			},
		},
		get listeners() {
			return listeners.size;
		},
		pass: (kind, packet) => {
			if (listeners.size === 0) return;
			rings[kind].add(packet);
			for (const listener of listeners) listener.onPacket(kind, packet);
		},
		keyframe: (timestamp) => {
			if (listeners.size === 0) return;
			const packets = rings.video.from(timestamp);
			// The ring may have begun in the middle of it.
			if (packets[0]?.rtp.timestamp !== timestamp) return;
			for (const listener of listeners) listener.onKeyframe(packets);
		},
		setClock: (kind, point) => {
			clocks[kind] = point;
		},
		end: (reason) => {
			ended = reason;
			for (const listener of [...listeners]) listener.onEnd(reason);
			listeners.clear();
		},
	};
};

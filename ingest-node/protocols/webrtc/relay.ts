/**
 * A published stream's packets on their way to its players. They pass in the order of their arrival, gaps included: a
 * player asks for what is missing, and gets it from the ring when it has arrived in the meantime.
 *
 * A player begins with a keyframe. Publishers that can be asked for one are asked. Of the others the running group of
 * pictures is kept while somebody plays, and a new player gets all of it at once; where there is none, the newest
 * keyframe alone until the next one.
 */
import type { Clock } from '../../clock.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { createPacketRing } from './packet-ring.ts';
import { createRunningGroup } from './running-group.ts';
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
	/** A keyframe that the next packets do not continue: something to look at until {@link onKeyframe}. */
	readonly onStill: (packets: readonly RelayedPacket[]) => void;
	readonly onEnd: (reason: string) => void;
}

/** What players see of a stream. */
export interface Relay {
	/** `null`: no video. */
	readonly video: VideoKind | null;
	readonly audio: boolean;
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
	/** Somebody plays, or has played a moment ago and may come back: packets are wanted. */
	readonly isFollowed: boolean;
	pass(kind: MediaKind, packet: RelayedPacket): void;
	/**
	 * The picture with this timestamp is a complete keyframe, and has been passed.
	 *
	 * @param packets those of the picture and all that followed; without, those that the ring still has
	 */
	keyframe(timestamp: number, packets?: readonly RelayedPacket[]): void;
	setClock(kind: MediaKind, point: ClockPoint): void;
	end(reason: string): void;
}

export interface RelayOptions {
	readonly video: VideoKind | null;
	readonly audio: boolean;
	/** Asks the publisher; called as often as players like. Without it nobody can be asked, and the running group is kept. */
	readonly requestKeyframe?: () => void;
	/** Packets of the newest keyframe, for a player that comes while there is no group; `null`: there is none. */
	readonly still?: () => readonly RelayedPacket[] | null;
	/** With it the running group is kept for {@link lingerTime} after the last player. */
	readonly clock?: Clock;
}

/** Milliseconds: a page that is loaded again, or a network that changes, comes back within seconds. */
export const lingerTime = 30_000;

export const createRelay = ({ video, audio, requestKeyframe, still, clock }: RelayOptions): RelayInput => {
	const listeners = new Set<RelayListener>();
	const rings = { audio: createPacketRing(), video: createPacketRing() };
	const group = requestKeyframe === undefined ? createRunningGroup() : null;
	const clocks: { audio: ClockPoint | null; video: ClockPoint | null } = { audio: null, video: null };
	let ended: string | null = null;
	/** Ends the time after the last player; `null` when somebody plays, or that time is over. */
	let cancelLinger: (() => void) | null = null;

	const forget = (): void => {
		cancelLinger?.();
		cancelLinger = null;
		// Packets are kept for players only.
		for (const kept of [rings.audio, rings.video, group]) kept?.clear();
	};

	const start = (listener: RelayListener): void => {
		const packets = group?.packets() ?? null;
		const alone = packets === null ? still?.() : null;
		if (packets !== null) listener.onKeyframe(packets);
		else if (alone) listener.onStill(alone);
		requestKeyframe?.();
	};

	return {
		relay: {
			video,
			audio,
			requestKeyframe: () => requestKeyframe?.(),
			packet: (kind, sequence) =>
				rings[kind].get(sequence) ?? (kind === 'video' ? (group?.get(sequence) ?? null) : null),
			clockPoint: (kind) => clocks[kind],
			listen: (listener) => {
				if (ended !== null) {
					listener.onEnd(ended);
					return () => {};
				}
				listeners.add(listener);
				cancelLinger?.();
				cancelLinger = null;
				start(listener);
				return () => {
					if (!listeners.delete(listener) || listeners.size > 0) return;
					if (group === null || clock === undefined) forget();
					else cancelLinger = clock.after(lingerTime, forget);
				};
			},
		},
		get listeners() {
			return listeners.size;
		},
		get isFollowed() {
			return listeners.size > 0 || cancelLinger !== null;
		},
		pass: (kind, packet) => {
			if (listeners.size === 0 && cancelLinger === null) return;
			rings[kind].add(packet);
			if (kind === 'video') group?.add(packet);
			for (const listener of listeners) listener.onPacket(kind, packet);
		},
		keyframe: (timestamp, packets = rings.video.from(timestamp)) => {
			if (listeners.size === 0 && cancelLinger === null) return;
			// The ring may have begun in the middle of it.
			if (packets[0]?.rtp.timestamp !== timestamp) return;
			group?.begin(packets);
			for (const listener of listeners) listener.onKeyframe(packets);
		},
		setClock: (kind, point) => {
			clocks[kind] = point;
		},
		end: (reason) => {
			ended = reason;
			for (const listener of [...listeners]) listener.onEnd(reason);
			listeners.clear();
			forget();
		},
	};
};

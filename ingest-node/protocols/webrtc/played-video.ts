/**
 * The video of one player. It begins with a keyframe; what has to be caught up goes out in portions, because a network
 * drops what comes in one burst. Nothing here grows with the time or with the player's network.
 */

import { createBudget } from '../../budget.ts';
import type { Clock } from '../../clock.ts';
import { rtpLimits } from '../rtp/rtp-limits.ts';
import type { PlayedMedia } from './played-media.ts';
import type { RelayedPacket } from './relay.ts';

export interface PlayedVideo {
	/** Takes a packet of the stream. */
	pass(packet: RelayedPacket): void;
	/** Begins with a keyframe and all that followed it; without effect on a player that has begun. */
	begin(packets: readonly RelayedPacket[]): void;
	/** Shows a keyframe alone until {@link begin}. */
	showStill(packets: readonly RelayedPacket[]): void;
	/** Sends a packet again that the player asks for, if it is still there. */
	repeat(sequence: number): void;
	/**
	 * Takes a receiver report. A player whose network does not carry the stream is sent nothing until the next keyframe: a
	 * still picture now and then instead of one that is always broken.
	 *
	 * @param fractionLost in 1/256
	 */
	report(fractionLost: number): void;
	/** Whether it waits for a keyframe because of its network: its requests for one must not burden the publisher. */
	readonly isCongested: boolean;
	end(): void;
}

export interface PlayedVideoOptions {
	readonly clock: Clock;
	readonly media: PlayedMedia;
	readonly send: (bytes: Uint8Array) => void;
	/** A packet of the stream that was passed, if it is still there. */
	readonly find: (sequence: number) => RelayedPacket | null;
}

/** Milliseconds between two portions. */
const portionInterval = 5;
/** Portions of a start: 0.4 s, if they do not become too large or small by that. */
const portions = 80;
/** Packets of a portion: 30 to 60 Mbit/s. */
const smallestPortion = 16;
const largestPortion = 32;
/** Packets that wait: the longest start, and what comes meanwhile. */
const maxWaiting = rtpLimits.groupPackets + 4096;

/** 30 %, in 1/256: repaired losses do not count. */
const heavyLoss = 77;
/** Reports in a row, about one a second: a burst of losses is repaired until the second. */
const heavyReports = 2;
/** Packets that are sent again: those of one second at 10 Mbit/s. */
const repeats = { burst: rtpLimits.sentPackets, perSecond: rtpLimits.sentPackets } as const;

export const createPlayedVideo = ({ clock, media, send, find }: PlayedVideoOptions): PlayedVideo => {
	let hasBegun = false;
	let isCongested = false;
	let heavy = 0;
	const mayRepeat = createBudget({ ...repeats, startedAt: clock.monotonic() });
	let waiting: RelayedPacket[] = [];
	let portion = smallestPortion;
	let cancel: (() => void) | null = null;
	/** What was sent of a still, by our sequence numbers: the stream does not have its packets. */
	const still = new Map<number, Uint8Array>();

	const pause = (): void => {
		hasBegun = false;
		waiting = [];
		heavy = 0;
	};

	const forward = (packet: RelayedPacket): void => {
		const bytes = media.forward(packet);
		if (bytes === null) return;
		if (!hasBegun) still.set(((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0), bytes);
		send(bytes);
	};

	const sendPortion = (): void => {
		cancel = null;
		for (const packet of waiting.splice(0, portion)) forward(packet);
		if (waiting.length > 0) cancel = clock.after(portionInterval, sendPortion);
	};

	const start = (packets: readonly RelayedPacket[]): void => {
		cancel?.();
		media.skip();
		still.clear();
		waiting = [...packets];
		portion = Math.min(Math.max(Math.ceil(waiting.length / portions), smallestPortion), largestPortion);
		sendPortion();
	};

	return {
		pass: (packet) => {
			if (!hasBegun) return;
			if (waiting.length === 0) return forward(packet);
			if (waiting.length < maxWaiting) {
				waiting.push(packet);
				return;
			}
			isCongested = true;
			pause();
		},
		begin: (packets) => {
			const [first, last] = [packets[0], packets.at(-1)];
			if (hasBegun || first === undefined || last === undefined) return;
			hasBegun = true;
			isCongested = false;
			media.hurry(first.rtp.timestamp, last.rtp.timestamp);
			start(packets);
		},
		showStill: (packets) => {
			if (!hasBegun) start(packets);
		},
		repeat: (sequence) => {
			const source = media.sourceSequence(sequence);
			const packet = source === null || !hasBegun ? null : find(source);
			if (packet === null && !still.has(sequence)) return;
			if (!mayRepeat(clock.monotonic())) return;
			const bytes = packet === null ? still.get(sequence) : media.forward(packet);
			if (bytes) send(bytes);
		},
		report: (fractionLost) => {
			heavy = fractionLost >= heavyLoss ? heavy + 1 : 0;
			if (!hasBegun || heavy < heavyReports) return;
			isCongested = true;
			pause();
		},
		get isCongested() {
			return isCongested;
		},
		end: () => {
			cancel?.();
			waiting = [];
		},
	};
};

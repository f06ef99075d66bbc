/** The packets that went to a player last, for when it asks for one again. Times are milliseconds of one clock. */
import { rtpLimits } from './rtp-limits.ts';

export interface SentPackets {
	/** Keeps a packet, by reference, in place of an old one. */
	add(sequence: number, bytes: Uint8Array, now: number): void;
	/**
	 * The packet to send again; `null` when it is not there any more, or went out less than a round trip ago: then the
	 * player's request and the packet have crossed.
	 */
	take(sequence: number, now: number, roundTrip: number): Uint8Array | null;
}

interface Sent {
	readonly sequence: number;
	readonly bytes: Uint8Array;
	sentAt: number;
	isRepeated: boolean;
}

/** @param capacity packets */
export const createSentPackets = (capacity: number = rtpLimits.sentPackets): SentPackets => {
	const ring: (Sent | undefined)[] = Array.from({ length: capacity });
	return {
		add: (sequence, bytes, now) => {
			ring[sequence % capacity] = { sequence, bytes, sentAt: now, isRepeated: false };
		},
		take: (sequence, now, roundTrip) => {
			const sent = ring[sequence % capacity];
			if (sent === undefined || sent.sequence !== sequence) return null;
			// The first request cannot have crossed a packet that was sent again.
			if (sent.isRepeated && now - sent.sentAt < roundTrip) return null;
			sent.sentAt = now;
			sent.isRepeated = true;
			return sent.bytes;
		},
	};
};

/**
 * Puts packets back into their order. A packet goes on at once when nothing is missing in front of it; otherwise it waits
 * until what is missing has come, or is given up. Times are milliseconds of one clock.
 */
import { createMissingPackets } from './missing-packets.ts';
import type { RtpPacket } from './packet.ts';
import { rtpLimits } from './rtp-limits.ts';
import { nextSequence, sequenceDistance } from './sequence.ts';

export interface JitterBuffer {
	/** Takes a packet and returns those that can go on, in order; a gap in their numbers was given up. Never throws. */
	push(packet: RtpPacket, now: number): RtpPacket[];
	/** Gives up what has been missing for too long, and returns the packets that can go on without it. */
	expire(now: number): RtpPacket[];
	/** When `expire` has something to do; `null`: nothing is missing. */
	deadline(): number | null;
	/** Sequence numbers to ask for now, as 16 bits, ascending as wrapping numbers do. @param roundTrip milliseconds */
	nacks(now: number, roundTrip: number): number[];
	readonly counters: Readonly<JitterCounters>;
}

export interface JitterCounters {
	/** Packets that went on. */
	passed: number;
	/** Packets that were there already. */
	duplicates: number;
	/** Packets that came when they had gone on already, or were given up. */
	late: number;
	/** Packets that came when others behind them were there already. */
	recovered: number;
	/** Packets that were given up. */
	lost: number;
	/** Jumps of the sequence number that were taken for a restart of the sender. */
	restarts: number;
}

/** @param maxWait milliseconds that a missing packet is waited for */
export const createJitterBuffer = (maxWait: number): JitterBuffer => {
	/** By unwrapped sequence number. */
	const held = new Map<number, RtpPacket>();
	let heldBytes = 0;
	const missing = createMissingPackets();
	/** The number that goes on next, and the highest that has come; unwrapped. */
	let next = 0;
	let highest = -1;
	let hasBegun = false;
	/** A packet far from the others: noise, or the first one after a restart. */
	let stray: RtpPacket | null = null;
	const counters: JitterCounters = { passed: 0, duplicates: 0, late: 0, recovered: 0, lost: 0, restarts: 0 };

	const drain = (out: RtpPacket[]): void => {
		for (let packet = held.get(next); packet !== undefined; packet = held.get(next)) {
			held.delete(next);
			heldBytes -= packet.payload.length;
			counters.passed += 1;
			next += 1;
			out.push(packet);
		}
	};

	/** Gives up the packets in front of the first that is there. */
	const skip = (out: RtpPacket[]): void => {
		while (next <= highest && !held.has(next)) {
			missing.delete(next);
			counters.lost += 1;
			next += 1;
		}
		drain(out);
	};

	const skipOld = (out: RtpPacket[], now: number): void => {
		for (let since = missing.since(next); since !== null && now - since >= maxWait; since = missing.since(next))
			skip(out);
	};

	const begin = (sequence: number): void => {
		hasBegun = true;
		next = sequence;
		highest = sequence - 1;
		stray = null;
	};

	const hold = (sequence: number, packet: RtpPacket, now: number): void => {
		for (let between = highest + 1; between < sequence; between += 1) missing.add(between, now);
		if (sequence < highest) counters.recovered += 1;
		missing.delete(sequence);
		highest = Math.max(highest, sequence);
		held.set(sequence, packet);
		heldBytes += packet.payload.length;
	};

	const isFull = (): boolean => highest - next >= rtpLimits.reorderPackets || heldBytes > rtpLimits.reorderBytes;

	/** A jump that no loss explains. The packet waits for a second one that follows it. */
	const pushStray = (packet: RtpPacket, now: number): RtpPacket[] => {
		const before = stray;
		stray = packet;
		if (before === null || nextSequence(before.sequence) !== packet.sequence) return [];
		const out: RtpPacket[] = [];
		while (next <= highest) skip(out);
		missing.clear();
		counters.restarts += 1;
		begin(before.sequence);
		hold(before.sequence, before, now);
		hold(before.sequence + 1, packet, now);
		drain(out);
		return out;
	};

	return {
		push: (packet, now) => {
			if (!hasBegun) begin(packet.sequence);
			const ahead = sequenceDistance(packet.sequence, highest & 0xffff);
			if (Math.abs(ahead) > rtpLimits.reorderPackets) return pushStray(packet, now);
			const sequence = highest + ahead;
			// Nearly always nothing is missing.
			if (ahead === 1 && sequence === next) {
				next += 1;
				highest = sequence;
				stray = null;
				counters.passed += 1;
				return [packet];
			}
			const out: RtpPacket[] = [];
			if (sequence < next) counters.late += 1;
			else if (held.has(sequence)) counters.duplicates += 1;
			else {
				stray = null;
				hold(sequence, packet, now);
				drain(out);
				while (isFull()) skip(out);
			}
			skipOld(out, now);
			return out;
		},
		expire: (now) => {
			const out: RtpPacket[] = [];
			skipOld(out, now);
			return out;
		},
		deadline: () => {
			const since = missing.since(next);
			return since === null ? null : since + maxWait;
		},
		nacks: (now, roundTrip) => missing.due(now, roundTrip).map((sequence) => sequence & 0xffff),
		counters,
	};
};

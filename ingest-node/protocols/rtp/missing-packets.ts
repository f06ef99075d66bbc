/** The packets that a receiver waits for, and when to ask for them. Sequence numbers are unwrapped, times milliseconds. */
import { rtpLimits } from './rtp-limits.ts';

export interface MissingPackets {
	/** Notes that a packet is missing; numbers come in ascending order. */
	add(sequence: number, now: number): void;
	/** Forgets one that has come or is given up. */
	delete(sequence: number): void;
	/** When it was missed; `null`: it is not missing. */
	since(sequence: number): number | null;
	/**
	 * Those to ask for now, ascending, at most `rtpLimits.missingPackets`. The first time soon, then after the round trip,
	 * and each time after twice as long, until nothing more is to be hoped for.
	 */
	due(now: number, roundTrip: number): number[];
	clear(): void;
	readonly size: number;
}

/** What is only out of order comes within this time: milliseconds. */
const firstDelay = 10;
const shortestRetry = 40;
const longestRetry = 500;
const maxTries = 8;

interface Missing {
	readonly since: number;
	tries: number;
	askAt: number;
}

export const createMissingPackets = (): MissingPackets => {
	const missing = new Map<number, Missing>();
	return {
		add: (sequence, now) => {
			missing.set(sequence, { since: now, tries: 0, askAt: now + firstDelay });
		},
		delete: (sequence) => {
			missing.delete(sequence);
		},
		since: (sequence) => missing.get(sequence)?.since ?? null,
		due: (now, roundTrip) => {
			const sequences: number[] = [];
			for (const [sequence, packet] of missing) {
				if (sequences.length === rtpLimits.missingPackets) break;
				if (packet.tries >= maxTries || now < packet.askAt) continue;
				const wait = Math.max(shortestRetry, roundTrip) * 2 ** packet.tries;
				packet.askAt = now + Math.min(longestRetry, wait);
				packet.tries += 1;
				sequences.push(sequence);
			}
			return sequences;
		},
		clear: () => missing.clear(),
		get size() {
			return missing.size;
		},
	};
};

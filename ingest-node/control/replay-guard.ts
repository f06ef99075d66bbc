/** Remembers the nonces of calls for as long as such a call could be made again. */
import { controlLimits } from '../../src/shared/control/call.ts';
import type { Clock } from '../clock.ts';

/** 100 bytes each; 800 calls a second fill it. */
const defaultCapacity = 50_000;

// A call may be `clockSkew` early when it is first seen, and is accepted until it is `clockSkew` late.
const lifetime = 2 * controlLimits.clockSkew + 1000;

export interface ReplayGuard {
	/**
	 * - `new`: never seen, and remembered from now on.
	 * - `seen`: a replay.
	 * - `full`: cannot be remembered, so that it must not be answered: to forget another one would let that be replayed.
	 */
	admit(nonce: string): 'new' | 'seen' | 'full';
}

/** @param capacity nonces that are remembered at a time */
export const createReplayGuard = (clock: Clock, capacity = defaultCapacity): ReplayGuard => {
	// A Map keeps the order of insertion, and all live equally long: the first is the first to be forgotten.
	const until = new Map<string, number>();
	return {
		admit: (nonce) => {
			const now = clock.monotonic();
			for (const [old, end] of until) {
				if (end > now) break;
				until.delete(old);
			}
			if (until.has(nonce)) return 'seen';
			if (until.size >= capacity) return 'full';
			until.set(nonce, now + lifetime);
			return 'new';
		},
	};
};

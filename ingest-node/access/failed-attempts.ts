/**
 * Addresses that show wrong credentials again and again are not heard for a while, longer each time: trying keys out takes for ever,
 * and the hook is not asked for them.
 */
import type { Clock } from '../clock.ts';
import { addressKey, isLoopback } from './address-key.ts';

export interface FailedAttempts {
	/** Milliseconds for which nothing from this address is looked at; 0: it is heard. */
	pause(address: string): number;
	failed(address: string): void;
}

export interface FailedAttemptsOptions {
	readonly clock: Clock;
	/** Failures of an address within a minute that have no consequence; 0: none ever has. */
	readonly allowed: number;
	/** Addresses that nothing is held against. */
	readonly isExempt?: (address: string) => boolean;
	/** Hears of each address that is not heard any longer. */
	readonly onPause?: (address: string, milliseconds: number) => void;
}

/** Milliseconds in which failures count together. */
const window = 60_000;
const firstPause = 1000;
const longestPause = 60_000;
/** Addresses that are remembered; the one that was quiet the longest is forgotten. */
const maxAddresses = 10_000;

interface Record {
	failures: number;
	/** Monotonic. */
	failedAt: number;
	until: number;
}

export const createFailedAttempts = (options: FailedAttemptsOptions): FailedAttempts => {
	const { clock, allowed, isExempt = isLoopback, onPause } = options;
	const records = new Map<string, Record>();

	return {
		pause: (address) => Math.max(0, (records.get(addressKey(address))?.until ?? 0) - clock.monotonic()),
		failed: (address) => {
			if (allowed === 0 || isExempt(address)) return;
			const now = clock.monotonic();
			const key = addressKey(address);
			const known = records.get(key);
			const isOver = known === undefined || now - Math.max(known.failedAt, known.until) > window;
			const record = isOver ? { failures: 0, failedAt: now, until: 0 } : known;
			record.failures += 1;
			record.failedAt = now;
			const excess = record.failures - allowed;
			if (excess > 0) {
				const pause = Math.min(longestPause, firstPause * 2 ** Math.min(excess - 1, 10));
				record.until = now + pause;
				onPause?.(address, pause);
			}
			// Last in the order is who failed last.
			records.delete(key);
			records.set(key, record);
			for (const oldest of records.keys()) {
				if (records.size <= maxAddresses) break;
				records.delete(oldest);
			}
		},
	};
};

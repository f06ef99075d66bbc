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
	/** Failures that an address has at once, and gets back over a minute; those have no consequence. 0: none ever has. */
	readonly allowed: () => number;
	/** Addresses that nothing is held against. */
	readonly isExempt?: (address: string) => boolean;
	/** Hears of each address that is not heard any longer. */
	readonly onPause?: (address: string, milliseconds: number) => void;
}

/** Milliseconds in which an address gets all of its failures back. Pauses do not count. */
const refillTime = 60_000;
const firstPause = 1000;
const longestPause = 60_000;
/** Failures that are held against an address: with one more its pause would not be longer. */
const maxExcess = 7;
/** Addresses that are remembered; the one that was quiet the longest is forgotten. */
const maxAddresses = 10_000;

interface Record {
	/** Failures that it may still have; below 0 those that were too many. */
	left: number;
	/** Monotonic: the last failure, and the end of its pause. */
	failedAt: number;
	until: number;
}

export const createFailedAttempts = (options: FailedAttemptsOptions): FailedAttempts => {
	const { clock, isExempt = isLoopback, onPause } = options;
	const records = new Map<string, Record>();

	return {
		pause: (address) => Math.max(0, (records.get(addressKey(address))?.until ?? 0) - clock.monotonic()),
		failed: (address) => {
			const allowed = options.allowed();
			if (allowed === 0 || isExempt(address)) return;
			const now = clock.monotonic();
			const key = addressKey(address);
			const record = records.get(key) ?? { left: allowed, failedAt: now, until: 0 };
			const quiet = Math.max(0, now - Math.max(record.failedAt, record.until));
			record.left = Math.max(-maxExcess, Math.min(allowed, record.left + (allowed * quiet) / refillTime) - 1);
			record.failedAt = now;
			if (record.left < 0) {
				const pause = Math.min(longestPause, firstPause * 2 ** (Math.ceil(-record.left) - 1));
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

/** Deletes kept keyframes that are too old, of all streams in the store: those of other nodes and those that have ended, too. */
import {
	endOfHistory,
	type HistoryKey,
	historyPrefix,
	historyRoot,
	parseHistoryKey,
} from '../../src/shared/history-key.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import { mostKeys, type ObjectStore } from '../store/port.ts';

export interface SweepRequest {
	readonly store: Pick<ObjectStore, 'list' | 'remove'>;
	/** What was captured before this moment goes, epoch milliseconds. */
	readonly before: number;
	/** Where the last sweep stopped, or `undefined`. */
	readonly cursor: string | undefined;
	/** List calls at most. Each is followed by one deletion at most. */
	readonly mostLists: number;
}

export interface SweepResult {
	readonly deleted: number;
	/** Where to go on; `undefined`: all is done. */
	readonly cursor: string | undefined;
}

/**
 * Goes through the keys in their order. A stream's oldest come first, so that the first one that may stay ends the work for
 * that stream: the next list begins behind it. One list call a stream, mostly.
 *
 * @throws StoreError
 */
export const sweepHistory = async ({ store, before, cursor, mostLists }: SweepRequest): Promise<SweepResult> => {
	let after = cursor;
	let deleted = 0;
	for (let lists = 0; lists < mostLists; lists += 1) {
		const { keys, isTruncated } = await store.list(historyRoot, { after, limit: mostKeys });
		const old: HistoryKey[] = [];
		let fresh: StreamName | null = null;
		for (const key of keys) {
			const kept = parseHistoryKey(key);
			if (kept === null || kept.name === fresh) continue;
			if (kept.capturedAt < before) old.push(key as HistoryKey);
			else fresh = kept.name;
		}
		if (old.length > 0) await store.remove(old);
		deleted += old.length;
		const last = keys.at(-1);
		if (!isTruncated || last === undefined) return { deleted, cursor: undefined };
		after = fresh !== null && last.startsWith(historyPrefix(fresh)) ? endOfHistory(fresh) : last;
	}
	return { deleted, cursor: after };
};

/**
 * Keeps some of each stream's keyframes: the first one of every interval of wall clock time, under a key of its own. Best
 * effort on purpose: a few writes at a time, none repeated, the newest keyframe of a stream instead of an older one that
 * still waits. So it can neither delay the live objects nor fill the memory when the store is slow.
 */
import { historyKey, settled } from '../../src/shared/history-key.ts';
import { buildMetadata, type HistoryPolicy, objectContentType } from '../../src/shared/keyframe-object.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import { createBackoff } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { bodyOf, infoOf, type Keyframe, type Session } from '../keyframe.ts';
import type { KeyframeStore } from '../store/port.ts';
import { storeCallTimeout } from '../store/time-limit.ts';

/** What became of a keyframe that was to be kept: written; not even tried; tried in vain. */
export type KeepOutcome = 'kept' | 'dropped' | 'failed';

export interface HistoryKeeper {
	readonly policy: HistoryPolicy;
	/** Takes the keyframes of one session, in their order. Never throws. */
	open(session: Session): (keyframe: Keyframe) => void;
	/** Starts no more writes. */
	close(): void;
}

export interface KeeperOptions {
	readonly policy: HistoryPolicy;
	readonly store: Pick<KeyframeStore, 'put'>;
	readonly clock: Clock;
	/** 0 ≤ x < 1, for jitter. */
	readonly random: () => number;
	readonly onOutcome: (outcome: KeepOutcome, error?: unknown) => void;
}

/** Writes at a time: few of the store's 64 connections, whatever happens. At 50 ms a write that is 80 a second. */
const mostWrites = 4;
/** Bytes of keyframes that may wait: a hundred streams of a megabyte, or a thousand of a hundred kilobytes. */
const mostWaiting = 100 * 1024 * 1024;

/** Milliseconds that a keyframe may wait: its write ends before the time that it belongs to counts as settled. */
const longestWait = settled - storeCallTimeout;

/** More streams than a node has: beyond, those that are over are forgotten. */
const manyNames = 10_000;

/** Number of the interval of wall clock time that a moment is in; the first keyframe of each is kept. */
export const intervalOf = ({ interval }: Pick<HistoryPolicy, 'interval'>, capturedAt: number): number =>
	Math.floor(capturedAt / interval);

const sizeOf = ({ unit }: Keyframe): number => unit.payloads.reduce((sum, { length }) => sum + length, 0);

export const createHistoryKeeper = (options: KeeperOptions): HistoryKeeper => {
	const { policy, store, clock, random, onOutcome } = options;
	const backoff = createBackoff(clock, random);
	/** One keyframe a session at most, and since when, monotonic; a Map keeps the order in which they came. */
	const waiting = new Map<Session, { readonly keyframe: Keyframe; readonly since: number }>();
	const lastIntervals = new Map<StreamName, number>();
	let waitingBytes = 0;
	let writes = 0;
	let isClosed = false;
	let cancelTimer = (): void => {};

	/** Whether it is the first one of its interval that this node sees of the stream, however often that is published anew. */
	const isFirst = (name: StreamName, capturedAt: number): boolean => {
		const interval = intervalOf(policy, capturedAt);
		if (lastIntervals.get(name) === interval) return false;
		if (lastIntervals.size > manyNames)
			for (const [other, last] of lastIntervals) if (last < interval) lastIntervals.delete(other);
		lastIntervals.set(name, interval);
		return true;
	};

	const take = (session: Session): Keyframe | undefined => {
		const keyframe = waiting.get(session)?.keyframe;
		if (keyframe !== undefined) waitingBytes -= sizeOf(keyframe);
		waiting.delete(session);
		return keyframe;
	};

	/** What would come too late: others may have been told by now that there is nothing. */
	const dropLate = (): void => {
		for (const [session, { since }] of waiting) {
			// They are in the order of their times.
			if (clock.monotonic() - since <= longestWait) return;
			take(session);
			onOutcome('dropped');
		}
	};

	const write = async (session: Session, keyframe: Keyframe): Promise<void> => {
		writes += 1;
		try {
			// Nobody can be called for it, and it says nothing of whether the stream is live.
			const info = infoOf({ ...session, node: '' }, keyframe, 0);
			const object = {
				body: bodyOf(session, keyframe),
				contentType: objectContentType(info.codec),
				metadata: buildMetadata(info),
			};
			await store.put(historyKey(session.name, keyframe.capturedAt), object, 'absent');
			backoff.reset();
			onOutcome('kept');
		} catch (error) {
			backoff.failed();
			onOutcome('failed', error);
		}
		writes -= 1;
		writeNext();
	};

	const writeNext = (): void => {
		cancelTimer();
		dropLate();
		const pause = backoff.until - clock.monotonic();
		if (pause > 0 && waiting.size > 0 && !isClosed) cancelTimer = clock.after(pause, writeNext);
		while (writes < mostWrites && pause <= 0 && !isClosed) {
			const [session] = waiting.keys();
			const keyframe = session && take(session);
			if (session === undefined || keyframe === undefined) return;
			void write(session, keyframe);
		}
	};

	return {
		policy,
		open: (session) => (keyframe) => {
			if (isClosed || !isFirst(session.name, keyframe.capturedAt)) return;
			dropLate();
			if (take(session) !== undefined) onOutcome('dropped');
			if (waitingBytes + sizeOf(keyframe) > mostWaiting) {
				onOutcome('dropped');
				return;
			}
			waiting.set(session, { keyframe, since: clock.monotonic() });
			waitingBytes += sizeOf(keyframe);
			writeNext();
		},
		close: () => {
			isClosed = true;
			cancelTimer();
			waiting.clear();
			waitingBytes = 0;
		},
	};
};

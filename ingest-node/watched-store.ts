/** A store whose calls are timed, and of which it is known whether it answers. */
import { liveKey, parseStreamName } from '../src/shared/stream-name.ts';
import type { Clock } from './clock.ts';
import { type KeyframeStore, StoreError, type StoreFailure } from './store/port.ts';

export type StoreOperation = 'get' | 'head' | 'put';

export interface WatchedStore extends KeyframeStore {
	/** Whether the newest calls were answered. */
	isUp(): boolean;
}

/** Calls without an answer, one after the other, that make a store count as down. */
const patience = 3;
/** Milliseconds between two looks at a store that is down: without publishers nobody else would notice that it is back. */
const probeInterval = 2000;
const probeKey = liveKey(parseStreamName('livestill/probe'));

/** @param onCall hears of each call: how it ended, and after how many milliseconds */
export const createWatchedStore = (
	store: KeyframeStore,
	clock: Clock,
	onCall: (operation: StoreOperation, outcome: 'done' | StoreFailure, milliseconds: number) => void,
): WatchedStore => {
	let unanswered = 0;
	let isProbing = false;

	const probe = (): void => {
		isProbing = true;
		clock.after(probeInterval, () => {
			isProbing = false;
			if (unanswered >= patience) void watched.head(probeKey).catch(() => {});
		});
	};
	const note = (failure: StoreFailure | null): void => {
		unanswered = failure === 'unavailable' ? unanswered + 1 : 0;
		if (unanswered >= patience && !isProbing) probe();
	};
	const watch = async <T>(operation: StoreOperation, call: Promise<T>): Promise<T> => {
		const began = clock.monotonic();
		let failure: StoreFailure | null = null;
		try {
			return await call;
		} catch (error) {
			failure = error instanceof StoreError ? error.failure : 'unavailable';
			throw error;
		} finally {
			note(failure);
			onCall(operation, failure ?? 'done', clock.monotonic() - began);
		}
	};
	const watched: WatchedStore = {
		get: (key) => watch('get', store.get(key)),
		head: (key) => watch('head', store.head(key)),
		put: (key, object, condition) => watch('put', store.put(key, object, condition)),
		isUp: () => unanswered < patience,
	};
	return watched;
};

/** What a node that keeps keyframes does: it writes some, and deletes those that are too old. `docs/object-storage.md` */
import type { HistoryPolicy } from '../../src/shared/keyframe-object.ts';
import type { Clock } from '../clock.ts';
import { createErrorCounter } from '../error-counter.ts';
import { type Log, messageOf } from '../log.ts';
import type { ObjectStore } from '../store/port.ts';
import { createHistoryKeeper, type HistoryKeeper, type KeepOutcome } from './keeper.ts';
import { type SweeperOptions, startSweeper } from './sweeper.ts';

export interface HistoryOptions {
	readonly policy: HistoryPolicy;
	readonly store: ObjectStore;
	readonly clock: Clock;
	readonly log: Log;
	readonly random?: () => number;
	/** Whether this process deletes what is too old; of the processes of one node one is enough. */
	readonly isSweeper: boolean;
	readonly onKept: (outcome: KeepOutcome) => void;
	readonly onSwept: (deleted: number, isDone: boolean) => void;
}

export const createHistory = (options: HistoryOptions): HistoryKeeper => {
	const { policy, store, clock, log, random = Math.random, isSweeper, onKept, onSwept } = options;
	const failures = createErrorCounter(clock, (count, last) => log.warn('keyframes are not kept', { count, last }));
	const keeper = createHistoryKeeper({
		...{ policy, store, clock, random },
		onOutcome: (outcome, error) => {
			onKept(outcome);
			if (outcome === 'failed') failures.count(messageOf(error));
		},
	});
	const sweeper: SweeperOptions = {
		...{ store, clock, random, retention: policy.retention },
		onSwept: (deleted, error) => {
			onSwept(deleted, error === undefined);
			if (error !== undefined) log.warn('old keyframes are not deleted', { reason: messageOf(error) });
			else if (deleted > 0) log.debug('old keyframes deleted', { deleted });
		},
	};
	const stopSweeper = isSweeper ? startSweeper(sweeper) : () => {};
	return {
		...keeper,
		close: () => {
			stopSweeper();
			keeper.close();
			failures.flush();
		},
	};
};

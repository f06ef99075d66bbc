/** One publish as the ingest node handles it: what of its keyframes is written, and when. */
import { intervalOf } from '../../ingest-node/history/keeper.ts';
import { nextPush } from '../../ingest-node/push-schedule.ts';
import type { HistoryPolicy } from '../../src/shared/keyframe-object.ts';
import type { Publisher } from './publisher.ts';

export interface PublishRules {
	readonly pushInterval: number;
	readonly history: HistoryPolicy | null;
}

export interface Publish {
	/** Lets time pass. */
	advance(until: number): void;
	/** Objects written so far; kept keyframes of them apart. */
	readonly puts: number;
	readonly historyPuts: number;
	/** Capture time of the keyframe in the store; −∞: the stream is announced; `null`: it is not known there. */
	readonly stored: number | null;
}

export const startPublish = (createdAt: number, publisher: Publisher, rules: PublishRules): Publish => {
	const { pushInterval, history } = rules;
	let now = createdAt;
	let pushedAt: number | null = null;
	let written = Number.NEGATIVE_INFINITY;
	let puts = 0;
	let historyPuts = 0;
	/** From here on the next keyframe is kept. */
	let keepFrom = createdAt;

	const keep = (until: number): void => {
		if (history === null) return;
		while (keepFrom <= until) {
			const newest = publisher.newest(keepFrom);
			const keyframe = newest === keepFrom ? newest : publisher.next(keepFrom);
			// A publisher that can be asked is not known beyond the present.
			if (keyframe > until) return;
			historyPuts += 1;
			keepFrom = (intervalOf(history, keyframe) + 1) * history.interval;
		}
	};

	const push = (until: number): void => {
		for (;;) {
			const hasNews = publisher.newest(now) > written;
			const state = { createdAt, pushedAt, hasNews, hasKeyframe: Number.isFinite(written) };
			const due = Math.ceil(Math.max(now, nextPush(state, pushInterval)));
			const news = hasNews ? Number.POSITIVE_INFINITY : publisher.next(now);
			if (Math.min(due, news) > until) break;
			now = Math.min(due, news);
			// A keyframe that comes before its object is due changes when that is.
			if (news <= due) continue;
			pushedAt = now;
			written = publisher.newest(now);
			puts += 1;
		}
		now = until;
	};

	return {
		advance: (until) => {
			if (until < now) return;
			keep(until);
			push(until);
		},
		get puts() {
			return puts;
		},
		get historyPuts() {
			return historyPuts;
		},
		get stored() {
			return pushedAt === null ? null : written;
		},
	};
};

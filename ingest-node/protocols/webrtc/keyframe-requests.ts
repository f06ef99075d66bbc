/**
 * When to ask a publisher for a keyframe: now and then to keep the stored one fresh, at once when somebody needs one,
 * never so often that the publisher suffers, and again when none came: requests get lost, and browsers ignore one that
 * follows a keyframe closely.
 */
import type { Clock } from '../../clock.ts';

export interface KeyframeRequests {
	/** Somebody needs a keyframe that is not there yet. */
	need(): void;
	/** A keyframe has arrived, complete. */
	arrived(): void;
	/** No more requests. */
	end(): void;
}

export interface KeyframeRequestsOptions {
	readonly clock: Clock;
	/** Sends one request. */
	readonly send: () => void;
	/** Milliseconds without a keyframe after which one is asked for. */
	readonly refreshInterval: number;
}

/**
 * Least milliseconds between two requests. A keyframe costs as much as ten other pictures; Chromium ignores what comes
 * within 300 ms of the request before, and somebody may wait for each.
 */
export const requestInterval = 350;
/** Requests in this interval before the pauses begin to double. */
const quickRequests = 4;
/** Longest pause between requests that are not answered: the publisher shows nothing, or has only audio. */
const longestPause = 4000;

export const createKeyframeRequests = ({ clock, send, refreshInterval }: KeyframeRequestsOptions): KeyframeRequests => {
	let sentAt = Number.NEGATIVE_INFINITY;
	let unanswered = 0;
	let cancel = (): void => {};
	let ended = false;

	const askIn = (milliseconds: number): void => {
		cancel();
		if (!ended) cancel = clock.after(milliseconds, ask);
	};

	const ask = (): void => {
		sentAt = clock.monotonic();
		unanswered += 1;
		send();
		askIn(Math.min(requestInterval * 2 ** Math.max(0, unanswered - quickRequests), longestPause));
	};

	return {
		need: () => {
			if (ended) return;
			// Somebody new waits: a long pause is over.
			unanswered = Math.min(unanswered, quickRequests - 1);
			const rest = sentAt + requestInterval - clock.monotonic();
			if (rest > 0) askIn(rest);
			else ask();
		},
		arrived: () => {
			unanswered = 0;
			askIn(refreshInterval);
		},
		end: () => {
			ended = true;
			cancel();
		},
	};
};

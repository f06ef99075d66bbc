/** When a publisher's keyframes reach the ingest node. Times are whole milliseconds; none goes back. */
import { requestInterval } from '../../ingest-node/fresh-keyframe.ts';

export interface Publisher {
	/** The newest keyframe that is there at `time`; −∞: none yet. */
	newest(time: number): number;
	/** The first one after `time`, as far as nobody asks. */
	next(time: number): number;
	/** Somebody needs one that shows the world after `time`: when it will be there; `null`: this publisher cannot be asked. */
	ask(time: number): number | null;
}

/** An encoder with a fixed keyframe interval: RTMP, RTSP. */
export const createSteadyPublisher = (first: number, interval: number): Publisher => {
	const newest = (time: number): number =>
		time < first ? Number.NEGATIVE_INFINITY : first + Math.floor((time - first) / interval) * interval;
	return {
		newest,
		next: (time) => (time < first ? first : newest(time) + interval),
		ask: () => null,
	};
};

/**
 * Milliseconds from a request to its keyframe: `npm run bench shutter` finds a median of 176 from the `POST` to the time that the
 * picture shows, on loopback.
 */
export const keyframeLatency = 150;

/** A browser: makes a keyframe when it is asked to, which the node does for whoever waits, and when none came for `refreshInterval`. */
export const createAskedPublisher = (first: number, refreshInterval: number): Publisher => {
	const keyframes: number[] = [];
	let scheduled = first;
	let askedAt = Number.NEGATIVE_INFINITY;
	const upcoming: number[] = [];

	const nextOne = (): number => Math.min(scheduled, upcoming[0] ?? Number.POSITIVE_INFINITY);
	const pass = (time: number): void => {
		for (let keyframe = nextOne(); keyframe <= time; keyframe = nextOne()) {
			keyframes.push(keyframe);
			scheduled = keyframe + refreshInterval + keyframeLatency;
			if (upcoming[0] === keyframe) upcoming.shift();
		}
	};
	/** Index of the first one after `time`. */
	const indexAfter = (time: number): number => {
		pass(time);
		let index = keyframes.length;
		while (index > 0 && (keyframes[index - 1] ?? 0) > time) index -= 1;
		return index;
	};

	return {
		newest: (time) => keyframes[indexAfter(time) - 1] ?? Number.NEGATIVE_INFINITY,
		next: (time) => keyframes[indexAfter(time)] ?? nextOne(),
		ask: (time) => {
			// Calls that arrive while a request waits for its turn share it.
			if (askedAt < time) {
				askedAt = Math.max(time, askedAt + requestInterval);
				upcoming.push(askedAt + keyframeLatency);
			}
			return askedAt + keyframeLatency;
		},
	};
};

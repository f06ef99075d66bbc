/**
 * When the object of a session is written, as long as no write fails: the times of the keyframe writer's rules. All are
 * milliseconds of one monotonic clock.
 */

/** What the announcement of a stream waits for its first keyframe. */
const announceDelay = 500;
/** Shortest push interval: R2 takes one write per second and key, then answers 429. */
export const minPushInterval = 1100;
/** Three pushes may fail before a stream counts as gone, and its lease is never shorter than 30 s. */
export const leaseLength = (pushInterval: number): number => Math.max(3 * pushInterval, 30_000);

/**
 * After so long without news the lease is renewed, which leaves more than half of it for another try. It is longer than the push
 * interval, and than ten seconds: so far apart are the keyframes of browsers, who are asked a push interval after the last one, and of
 * many encoders. A heartbeat just before a keyframe would be one write in vain and make the keyframe wait for a push interval.
 */
const heartbeatPause = (pushInterval: number): number => (leaseLength(pushInterval) * 5) / 12;

export interface PushState {
	readonly createdAt: number;
	/** Start of the last PUT that succeeded; `null`: there was none. */
	readonly pushedAt: number | null;
	/** The object is to say something else: there is a keyframe that the store has not, or one that was taken back. */
	readonly hasNews: boolean;
	/** The store has a keyframe of the session. */
	readonly hasKeyframe: boolean;
}

/** When the next PUT may start: of the news, else of the announcement or the heartbeat that renews the lease. */
export const nextPush = ({ createdAt, pushedAt, hasNews, hasKeyframe }: PushState, pushInterval: number): number => {
	if (pushedAt === null) return hasNews ? createdAt : createdAt + announceDelay;
	if (!hasNews) return pushedAt + heartbeatPause(pushInterval);
	// The first keyframe of an announced stream must not wait for a push interval that may be a minute.
	return pushedAt + (hasKeyframe ? pushInterval : minPushInterval);
};

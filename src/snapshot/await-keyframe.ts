import { LivestillError } from '../shared/errors.ts';
import { isLive } from '../shared/keyframe-object.ts';
import type { StreamName } from '../shared/stream-name.ts';
import type { KeyframeSource, StoredKeyframe } from '../store/ports.ts';

/** Milliseconds since the epoch, and a way to wait. */
export interface Clock {
	now(): number;
	sleep(milliseconds: number): Promise<void>;
}

/** Milliseconds that a request waits for the first keyframe of a stream: what clients of WCS are used to. */
const keyframePatience = 3000;

// At most 16 reads for a stream without a keyframe; half of it is added to the answer's lag on average.
const pollInterval = 200;

/**
 * The newest keyframe of a live stream; waits three seconds at most for the first one.
 *
 * @throws LivestillError `STREAM_NOT_FOUND`, `NO_KEYFRAME`, `OBJECT_INVALID`, `STORE_UNAVAILABLE`
 */
export const awaitKeyframe = async (
	source: KeyframeSource,
	clock: Clock,
	name: StreamName,
): Promise<StoredKeyframe> => {
	const deadline = clock.now() + keyframePatience;
	for (;;) {
		const stored = await source.newest(name);
		if (stored !== null && isLive(stored.info, clock.now()) && stored.info.codec !== 'none') return stored;
		stored?.discard();
		if (stored === null || !isLive(stored.info, clock.now()))
			throw new LivestillError('STREAM_NOT_FOUND', 'no live stream has this name');
		const left = deadline - clock.now();
		if (left <= 0) throw new LivestillError('NO_KEYFRAME', 'the stream is live, but has sent no keyframe yet');
		await clock.sleep(Math.min(pollInterval, left));
	}
};

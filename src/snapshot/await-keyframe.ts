import { LivestillError } from '../shared/errors.ts';
import { isLive } from '../shared/keyframe-object.ts';
import type { StreamName } from '../shared/stream-name.ts';
import type { IngestNodes, KeyframeSource, StoredKeyframe } from '../store/ports.ts';

/** Milliseconds since the epoch, and a way to wait. */
export interface Clock {
	now(): number;
	sleep(milliseconds: number): Promise<void>;
}

/** Milliseconds that a request waits for the first keyframe of a stream: what clients of WCS are used to. */
const keyframePatience = 3000;

// At most 16 reads for a stream without a keyframe; half of it is added to the answer's lag on average.
const pollInterval = 200;

export interface KeyframeTools {
	readonly keyframes: KeyframeSource;
	/** `null`: there is no key to call them with. */
	readonly nodes: IngestNodes | null;
	readonly clock: Clock;
}

/** Any keyframe of the session is later. */
const anyTime = 0;

const notFound = (): LivestillError => new LivestillError('STREAM_NOT_FOUND', 'no live stream has this name');

/**
 * The newest keyframe of a live stream; waits three seconds or little more for the first one. While there is none in the
 * store, the ingest node is asked: it may have one already, and the call starts a stream that is fetched on demand.
 *
 * @throws LivestillError `STREAM_NOT_FOUND`, `NO_KEYFRAME`, `OBJECT_INVALID`, `STORE_UNAVAILABLE`
 */
export const awaitKeyframe = async (
	{ keyframes, nodes, clock }: KeyframeTools,
	name: StreamName,
): Promise<StoredKeyframe> => {
	const deadline = clock.now() + keyframePatience;
	/** Session that is over, though its lease lasts. */
	let ended: string | null = null;
	for (;;) {
		const stored = await keyframes.newest(name);
		const isThere = stored !== null && isLive(stored.info, clock.now()) && stored.info.session !== ended;
		if (isThere && stored.info.codec !== 'none') return stored;
		stored?.discard();
		if (!isThere) throw notFound();
		const { info } = stored;
		if (clock.now() >= deadline)
			throw new LivestillError('NO_KEYFRAME', 'the stream is live, but has sent no keyframe yet');
		const answer = nodes === null || info.node === '' ? null : await nodes.fresher(name, info, anyTime);
		if (answer === 'ended') ended = info.session;
		else if (answer !== null) return answer;
		else await clock.sleep(Math.max(0, Math.min(pollInterval, deadline - clock.now())));
	}
};

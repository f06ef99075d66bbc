/**
 * A question about the past: the keyframe of a stream nearest to a moment, among those that are kept and the live one. That
 * the stream has ended meanwhile does not matter: nobody is told that what the answer shows is now.
 */
import { LivestillError } from '../shared/errors.ts';
import { settled } from '../shared/history-key.ts';
import { isLive, type KeyframeInfo } from '../shared/keyframe-object.ts';
import type { KeyframeId } from '../shared/preview/path.ts';
import type { StreamName } from '../shared/stream-name.ts';
import type { KeyframeHistory, KeyframeSource, StoredKeyframe } from '../store/ports.ts';
import { isSame } from './identity.ts';

export interface PastTools {
	readonly keyframes: KeyframeSource;
	readonly history: KeyframeHistory;
}

export interface PastRequest {
	readonly name: StreamName;
	/** Epoch milliseconds. */
	readonly time: number;
	/** Milliseconds that the keyframe may be away from it; `undefined`: {@link usualReach}. */
	readonly within: number | undefined;
	readonly askedAt: number;
}

export interface PastKeyframe {
	/** The caller's to read or discard. */
	readonly stored: StoredKeyframe;
	/** Whether no keyframe that is still to come can be nearer. */
	readonly isFinal: boolean;
}

/** Milliseconds that a keyframe may be away from a moment unless the request says so: longer intervals are rare. */
const usualReach = 10_000;

const pageSize = 1000;
// Of one keyframe a second, the most that are kept, an hour before the moment.
const mostPages = 4;

/** Milliseconds from one kept keyframe to the next, as far as the stream's object says; 0: it does not. */
export const spacingOf = (info: KeyframeInfo | null): number =>
	info?.history === undefined ? 0 : Math.max(info.history.interval, info.keyframeInterval);

const nearestKept = async (
	history: KeyframeHistory,
	{ name, time }: PastRequest,
	within: number,
): Promise<number | null> => {
	let nearest: number | null = null;
	let from = time - within;
	for (let page = 0; page < mostPages; page += 1) {
		const entries = await history.list(name, from, pageSize);
		for (const { capturedAt: at } of entries) {
			if (at > time + within || (nearest !== null && Math.abs(at - time) >= Math.abs(nearest - time) && at > time))
				return nearest;
			nearest = at;
		}
		const last = entries.at(-1);
		if (entries.length < pageSize || last === undefined) break;
		from = last.capturedAt + 1;
	}
	return nearest;
};

/** For `catch`: an object that cannot be read is none. */
export const nothingReadable = (error: unknown): null => {
	if (error instanceof LivestillError && error.code === 'OBJECT_INVALID') return null;
	throw error;
};

/** The stream's object, live or not, as far as it can be read: the past does not depend on it. */
export const newestOf = ({ keyframes }: PastTools, name: StreamName): Promise<StoredKeyframe | null> =>
	keyframes.newest(name).catch(nothingReadable);

/**
 * The keyframe nearest to `time`; of two that are as near the earlier one.
 *
 * @throws LivestillError `FRAME_NOT_FOUND`, `OBJECT_INVALID`, `STORE_UNAVAILABLE`
 */
export const findPast = async (tools: PastTools, request: PastRequest): Promise<PastKeyframe> => {
	const { name, time, askedAt } = request;
	const newest = await newestOf(tools, name);
	const within = request.within ?? Math.max(usualReach, spacingOf(newest?.info ?? null));
	const isAlive = newest !== null && newest.info.codec !== 'none' && isLive(newest.info, askedAt);
	const live = isAlive ? newest.info.capturedAt : Number.POSITIVE_INFINITY;
	try {
		// What is kept is written at once, the live object once in a push interval: only where nothing is kept is it the latest.
		const isLatest = live <= time && newest?.info.history === undefined;
		const kept = isLatest ? null : await nearestKept(tools.history, request, within);
		const isLiveNearer = Math.abs(live - time) < Math.abs((kept ?? Number.NEGATIVE_INFINITY) - time);
		if (newest !== null && isLiveNearer && Math.abs(live - time) <= within) return { stored: newest, isFinal: false };
		const stored = kept === null ? null : await tools.history.kept(name, kept);
		newest?.discard();
		if (kept !== null && stored !== null) return { stored, isFinal: time + Math.abs(time - kept) + settled < askedAt };
	} catch (error) {
		newest?.discard();
		throw error;
	}
	throw new LivestillError(
		'FRAME_NOT_FOUND',
		`no keyframe of the stream is kept within ${within / 1000} s of that time`,
	);
};

/** A keyframe by its identity and its time, or `null` when it is not kept. @throws as {@link findPast} */
export const findKept = async (
	{ history }: PastTools,
	name: StreamName,
	id: KeyframeId,
	capturedAt: number,
): Promise<StoredKeyframe | null> => {
	const stored = await history.kept(name, capturedAt);
	if (stored === null || isSame(stored.info, id)) return stored;
	stored.discard();
	return null;
};

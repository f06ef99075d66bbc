/**
 * Keys of kept keyframes: `frames/{name}/{capture time}`.
 *
 * The name is one segment, its slashes are coded like every other character that keys do not have: no stream's prefix contains
 * another stream's keys, whatever they are called. The time is epoch milliseconds in 13 digits, so that keys of a stream
 * are in the order of time, and the earliest at or after a moment is the first of one list call.
 */
import { decodeRuns, encodeRuns } from './key-coding.ts';
import { type ObjectKey, parseStreamName, type StreamName } from './stream-name.ts';

declare const historyKeyBrand: unique symbol;
/** A key of a kept keyframe: the only kind that may be deleted. */
export type HistoryKey = ObjectKey & { readonly [historyKeyBrand]: true };

/** A kept keyframe. */
export interface KeptId {
	readonly name: StreamName;
	/** Epoch milliseconds of the keyframe's arrival at the ingest node. */
	readonly capturedAt: number;
}

/** Prefix of all kept keyframes. */
export const historyRoot = 'frames/';

const digits = 13;
/** The latest moment that a key can have, epoch milliseconds: in the year 2286. */
export const latestMoment = 10 ** digits - 1;

/**
 * Milliseconds after which a keyframe that was to be kept is, or never will be: nodes give it up then, and the edge takes what it finds of
 * the time before for final.
 */
export const settled = 60_000;

/** Prefix of what is kept of a stream. */
export const historyPrefix = (name: StreamName): string => `${historyRoot}${encodeRuns(name)}/`;

/** Sorts behind every kept keyframe of the stream, and before those of the next one. */
export const endOfHistory = (name: StreamName): string => `${historyPrefix(name)}~`;

/** @throws RangeError for a time that is no whole number of 13 digits at most */
export const historyKey = (name: StreamName, capturedAt: number): HistoryKey => {
	if (!Number.isInteger(capturedAt) || capturedAt < 0 || capturedAt > latestMoment)
		throw new RangeError(`${capturedAt} is no time of a keyframe`);
	return (historyPrefix(name) + String(capturedAt).padStart(digits, '0')) as HistoryKey;
};

/** Sorts directly before a keyframe of that moment: where a list begins that is to have it. `undefined`: at the beginning. */
export const justBefore = (name: StreamName, capturedAt: number): string | undefined => {
	const before = Math.min(Math.ceil(capturedAt) - 1, latestMoment);
	return before < 0 ? undefined : historyKey(name, before);
};

/** What a key stands for, or `null` when it is not one of ours. */
export const parseHistoryKey = (key: string): KeptId | null => {
	const [, coded = '', time = ''] = /^frames\/([A-Za-z0-9._-]+)\/([0-9]{13})$/.exec(key) ?? [];
	const text = decodeRuns(coded);
	if (text === null || time === '') return null;
	try {
		const kept = { name: parseStreamName(text), capturedAt: Number(time) };
		// One keyframe has one key: anything else that decodes to it was not written by us.
		return historyKey(kept.name, kept.capturedAt) === key ? kept : null;
	} catch {
		return null;
	}
};

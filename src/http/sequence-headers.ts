/** Headers of animations and storyboards. */
import { cacheControl } from './preview-headers.ts';

/** What the headers are made of; times in epoch milliseconds. */
export interface SequenceFacts {
	readonly etag: string;
	/** Of the last keyframe. */
	readonly capturedAt: number;
	/** The time that is shown, and how long one picture of it is. */
	readonly from: number;
	readonly to: number;
	readonly interval: number;
	readonly isFinal: boolean;
	readonly now: number;
	/** Until when a signature is valid; `undefined`: it was not signed. */
	readonly validUntil: number | undefined;
}

/** Headers of 200 and 304. There is no `Last-Modified`: the same last keyframe may end many sequences. */
export const sequenceHeaders = (facts: SequenceFacts): Record<string, string> => {
	const { etag, capturedAt, from, to, interval, isFinal, now, validUntil } = facts;
	return {
		ETag: etag,
		'Cache-Control': cacheControl({ keyframeInterval: interval, isImmutable: isFinal, validUntil, now }),
		'X-Snapshot-Timestamp': String(capturedAt),
		'X-Snapshot-From': String(from),
		'X-Snapshot-To': String(to),
	};
};

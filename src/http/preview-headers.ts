/** Headers of previews: what caches may do with them, and what the picture is. */
import type { Verdict } from '../shared/preview/verdict.ts';

/** What the headers are made of; times in epoch milliseconds. */
export interface PreviewFacts {
	readonly etag: string;
	readonly keyframe: string;
	readonly capturedAt: number;
	/** Milliseconds between keyframes, 0 when not known. */
	readonly keyframeInterval: number;
	/** What was chosen, where something was; `newest`: what the newest keyframe shows. */
	readonly choice: { readonly shown: 'newest' | 'earlier'; readonly newest: Verdict } | null;
	readonly toneMapped: 'pq' | 'hlg' | undefined;
	readonly now: number;
	/** One keyframe was asked for, not the newest, or a moment that is over for good. */
	readonly isImmutable: boolean;
	/** A moment was asked for: that it is long ago is no surprise. */
	readonly isPast: boolean;
	/** Until when a signature is valid; `undefined`: it was not signed. */
	readonly validUntil: number | undefined;
}

/** Seconds a picture counts as fresh: about until the next keyframe, at most what a viewer forgives. */
export const freshFor = (keyframeInterval: number): number =>
	Math.min(10, Math.max(1, Math.round(keyframeInterval / 1000) || 2));

/** Seconds that an old picture may be shown while a new one is on its way, and while there is an error. */
export const whileRevalidating = 10;
const onError = 10;

const day = 86_400;

/** What caches may do with an answer that is new every `keyframeInterval`, or never. */
export const cacheControl = ({
	keyframeInterval,
	isImmutable,
	validUntil,
	now,
}: Pick<PreviewFacts, 'keyframeInterval' | 'isImmutable' | 'validUntil' | 'now'>): string => {
	const left = validUntil === undefined ? day : Math.max(0, Math.floor((validUntil - now) / 1000));
	// Caches of many people keep a signed picture no longer than its signature, in no way.
	if (isImmutable) return `public, max-age=${Math.min(day, left)}, immutable`;
	const maxAge = Math.min(freshFor(keyframeInterval), left);
	const spare = left - maxAge;
	return `public, max-age=${maxAge}, stale-while-revalidate=${Math.min(whileRevalidating, spare)}, stale-if-error=${Math.min(onError, spare)}`;
};

/** Milliseconds beyond which a picture of a live stream is called stale. */
const staleAfter = (keyframeInterval: number): number => Math.max(10_000, 3 * keyframeInterval);

/** RFC 9651: an item, and why the newest keyframe would not do. */
const chosen = ({ shown, newest }: NonNullable<PreviewFacts['choice']>): string =>
	newest === 'good' ? shown : `${shown};newest-is=${newest}`;

/** Headers of 200 and 304. */
export const previewHeaders = (facts: PreviewFacts): Record<string, string> => {
	const { etag, keyframe, capturedAt, keyframeInterval, choice, toneMapped, now, isImmutable, isPast } = facts;
	const isStale = !isImmutable && !isPast && now - capturedAt > staleAfter(keyframeInterval);
	return {
		ETag: etag,
		'Last-Modified': new Date(capturedAt).toUTCString(),
		'Cache-Control': cacheControl(facts),
		'X-Snapshot-Timestamp': String(capturedAt),
		'X-Snapshot-Keyframe': keyframe,
		...(isStale && { 'X-Snapshot-Stale': 'true' }),
		...(choice !== null && { 'X-Snapshot-Chosen': chosen(choice) }),
		...(toneMapped !== undefined && { 'X-Snapshot-Tone-Mapped': toneMapped }),
	};
};

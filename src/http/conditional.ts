/** Conditional requests. RFC 9110 § 13 */

/** Bytes of `If-None-Match` that are looked at: more than a hundred tags. */
const longest = 16_384;

/** Whether the client has what carries `etag`, by its `If-None-Match`. § 13.1.2: weak comparison */
export const matchesEtag = (ifNoneMatch: string, etag: string): boolean =>
	ifNoneMatch
		.slice(0, longest)
		.split(',')
		.map((tag) => tag.trim().replace(/^W\//, ''))
		.some((tag) => tag === etag || tag === '*');

/**
 * Whether the client has the picture of that moment, by its `If-Modified-Since`, which counts only without `If-None-Match`.
 * A later moment than the picture's is no reason to say so: clocks differ, and sessions take turns under one name.
 */
export const matchesMoment = (ifModifiedSince: string | undefined, capturedAt: number): boolean =>
	ifModifiedSince !== undefined && Date.parse(ifModifiedSince) === Math.floor(capturedAt / 1000) * 1000;

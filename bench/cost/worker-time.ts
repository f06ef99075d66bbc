/**
 * Milliseconds of the Worker's processor time by what it does, for a keyframe of 720p and 59 KB. From the tables "POST of a
 * snapshot" and "Previews" of `bench/README.md` (2026-11-22); they are workerd's on an ordinary cloud machine, with the
 * simulation of R2 and all of HTTP in them, so what is deployed takes less.
 */
export const workerTime = {
	/** A full-size PNG of a keyframe that was not asked for before: decode, convert, encode, base64. */
	postMiss: 126,
	/** The same out of the cache. */
	postHit: 9.4,
	/** A JPEG, 480 wide. */
	previewMiss: 65,
	previewHit: 0.65,
	/** 304: the client has it. */
	previewKnown: 0.56,
	/** Reads the object, finds no live stream. */
	notFound: 2.6,
} as const;

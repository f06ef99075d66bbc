/**
 * Coordination of video orientation: how a phone was held. 3GPP TS 26.114 § 7.4.5, `urn:3gpp:video-orientation`.
 *
 *     | 0 4 | camera 1 | flip 1 | rotation 2 |
 */

/** Degrees clockwise by which the picture has to be turned to stand upright. */
export type Rotation = 0 | 90 | 180 | 270;

const rotations: readonly Rotation[] = [0, 90, 180, 270];

/**
 * Rotation in the element of a header extension; `null` when there is none. A sender leaves it out of most packets: the
 * last one that was sent stays in force. The flip is the self view's matter and is ignored.
 */
export const parseVideoOrientation = (element: Uint8Array | null): Rotation | null =>
	element?.[0] === undefined ? null : (rotations[element[0] & 3] ?? null);

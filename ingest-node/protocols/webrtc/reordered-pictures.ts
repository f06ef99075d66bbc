/**
 * Notices pictures that are not shown in the order in which they are decoded: B-frames, seen by their times. RTP carries
 * presentation times only, and the decoders of browsers put nothing into another order.
 */

export interface ReorderedPictures {
	/**
	 * Takes the times of the next picture in decoding order, milliseconds.
	 *
	 * @param decoding `null` where a protocol does not carry it
	 * @returns whether it is shown before one that is decoded earlier
	 */
	see(presentation: number, decoding: number | null): boolean;
}

/** Milliseconds: B-frames are shown that much earlier than a picture in front of them at most; more is a new clock. */
const longestReordering = 3000;

export const createReorderedPictures = (): ReorderedPictures => {
	let latest: number | null = null;
	let decoded: number | null = null;
	return {
		see: (presentation, decoding) => {
			const isClockBack = decoding !== null && decoded !== null && decoding < decoded;
			decoded = decoding;
			const step = latest === null ? 0 : presentation - latest;
			if (isClockBack || step >= 0 || step < -longestReordering) {
				latest = presentation;
				return false;
			}
			return true;
		},
	};
};

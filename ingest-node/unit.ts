/**
 * The narrow waist of the ingest node: every protocol ends in an access unit and everything behind it starts from one.
 */
import type { Codec } from '../src/shared/codec.ts';
import type { Rotation } from '../src/shared/keyframe-object.ts';

/**
 * One coded picture with all that a decoder needs to show it.
 *
 * Whoever makes one guarantees, and nobody downstream checks again:
 * - `payloads` has at least one element, each has at least one byte, together at most `limits.keyframeBytes`;
 * - for `h264` and `hevc` they are NAL units without start codes, for `av1` OBUs with size fields that begin with a
 *   temporal delimiter, for other codecs one element, the frame;
 * - a keyframe is complete: parameter sets or sequence header in front, no part missing, intra only;
 * - the payloads are never written to again.
 */
export interface AccessUnit {
	readonly codec: Codec;
	readonly payloads: readonly Uint8Array[];
	/** Presentation time on the stream's own clock, milliseconds; the origin is the publisher's. */
	readonly timestamp: number;
	readonly keyframe: boolean;
	/** Luma samples after cropping, from the parameter sets; 0 when they do not tell. */
	readonly width: number;
	readonly height: number;
	/** Clockwise degrees that a viewer has to turn the picture, where the protocol tells; without it 0. */
	readonly rotation?: Rotation;
}

const startCode = Uint8Array.of(0, 0, 0, 1);
const noPrefix = new Uint8Array(0);

const prefixOf = ({ codec }: AccessUnit): Uint8Array => (codec === 'h264' || codec === 'hevc' ? startCode : noPrefix);

/** Bytes of {@link elementaryStream}. */
export const elementaryLength = (unit: AccessUnit): number => {
	const prefix = prefixOf(unit).length;
	return unit.payloads.reduce((sum, payload) => sum + prefix + payload.length, 0);
};

/**
 * The body of a keyframe object: Annex B for NAL unit codecs (H.264 § B.1.1, HEVC § B.1), the plain bytes for others.
 * A copy; this is the only place where a keyframe's bytes are copied on their way from a protocol to the store.
 */
export const elementaryStream = (unit: AccessUnit): Uint8Array => {
	const prefix = prefixOf(unit);
	const body = new Uint8Array(elementaryLength(unit));
	let offset = 0;
	for (const payload of unit.payloads) {
		body.set(prefix, offset);
		body.set(payload, offset + prefix.length);
		offset += prefix.length + payload.length;
	}
	return body;
};

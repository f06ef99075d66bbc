/**
 * Assemblers turn what a protocol delivers of one coded picture into an access unit, one per codec: a keyframe that is
 * complete, or nothing. They are the only makers of keyframe units and keep the promises of `unit.ts`.
 */
import { LivestillError } from '../../src/shared/errors.ts';
import { limits } from '../../src/shared/limits.ts';
import type { AccessUnit } from '../unit.ts';

export interface Assembler {
	/**
	 * Takes a decoder configuration out of band: the record of ISO-BMFF for the codec.
	 *
	 * @throws LivestillError `FRAME_DAMAGED`; what was known before stays
	 */
	configure(record: Uint8Array): void;
	/**
	 * Whether a frame can be a keyframe, or brings parameter sets, judged by its first bytes. Cheap; in doubt true.
	 */
	isWorthKeeping(head: Uint8Array): boolean;
	/**
	 * The keyframe that `data` holds, or `null` when it is another kind of frame.
	 *
	 * @param data the frame as ISO-BMFF and FLV carry it; kept by reference
	 * @param timestamp presentation time, milliseconds
	 * @throws LivestillError `FRAME_DAMAGED` or `FRAME_TOO_LARGE`: a keyframe, but not a whole one
	 */
	assemble(data: Uint8Array, timestamp: number): AccessUnit | null;
	/**
	 * The picture between keyframes that `data` holds, without parameter sets; where there is none, the codec's pictures
	 * are not played.
	 *
	 * @throws LivestillError `FRAME_DAMAGED`
	 */
	picture?(data: Uint8Array, timestamp: number): AccessUnit | null;
}

/** An assembler of a codec with NAL units: some protocols carry them one by one. */
export interface NalAssembler extends Assembler {
	/** Takes parameter sets out of band, as SDP has them; they come on top of those that are known. */
	addParameterSets(nals: readonly Uint8Array[]): void;
	/**
	 * The keyframe that the NAL units of an access unit are, or `null` when it is another kind of picture. They are kept
	 * by reference.
	 *
	 * @param timestamp presentation time, milliseconds
	 * @throws LivestillError `FRAME_DAMAGED` or `FRAME_TOO_LARGE`: a keyframe, but not a whole one
	 */
	assembleNals(nals: readonly Uint8Array[], timestamp: number): AccessUnit | null;
}

/** Bytes of a parameter set that is kept: real ones have below 200, with all scaling lists below 1,500. */
export const maxParameterSetBytes = 16_384;

/** A keyframe unit whose size is within the limits. @throws LivestillError `FRAME_TOO_LARGE` */
export const keyframeUnit = (unit: Omit<AccessUnit, 'keyframe'>): AccessUnit => {
	const { width, height, payloads } = unit;
	const tooLarge = (what: string, most: number): never => {
		throw new LivestillError('FRAME_TOO_LARGE', `keyframe has ${what}, at most ${most} are allowed`);
	};
	if (Math.max(width, height) > limits.side) tooLarge(`${width} × ${height} samples`, limits.side);
	let bytes = 0;
	for (const payload of payloads) bytes += payload.length;
	// Start codes come on top.
	if (bytes + 4 * payloads.length > limits.keyframeBytes) tooLarge(`${bytes} bytes`, limits.keyframeBytes);
	return { ...unit, keyframe: true };
};

export const damaged = (why: string): never => {
	throw new LivestillError('FRAME_DAMAGED', why);
};

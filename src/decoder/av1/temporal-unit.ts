/** What a decoder has to see of a stored temporal unit: its sequence header and its first frame, nothing else. */

import { isShownKeyframe, keyframeSize } from '../../shared/av1/frame-header.ts';
import { type Obu, obuType, sizedObuHeader, splitObus } from '../../shared/av1/obu.ts';
import { type Av1SequenceHeader, parseAv1SequenceHeader } from '../../shared/av1/sequence-header.ts';
import { LivestillError } from '../../shared/errors.ts';

export interface Av1Keyframe {
	readonly sequence: Av1SequenceHeader;
	/** Samples. */
	readonly width: number;
	readonly height: number;
	/** In the low-overhead format. */
	readonly bytes: Uint8Array;
}

const damaged = (why: string): never => {
	throw new LivestillError('FRAME_DAMAGED', `AV1: ${why}`);
};

const isFrame = ({ type }: Obu): boolean => type === obuType.frame || type === obuType.frameHeader;

const join = (obus: readonly Obu[]): Uint8Array => {
	const parts = obus.flatMap((obu) => [sizedObuHeader(obu), obu.payload]);
	const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
};

/**
 * The keyframe of a temporal unit. Frames behind it are of other layers, whose sizes are anybody's guess: they are left
 * out, like everything that is not needed to decode it.
 *
 * @throws LivestillError `FRAME_DAMAGED`, `NO_KEYFRAME`
 */
export const findAv1Keyframe = (body: Uint8Array): Av1Keyframe => {
	const obus = splitObus(body);
	const first = obus.findIndex(isFrame);
	const frame = obus[first];
	if (frame === undefined) throw new LivestillError('NO_KEYFRAME', 'the AV1 temporal unit has no frame');
	const sequenceObu =
		obus.slice(0, first).findLast(({ type }) => type === obuType.sequenceHeader) ?? damaged('no sequence header');
	const sequence = parseAv1SequenceHeader(sequenceObu.payload) ?? damaged('the sequence header is cut off');
	if (!isShownKeyframe(frame.payload, sequence))
		throw new LivestillError('NO_KEYFRAME', 'the AV1 frame is no keyframe that is shown');
	const size = keyframeSize(frame, sequence) ?? damaged('the frame header is cut off');
	const kept = [sequenceObu, frame];
	if (frame.type === obuType.frameHeader)
		for (const obu of obus.slice(first + 1)) {
			if (isFrame(obu)) break;
			if (obu.type === obuType.tileGroup) kept.push(obu);
		}
	return { sequence, ...size, bytes: join(kept) };
};

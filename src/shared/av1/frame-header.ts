/** AV1 frame headers: whether they say keyframe, and how large it is. AV1 § 5.9.2. */
import { BitReader } from '../bits.ts';
import type { Obu } from './obu.ts';
import type { Av1SequenceHeader } from './sequence-header.ts';

const keyFrame = 0;

/** Whether a frame or frame header OBU is a keyframe that is shown at once. An empty payload is none. */
export const isShownKeyframe = (
	payload: Uint8Array,
	sequence: Pick<Av1SequenceHeader, 'reducedStillPictureHeader'>,
): boolean => {
	if (payload.length === 0) return false;
	if (sequence.reducedStillPictureHeader) return true;
	const r = new BitReader(payload);
	const showExistingFrame = r.u(1);
	const frameType = r.u(2);
	const showFrame = r.u(1);
	return showExistingFrame === 0 && frameType === keyFrame && showFrame === 1;
};

/** buffer_removal_time of each operating point that this OBU belongs to. */
const skipRemovalTimes = (r: BitReader, extension: number, sequence: Av1SequenceHeader): void => {
	const temporalId = extension >> 5;
	const spatialId = (extension >> 3) & 3;
	for (const { idc, hasDecoderModel } of sequence.operatingPoints) {
		if (!hasDecoderModel) continue;
		const isIn = idc === 0 || (((idc >> temporalId) & 1) === 1 && ((idc >> (spatialId + 8)) & 1) === 1);
		if (isIn) r.u(sequence.removalTimeBits);
	}
};

/**
 * The size of a keyframe that is shown at once, samples, after super-resolution: a frame header may override the
 * sequence header's, also upwards. `null`: the header is cut off.
 */
export const keyframeSize = (
	{ header, payload }: Obu,
	sequence: Av1SequenceHeader,
): { readonly width: number; readonly height: number } | null => {
	const r = new BitReader(payload);
	const isStill = sequence.reducedStillPictureHeader;
	if (!isStill) {
		r.u(4); // show_existing_frame, frame_type, show_frame
		r.u(sequence.presentationTimeBits);
	}
	r.u(1); // disable_cdf_update
	const allowScreenContentTools =
		sequence.forceScreenContentTools === 2 ? r.flag() : sequence.forceScreenContentTools === 1;
	if (allowScreenContentTools && sequence.forceIntegerMv === 2) r.u(1);
	r.u(sequence.frameIdBits);
	const frameSizeOverride = !isStill && r.flag();
	r.u(sequence.orderHintBits);
	if (sequence.removalTimeBits > 0 && r.flag()) skipRemovalTimes(r, header[1] ?? 0, sequence);
	const width = frameSizeOverride ? r.u(sequence.widthBits) + 1 : sequence.width;
	const height = frameSizeOverride ? r.u(sequence.heightBits) + 1 : sequence.height;
	return r.overrun ? null : { width, height };
};

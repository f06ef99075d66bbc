/** Whether an AV1 frame header says keyframe. AV1 § 5.9.2. */
import { BitReader } from '../bits.ts';
import type { Av1SequenceHeader } from './sequence-header.ts';

const keyFrame = 0;

/** Whether a frame or frame header OBU is a keyframe that is shown at once. An empty payload is none. */
export const isShownKeyframe = (payload: Uint8Array, sequence: Av1SequenceHeader): boolean => {
	if (payload.length === 0) return false;
	if (sequence.reducedStillPictureHeader) return true;
	const r = new BitReader(payload);
	const showExistingFrame = r.u(1);
	const frameType = r.u(2);
	const showFrame = r.u(1);
	return showExistingFrame === 0 && frameType === keyFrame && showFrame === 1;
};

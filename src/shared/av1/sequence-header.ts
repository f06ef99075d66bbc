/** As much of the AV1 sequence header as tells the size of the picture and how frame headers begin. AV1 § 5.5. */
import { BitReader } from '../bits.ts';

export interface Av1SequenceHeader {
	readonly reducedStillPictureHeader: boolean;
	/** Samples: the largest frame of the sequence, which a keyframe has unless it says otherwise. */
	readonly width: number;
	readonly height: number;
}

const skipOperatingPoints = (r: BitReader): void => {
	let bufferDelayLength = 0;
	let decoderModelInfoPresent = false;
	if (r.flag()) {
		// timing_info, § 5.5.3
		r.u(32);
		r.u(32);
		if (r.flag()) r.ue(); // num_ticks_per_picture_minus_1, uvlc() is ue(v)
		decoderModelInfoPresent = r.flag();
		if (decoderModelInfoPresent) {
			bufferDelayLength = r.u(5) + 1;
			r.u(32);
			r.u(10);
		}
	}
	const initialDisplayDelayPresent = r.flag();
	const operatingPoints = r.u(5) + 1;
	for (let point = 0; point < operatingPoints; point += 1) {
		r.u(12);
		if (r.u(5) > 7) r.u(1);
		if (decoderModelInfoPresent && r.flag()) {
			r.u(bufferDelayLength);
			r.u(bufferDelayLength);
			r.u(1);
		}
		if (initialDisplayDelayPresent && r.flag()) r.u(4);
	}
};

/** Reads the payload of a sequence header OBU, or returns `null` when it is cut off. */
export const parseAv1SequenceHeader = (payload: Uint8Array): Av1SequenceHeader | null => {
	const r = new BitReader(payload);
	r.u(3); // seq_profile
	r.u(1); // still_picture
	const reducedStillPictureHeader = r.flag();
	if (reducedStillPictureHeader) r.u(5);
	else skipOperatingPoints(r);
	const widthBits = r.u(4) + 1;
	const heightBits = r.u(4) + 1;
	const width = r.u(widthBits) + 1;
	const height = r.u(heightBits) + 1;
	return r.overrun ? null : { reducedStillPictureHeader, width, height };
};

/** As much of the AV1 sequence header as tells the size of the picture and how frame headers begin. AV1 § 5.5. */
import { type BitFields, createBitFields } from '../bit-fields.ts';

export interface Av1SequenceHeader {
	readonly reducedStillPictureHeader: boolean;
	/** Samples: the largest frame of the sequence, which a keyframe has unless it says otherwise. */
	readonly width: number;
	readonly height: number;
}

/** uvlc(), § 4.10.3; the value is not needed. */
const skipUvlc = (bits: BitFields): void => {
	let leadingZeros = 0;
	while (leadingZeros < 32 && !bits.isPastEnd && bits.f(1) === 0) leadingZeros += 1;
	if (leadingZeros < 32) bits.f(leadingZeros);
};

const skipOperatingPoints = (bits: BitFields): void => {
	let bufferDelayLength = 0;
	let decoderModelInfoPresent = 0;
	if (bits.f(1) === 1) {
		// timing_info, § 5.5.3
		bits.f(32);
		bits.f(32);
		if (bits.f(1) === 1) skipUvlc(bits);
		decoderModelInfoPresent = bits.f(1);
		if (decoderModelInfoPresent === 1) {
			bufferDelayLength = bits.f(5) + 1;
			bits.f(32);
			bits.f(10);
		}
	}
	const initialDisplayDelayPresent = bits.f(1);
	const operatingPoints = bits.f(5) + 1;
	for (let point = 0; point < operatingPoints; point += 1) {
		bits.f(12);
		if (bits.f(5) > 7) bits.f(1);
		if (decoderModelInfoPresent === 1 && bits.f(1) === 1) {
			bits.f(bufferDelayLength);
			bits.f(bufferDelayLength);
			bits.f(1);
		}
		if (initialDisplayDelayPresent === 1 && bits.f(1) === 1) bits.f(4);
	}
};

/** Reads the payload of a sequence header OBU, or returns `null` when it is cut off. */
export const parseAv1SequenceHeader = (payload: Uint8Array): Av1SequenceHeader | null => {
	const bits = createBitFields(payload);
	bits.f(3); // seq_profile
	bits.f(1); // still_picture
	const reducedStillPictureHeader = bits.f(1) === 1;
	if (reducedStillPictureHeader) bits.f(5);
	else skipOperatingPoints(bits);
	const widthBits = bits.f(4) + 1;
	const heightBits = bits.f(4) + 1;
	const width = bits.f(widthBits) + 1;
	const height = bits.f(heightBits) + 1;
	return bits.isPastEnd ? null : { reducedStillPictureHeader, width, height };
};

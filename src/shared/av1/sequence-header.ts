/** The AV1 sequence header: size, colours, and what is needed to read frame headers. AV1 § 5.5. */
import { BitReader } from '../bits.ts';
import { type Av1ColorConfig, parseColorConfig } from './color-config.ts';

/** An operating point, as far as frame headers depend on it. AV1 § 5.5.1 */
interface OperatingPoint {
	readonly idc: number;
	/** decoder_model_present_for_this_op */
	readonly hasDecoderModel: boolean;
}

export interface Av1SequenceHeader {
	readonly reducedStillPictureHeader: boolean;
	/** Samples: the largest frame of the sequence, which a keyframe has unless it says otherwise. */
	readonly width: number;
	readonly height: number;
	/** Bits of a frame size in a frame header. */
	readonly widthBits: number;
	readonly heightBits: number;
	/** Bits of frame_presentation_time, 0 when frame headers have none. */
	readonly presentationTimeBits: number;
	/** Bits of buffer_removal_time, 0 without a decoder model. */
	readonly removalTimeBits: number;
	readonly operatingPoints: readonly OperatingPoint[];
	/** Bits of current_frame_id, 0 when frame headers have none. */
	readonly frameIdBits: number;
	readonly orderHintBits: number;
	/** 0 and 1: for all frames; 2: frames say themselves. */
	readonly forceScreenContentTools: number;
	readonly forceIntegerMv: number;
	readonly color: Av1ColorConfig;
}

/** SELECT_SCREEN_CONTENT_TOOLS, SELECT_INTEGER_MV */
const select = 2;

interface Timing {
	readonly presentationTimeBits: number;
	readonly removalTimeBits: number;
	readonly operatingPoints: readonly OperatingPoint[];
}

const parseTiming = (r: BitReader): Timing => {
	let bufferDelayBits = 0;
	let removalTimeBits = 0;
	let presentationTimeBits = 0;
	if (r.flag()) {
		// timing_info, § 5.5.3
		r.u(32);
		r.u(32);
		const equalPictureInterval = r.flag();
		if (equalPictureInterval) r.ue(); // num_ticks_per_picture_minus_1, uvlc() is ue(v)
		if (r.flag()) {
			// decoder_model_info, § 5.5.4
			bufferDelayBits = r.u(5) + 1;
			r.u(32);
			removalTimeBits = r.u(5) + 1;
			const bits = r.u(5) + 1;
			if (!equalPictureInterval) presentationTimeBits = bits;
		}
	}
	const initialDisplayDelayPresent = r.flag();
	const count = r.u(5) + 1;
	const operatingPoints: OperatingPoint[] = [];
	for (let point = 0; point < count; point += 1) {
		const idc = r.u(12);
		if (r.u(5) > 7) r.u(1);
		const hasDecoderModel = removalTimeBits > 0 && r.flag();
		if (hasDecoderModel) {
			r.u(bufferDelayBits);
			r.u(bufferDelayBits);
			r.u(1);
		}
		if (initialDisplayDelayPresent && r.flag()) r.u(4);
		operatingPoints.push({ idc, hasDecoderModel });
	}
	return { presentationTimeBits, removalTimeBits, operatingPoints };
};

/** What frame headers inherit from the tools of the sequence. */
const parseTools = (r: BitReader) => {
	r.u(4); // interintra, masked compound, warped motion, dual filter
	const enableOrderHint = r.flag();
	if (enableOrderHint) r.u(2);
	const forceScreenContentTools = r.flag() ? select : r.u(1);
	const forceIntegerMv = forceScreenContentTools === 0 || r.flag() ? select : r.u(1);
	return { forceScreenContentTools, forceIntegerMv, orderHintBits: enableOrderHint ? r.u(3) + 1 : 0 };
};

const stillTiming: Timing = {
	presentationTimeBits: 0,
	removalTimeBits: 0,
	operatingPoints: [{ idc: 0, hasDecoderModel: false }],
};
const stillTools = { forceScreenContentTools: select, forceIntegerMv: select, orderHintBits: 0 } as const;

/** Reads the payload of a sequence header OBU, or returns `null` when it is cut off. */
export const parseAv1SequenceHeader = (payload: Uint8Array): Av1SequenceHeader | null => {
	const r = new BitReader(payload);
	const profile = r.u(3);
	r.u(1); // still_picture
	const reducedStillPictureHeader = r.flag();
	if (reducedStillPictureHeader) r.u(5);
	const timing = reducedStillPictureHeader ? stillTiming : parseTiming(r);
	const widthBits = r.u(4) + 1;
	const heightBits = r.u(4) + 1;
	const width = r.u(widthBits) + 1;
	const height = r.u(heightBits) + 1;
	const frameIdBits = !reducedStillPictureHeader && r.flag() ? r.u(4) + r.u(3) + 3 : 0;
	r.u(3); // 128x128 superblocks, filter intra, intra edge filter
	const tools = reducedStillPictureHeader ? stillTools : parseTools(r);
	r.u(3); // super-resolution, CDEF, restoration
	const color = parseColorConfig(r, profile);
	if (r.overrun) return null;
	const size = { width, height, widthBits, heightBits };
	return { reducedStillPictureHeader, ...size, ...timing, frameIdBits, ...tools, color };
};

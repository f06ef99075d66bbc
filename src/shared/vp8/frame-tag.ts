/** The uncompressed data chunk at the start of a VP8 frame. RFC 6386 § 9.1. */

export interface Vp8FrameTag {
	readonly keyframe: boolean;
	/** Samples; 0 unless `keyframe`. */
	readonly width: number;
	readonly height: number;
}

/** Reads the frame tag, or returns `null` when the bytes are none: too short, or a keyframe without its start code. */
export const parseVp8FrameTag = (frame: Uint8Array): Vp8FrameTag | null => {
	if (frame.length < 3) return null;
	const [tag0 = 0, , , start0, start1, start2, width0 = 0, width1 = 0, height0 = 0, height1 = 0] = frame;
	if ((tag0 & 1) !== 0) return { keyframe: false, width: 0, height: 0 };
	if (frame.length < 10 || start0 !== 0x9d || start1 !== 0x01 || start2 !== 0x2a) return null;
	// The two upper bits of each are a scaling hint for the display.
	const width = ((width1 & 0x3f) << 8) | width0;
	const height = ((height1 & 0x3f) << 8) | height0;
	return { keyframe: true, width, height };
};

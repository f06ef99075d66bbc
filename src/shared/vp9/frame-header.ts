/** The start of a VP9 frame: as much of the uncompressed header as tells a keyframe and its size. VP9 § 6.2. */
import { BitReader } from '../bits.ts';

export interface Vp9FrameHeader {
	/** Intra only, shown at once, and resets the decoder. */
	readonly keyframe: boolean;
	/** Samples; 0 unless `keyframe`. */
	readonly width: number;
	readonly height: number;
}

const frameMarker = 2;
const syncCode = 0x498342;
const csRgb = 7;

/** Reads the header of a frame or superframe, or returns `null` when the bytes are none. */
export const parseVp9FrameHeader = (frame: Uint8Array): Vp9FrameHeader | null => {
	const r = new BitReader(frame);
	const other: Vp9FrameHeader = { keyframe: false, width: 0, height: 0 };
	if (r.u(2) !== frameMarker) return null;
	const profile = r.u(1) + 2 * r.u(1);
	if (profile === 3 && r.u(1) !== 0) return null;
	const showExistingFrame = r.u(1);
	const frameType = r.u(1);
	const showFrame = r.u(1);
	r.u(1); // error_resilient_mode
	if (r.overrun) return null;
	if (showExistingFrame === 1 || frameType === 1) return other;
	if (r.u(24) !== syncCode) return null;
	// color_config, § 6.2.2
	if (profile >= 2) r.u(1);
	const isRgb = r.u(3) === csRgb;
	if (!isRgb) r.u(1);
	if (profile === 1 || profile === 3) r.u(isRgb ? 1 : 3);
	// frame_size, § 6.2.3
	const width = r.u(16) + 1;
	const height = r.u(16) + 1;
	if (r.overrun) return null;
	return showFrame === 1 ? { keyframe: true, width, height } : other;
};

/** The start of a VP9 frame: as much of the uncompressed header as tells a keyframe, its size and its colours. VP9 § 6.2. */
import { BitReader } from '../bits.ts';

/** color_config(), VP9 § 6.2.2. */
export interface Vp9ColorConfig {
	readonly bitDepth: 8 | 10 | 12;
	/** color_space, VP9 § 7.2.2: 7 is RGB. */
	readonly colorSpace: number;
	readonly fullRange: boolean;
	readonly subsamplingX: number;
	readonly subsamplingY: number;
}

export interface Vp9FrameHeader {
	/** Intra only, shown at once, and resets the decoder. */
	readonly keyframe: boolean;
	/** Samples; 0 unless `keyframe`. */
	readonly width: number;
	readonly height: number;
	/** `null` unless `keyframe`. */
	readonly color: Vp9ColorConfig | null;
}

const frameMarker = 2;
const syncCode = 0x498342;
const csRgb = 7;

const parseColorConfig = (r: BitReader, profile: number): Vp9ColorConfig => {
	const bitDepth = profile < 2 ? 8 : r.flag() ? 12 : 10;
	const colorSpace = r.u(3);
	const isRgb = colorSpace === csRgb;
	const fullRange = isRgb || r.flag();
	let subsamplingX = isRgb ? 0 : 1;
	let subsamplingY = subsamplingX;
	if (profile === 1 || profile === 3) {
		if (!isRgb) {
			subsamplingX = r.u(1);
			subsamplingY = r.u(1);
		}
		r.u(1); // reserved_zero
	}
	return { bitDepth, colorSpace, fullRange, subsamplingX, subsamplingY };
};

/** Reads the header of a frame or superframe, or returns `null` when the bytes are none. */
export const parseVp9FrameHeader = (frame: Uint8Array): Vp9FrameHeader | null => {
	const r = new BitReader(frame);
	const other: Vp9FrameHeader = { keyframe: false, width: 0, height: 0, color: null };
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
	const color = parseColorConfig(r, profile);
	// frame_size, § 6.2.3
	const width = r.u(16) + 1;
	const height = r.u(16) + 1;
	if (r.overrun) return null;
	return showFrame === 1 ? { keyframe: true, width, height, color } : other;
};

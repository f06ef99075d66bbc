/** Sample entries of video. ISO/IEC 14496-12 § 12.1.3 */
import { box, fixed, type Part, u16, u32, zeros } from './box.ts';

/** A keyframe as an MP4 holds it. */
export interface CodedFrame {
	/** Coded samples after cropping. */
	readonly width: number;
	readonly height: number;
	/** Width of a sample with height 1. */
	readonly sampleAspect: number;
	/** Type of the sample entry: `avc1` and so on. */
	readonly entry: string;
	/** The decoder configuration box. */
	readonly configuration: Uint8Array;
	/** Contents of the sample. */
	readonly sample: readonly Part[];
}

const pixelsPerInch = 72;
const depth24 = 0x0018;
const noColourTable = 0xffff;

/** The box that describes the only sample. */
export const visualSampleEntry = ({ entry, width, height, configuration }: CodedFrame): Uint8Array =>
	box(
		entry,
		zeros(6),
		u16(1), // data_reference_index
		zeros(16),
		u16(width),
		u16(height),
		fixed(pixelsPerInch),
		fixed(pixelsPerInch),
		u32(0),
		u16(1), // frame_count
		zeros(32), // compressorname
		u16(depth24),
		u16(noColourTable),
		configuration,
	);

/** As much of an HEVC sequence parameter set as tells the size and depth of the picture. H.265 § 7.3.2.2. */
import { BitReader } from '../bits.ts';
import { removeEmulation } from '../h264/emulation-prevention.ts';
import { hevcNalHeaderSize } from './nal.ts';

export interface HevcSps {
	/** sps_seq_parameter_set_id, 0–15. */
	readonly id: number;
	/** Luma samples after the conformance window. */
	readonly width: number;
	readonly height: number;
	readonly chromaFormatIdc: number;
	readonly bitDepthLuma: number;
	readonly bitDepthChroma: number;
}

const skip = (r: BitReader, bits: number): void => {
	for (let rest = bits; rest > 0; rest -= 32) r.u(Math.min(32, rest));
};

/** profile_tier_level, § 7.3.3 */
const skipProfileTierLevel = (r: BitReader, maxSubLayersMinus1: number): void => {
	const generalProfileBits = 88;
	const levelBits = 8;
	skip(r, generalProfileBits + levelBits);
	if (maxSubLayersMinus1 === 0) return;
	const present: boolean[] = [];
	for (let layer = 0; layer < maxSubLayersMinus1; layer += 1) present.push(r.flag(), r.flag());
	skip(r, 2 * (8 - maxSubLayersMinus1));
	for (let layer = 0; layer < maxSubLayersMinus1; layer += 1) {
		if (present[2 * layer]) skip(r, generalProfileBits);
		if (present[2 * layer + 1]) skip(r, levelBits);
	}
};

/** Samples per crop unit by chroma_format_idc, Table 6-1. */
const subWidth = [1, 2, 2, 1];
const subHeight = [1, 2, 1, 1];

/** Reads a sequence parameter set NAL unit, or returns `null` when it is damaged. */
export const parseHevcSps = (nal: Uint8Array): HevcSps | null => {
	const r = new BitReader(removeEmulation(nal, hevcNalHeaderSize));
	r.u(4); // sps_video_parameter_set_id
	const maxSubLayersMinus1 = r.u(3);
	r.u(1); // sps_temporal_id_nesting_flag
	if (maxSubLayersMinus1 > 6) return null;
	skipProfileTierLevel(r, maxSubLayersMinus1);
	const id = r.ue();
	if (id > 15) return null;
	const chromaFormatIdc = r.ue();
	if (chromaFormatIdc > 3) return null;
	const isSeparate = chromaFormatIdc === 3 && r.flag();
	let width = r.ue();
	let height = r.ue();
	if (r.flag()) {
		const unitX = isSeparate ? 1 : (subWidth[chromaFormatIdc] ?? 1);
		const unitY = isSeparate ? 1 : (subHeight[chromaFormatIdc] ?? 1);
		width -= unitX * (r.ue() + r.ue());
		height -= unitY * (r.ue() + r.ue());
	}
	const bitDepthLuma = 8 + r.ue();
	const bitDepthChroma = 8 + r.ue();
	if (r.overrun || width <= 0 || height <= 0 || bitDepthLuma > 16 || bitDepthChroma > 16) return null;
	return { id, width, height, chromaFormatIdc, bitDepthLuma, bitDepthChroma };
};

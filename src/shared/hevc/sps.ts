/** As much of an HEVC sequence parameter set as tells the size of the picture. H.265 § 7.3.2.2. */
import { createRbsp, type Rbsp } from './rbsp.ts';

export interface HevcSps {
	/** sps_seq_parameter_set_id, 0–15. */
	readonly id: number;
	/** Luma samples after the conformance window. */
	readonly width: number;
	readonly height: number;
}

const skip = (rbsp: Rbsp, bits: number): void => {
	for (let rest = bits; rest > 0; rest -= 32) rbsp.f(Math.min(32, rest));
};

/** profile_tier_level, § 7.3.3 */
const skipProfileTierLevel = (rbsp: Rbsp, maxSubLayersMinus1: number): void => {
	const generalProfileBits = 88;
	const levelBits = 8;
	skip(rbsp, generalProfileBits + levelBits);
	if (maxSubLayersMinus1 === 0) return;
	const present: boolean[] = [];
	for (let layer = 0; layer < maxSubLayersMinus1; layer += 1) present.push(rbsp.f(1) === 1, rbsp.f(1) === 1);
	skip(rbsp, 2 * (8 - maxSubLayersMinus1));
	for (let layer = 0; layer < maxSubLayersMinus1; layer += 1) {
		if (present[2 * layer]) skip(rbsp, generalProfileBits);
		if (present[2 * layer + 1]) skip(rbsp, levelBits);
	}
};

/** Samples per crop unit by chroma_format_idc, Table 6-1. */
const subWidth = [1, 2, 2, 1];
const subHeight = [1, 2, 1, 1];

/** Reads a sequence parameter set NAL unit, or returns `null` when it is damaged. */
export const parseHevcSps = (nal: Uint8Array): HevcSps | null => {
	const rbsp = createRbsp(nal);
	rbsp.f(4); // sps_video_parameter_set_id
	const maxSubLayersMinus1 = rbsp.f(3);
	rbsp.f(1); // sps_temporal_id_nesting_flag
	if (maxSubLayersMinus1 > 6) return null;
	skipProfileTierLevel(rbsp, maxSubLayersMinus1);
	const id = rbsp.ue();
	if (id > 15) return null;
	const chromaFormatIdc = rbsp.ue();
	if (chromaFormatIdc > 3) return null;
	const isSeparate = chromaFormatIdc === 3 && rbsp.f(1) === 1;
	let width = rbsp.ue();
	let height = rbsp.ue();
	if (rbsp.f(1) === 1) {
		const unitX = isSeparate ? 1 : (subWidth[chromaFormatIdc] ?? 1);
		const unitY = isSeparate ? 1 : (subHeight[chromaFormatIdc] ?? 1);
		width -= unitX * (rbsp.ue() + rbsp.ue());
		height -= unitY * (rbsp.ue() + rbsp.ue());
	}
	return rbsp.isPastEnd || width <= 0 || height <= 0 ? null : { id, width, height };
};

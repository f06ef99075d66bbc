/** Sequence parameter set. H.265 § 7.3.2.2, § 7.4.3.2 */
import { BitReader } from '../bits.ts';
import { LivestillError } from '../errors.ts';
import { removeEmulation } from '../h264/emulation-prevention.ts';
import { defaultVui, type Vui } from '../h264/vui.ts';
import { limits } from '../limits.ts';
import { hevcNalHeaderSize } from './nal.ts';
import { type ProfileTierLevel, parseProfileTierLevel } from './profile-tier-level.ts';
import { defaultScalingLists, parseScalingLists, type ScalingLists } from './scaling-lists.ts';
import { parseShortTermRefPicSet } from './short-term-ref-pic-set.ts';
import { noSpsRangeExtension, parseSpsRangeExtension, type SpsRangeExtension } from './sps-range-extension.ts';
import { checkIn, damaged } from './syntax-error.ts';
import { parseHevcVui } from './vui.ts';

/** pcm_*: depths in bits, sizes as log2 of luma samples. */
export interface PcmParameters {
	readonly bitDepthLuma: number;
	readonly bitDepthChroma: number;
	readonly log2MinCbSize: number;
	readonly log2MaxCbSize: number;
	readonly loopFilterDisabledFlag: boolean;
}

/** Names are those of the standard; sizes in luma samples. */
export interface HevcSps {
	readonly profileTierLevel: ProfileTierLevel;
	readonly seqParameterSetId: number;
	readonly chromaFormatIdc: 0 | 1 | 2 | 3;
	readonly separateColourPlaneFlag: boolean;
	readonly width: number;
	readonly height: number;
	/** Visible part in luma samples. */
	readonly crop: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
	readonly bitDepthLuma: number;
	readonly bitDepthChroma: number;
	readonly log2MaxPicOrderCntLsb: number;
	readonly minCbLog2Size: number;
	readonly ctbLog2Size: number;
	readonly minTbLog2Size: number;
	readonly maxTbLog2Size: number;
	readonly maxTransformHierarchyDepthIntra: number;
	/** `null`: scaling lists are not enabled, all weights are 16. */
	readonly scalingLists: ScalingLists | null;
	readonly sampleAdaptiveOffsetEnabledFlag: boolean;
	/** `null`: pcm_enabled_flag is 0. */
	readonly pcm: PcmParameters | null;
	/** NumDeltaPocs of each short-term reference picture set. */
	readonly shortTermRefPicSets: readonly number[];
	readonly longTermRefPicsPresentFlag: boolean;
	readonly numLongTermRefPics: number;
	readonly temporalMvpEnabledFlag: boolean;
	readonly strongIntraSmoothingEnabledFlag: boolean;
	readonly vui: Vui;
	readonly rangeExtension: SpsRangeExtension;
	/** Whether screen content coding tools are switched on, which need more than this parser reads. */
	readonly sccExtensionFlag: boolean;
}

const within = checkIn('SPS');

// Samples per crop unit by chroma_format_idc, Table 6-1.
const subWidthC = [1, 2, 2, 1];
const subHeightC = [1, 2, 1, 1];

/** conformance_window in luma samples. */
const parseCrop = (r: BitReader, width: number, height: number, chromaArrayType: number) => {
	if (!r.flag()) return { left: 0, top: 0, width, height };
	const unitX = subWidthC[chromaArrayType] ?? 1;
	const unitY = subHeightC[chromaArrayType] ?? 1;
	const [left = 0, right = 0, top = 0, bottom = 0] = [r.ue() * unitX, r.ue() * unitX, r.ue() * unitY, r.ue() * unitY];
	if (left + right >= width || top + bottom >= height) return damaged('SPS', 'the crop leaves nothing');
	return { left, top, width: width - left - right, height: height - top - bottom };
};

/** The SPS up to the bit depths. */
const parseStart = (r: BitReader) => {
	r.u(4); // sps_video_parameter_set_id
	const maxSubLayersMinus1 = within(r.u(3), 0, 6, 'sps_max_sub_layers_minus1');
	r.flag(); // sps_temporal_id_nesting_flag
	const profileTierLevel = parseProfileTierLevel(r, maxSubLayersMinus1);
	const seqParameterSetId = within(r.ue(), 0, 15, 'sps_seq_parameter_set_id');
	const chromaFormatIdc = within(r.ue(), 0, 3, 'chroma_format_idc') as 0 | 1 | 2 | 3;
	const separateColourPlaneFlag = chromaFormatIdc === 3 && r.flag();
	const width = within(r.ue(), 1, 65_535, 'pic_width_in_luma_samples');
	const height = within(r.ue(), 1, 65_535, 'pic_height_in_luma_samples');
	const crop = parseCrop(r, width, height, separateColourPlaneFlag ? 0 : chromaFormatIdc);
	const bitDepthLuma = 8 + within(r.ue(), 0, 8, 'bit_depth_luma_minus8');
	const bitDepthChroma = 8 + within(r.ue(), 0, 8, 'bit_depth_chroma_minus8');
	r.finish('SPS');
	const format = { chromaFormatIdc, separateColourPlaneFlag, width, height, crop, bitDepthLuma, bitDepthChroma };
	return { maxSubLayersMinus1, profileTierLevel, seqParameterSetId, format };
};

/** As much of a sequence parameter set as an ingest node needs. */
export interface HevcSpsStart {
	/** sps_seq_parameter_set_id, 0–15. */
	readonly id: number;
	/** Luma samples after the conformance window. */
	readonly width: number;
	readonly height: number;
	readonly chromaFormatIdc: number;
	readonly bitDepthLuma: number;
	readonly bitDepthChroma: number;
}

/** Reads the start of a sequence parameter set NAL unit, or returns `null` when that much is damaged. */
export const peekHevcSps = (nal: Uint8Array): HevcSpsStart | null => {
	try {
		const { seqParameterSetId, format } = parseStart(new BitReader(removeEmulation(nal, hevcNalHeaderSize)));
		const { crop, chromaFormatIdc, bitDepthLuma, bitDepthChroma } = format;
		const { width, height } = crop;
		return { id: seqParameterSetId, width, height, chromaFormatIdc, bitDepthLuma, bitDepthChroma };
	} catch (error) {
		if (error instanceof LivestillError) return null;
		throw error;
	}
};

const parseBlockSizes = (r: BitReader, width: number, height: number) => {
	const minCbLog2Size = 3 + within(r.ue(), 0, 3, 'log2_min_luma_coding_block_size_minus3');
	const ctbLog2Size = within(minCbLog2Size + r.ue(), 4, 6, 'CtbLog2SizeY');
	const minTbLog2Size = 2 + within(r.ue(), 0, minCbLog2Size - 3, 'log2_min_luma_transform_block_size_minus2');
	const maxTbLog2Size = within(minTbLog2Size + r.ue(), minTbLog2Size, Math.min(ctbLog2Size, 5), 'MaxTbLog2SizeY');
	const maxDepth = ctbLog2Size - minTbLog2Size;
	within(r.ue(), 0, maxDepth, 'max_transform_hierarchy_depth_inter');
	const maxTransformHierarchyDepthIntra = within(r.ue(), 0, maxDepth, 'max_transform_hierarchy_depth_intra');
	if (((width | height) & ((1 << minCbLog2Size) - 1)) !== 0)
		damaged('SPS', `${width} × ${height} is no multiple of the smallest coding block`);
	return { minCbLog2Size, ctbLog2Size, minTbLog2Size, maxTbLog2Size, maxTransformHierarchyDepthIntra };
};

const parsePcm = (r: BitReader, sizes: ReturnType<typeof parseBlockSizes>, depths: readonly [number, number]) => {
	const bitDepthLuma = within(r.u(4) + 1, 1, depths[0], 'PcmBitDepthY');
	const bitDepthChroma = within(r.u(4) + 1, 1, depths[1], 'PcmBitDepthC');
	const largest = Math.min(sizes.ctbLog2Size, 5);
	const log2MinCbSize = within(3 + r.ue(), Math.min(sizes.minCbLog2Size, 5), largest, 'Log2MinIpcmCbSizeY');
	const log2MaxCbSize = within(log2MinCbSize + r.ue(), log2MinCbSize, largest, 'Log2MaxIpcmCbSizeY');
	return { bitDepthLuma, bitDepthChroma, log2MinCbSize, log2MaxCbSize, loopFilterDisabledFlag: r.flag() };
};

const parseReferences = (r: BitReader, log2MaxPicOrderCntLsb: number) => {
	const count = within(r.ue(), 0, 64, 'num_short_term_ref_pic_sets');
	const shortTermRefPicSets: number[] = [];
	for (let i = 0; i < count && !r.overrun; i++)
		shortTermRefPicSets.push(parseShortTermRefPicSet(r, i, count, shortTermRefPicSets));
	const longTermRefPicsPresentFlag = r.flag();
	const numLongTermRefPics = longTermRefPicsPresentFlag ? within(r.ue(), 0, 32, 'num_long_term_ref_pics_sps') : 0;
	// lt_ref_pic_poc_lsb_sps, used_by_curr_pic_lt_sps_flag
	for (let i = 0; i < numLongTermRefPics; i++) r.u(log2MaxPicOrderCntLsb + 1);
	return { shortTermRefPicSets, longTermRefPicsPresentFlag, numLongTermRefPics };
};

const checkLimits = (width: number, height: number): void => {
	if (width > limits.side || height > limits.side || width * height > limits.pixels)
		throw new LivestillError('FRAME_TOO_LARGE', `${width} × ${height} samples, at most ${limits.pixels} are decoded`);
};

/**
 * Parses an SPS NAL unit (nal_unit_type 33).
 *
 * @throws LivestillError `FRAME_DAMAGED` when the syntax is broken, `FRAME_TOO_LARGE` when the picture exceeds the limits
 */
export const parseHevcSps = (nal: Uint8Array): HevcSps => {
	const r = new BitReader(removeEmulation(nal, hevcNalHeaderSize));
	const { maxSubLayersMinus1, profileTierLevel, seqParameterSetId, format } = parseStart(r);
	const { width, height, bitDepthLuma, bitDepthChroma } = format;
	checkLimits(width, height);
	const log2MaxPicOrderCntLsb = 4 + within(r.ue(), 0, 12, 'log2_max_pic_order_cnt_lsb_minus4');
	const orderingInfos = r.flag() ? maxSubLayersMinus1 + 1 : 1;
	for (let i = 0; i < 3 * orderingInfos; i++) r.ue();
	const sizes = parseBlockSizes(r, width, height);
	const listsEnabled = r.flag();
	const scalingLists = listsEnabled ? (r.flag() ? parseScalingLists(r) : defaultScalingLists) : null;
	r.flag(); // amp_enabled_flag
	const sampleAdaptiveOffsetEnabledFlag = r.flag();
	const pcm = r.flag() ? parsePcm(r, sizes, [bitDepthLuma, bitDepthChroma]) : null;
	const references = parseReferences(r, log2MaxPicOrderCntLsb);
	const temporalMvpEnabledFlag = r.flag();
	const strongIntraSmoothingEnabledFlag = r.flag();
	const vui = r.flag() ? parseHevcVui(r, maxSubLayersMinus1) : defaultVui;
	// sps_range_extension_flag, multilayer, 3D, SCC, sps_extension_4bits
	const extensions = r.flag() ? r.u(8) : 0;
	const rangeExtension = extensions & 0x80 ? parseSpsRangeExtension(r) : noSpsRangeExtension;
	r.finish('SPS');
	return {
		profileTierLevel,
		seqParameterSetId,
		...format,
		log2MaxPicOrderCntLsb,
		...sizes,
		scalingLists,
		sampleAdaptiveOffsetEnabledFlag,
		pcm,
		...references,
		temporalMvpEnabledFlag,
		strongIntraSmoothingEnabledFlag,
		vui,
		rangeExtension,
		sccExtensionFlag: (extensions & 0x10) !== 0,
	};
};

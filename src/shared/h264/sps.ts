/** Sequence parameter set. H.264 § 7.3.2.1.1, § 7.4.2.1.1 */
import { BitReader } from '../bits.ts';
import { LivestillError } from '../errors.ts';
import { limits } from '../limits.ts';
import { removeEmulation } from './emulation-prevention.ts';
import { parseScalingMatrix, type ScalingLists } from './scaling-lists.ts';
import { defaultVui, parseVui, type Vui } from './vui.ts';

/** Names are those of the standard. Sizes are in macroblocks, map units and, for the crop, luma samples. */
export interface Sps {
	readonly profileIdc: number;
	/** constraint_set0_flag … constraint_set5_flag, the first in bit 7. */
	readonly constraintFlags: number;
	readonly levelIdc: number;
	readonly seqParameterSetId: number;
	readonly chromaFormatIdc: 0 | 1 | 2 | 3;
	readonly separateColourPlaneFlag: boolean;
	readonly bitDepthLuma: number;
	readonly bitDepthChroma: number;
	readonly qpprimeYZeroTransformBypassFlag: boolean;
	/** `null`: flat lists. */
	readonly scalingLists: ScalingLists | null;
	readonly log2MaxFrameNum: number;
	readonly picOrderCntType: number;
	readonly log2MaxPicOrderCntLsb: number;
	readonly deltaPicOrderAlwaysZeroFlag: boolean;
	readonly picWidthInMbs: number;
	readonly picHeightInMapUnits: number;
	readonly frameHeightInMbs: number;
	readonly frameMbsOnlyFlag: boolean;
	readonly mbAdaptiveFrameFieldFlag: boolean;
	/** Visible part in luma samples. */
	readonly crop: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
	readonly vui: Vui;
}

// Profiles whose SPS has chroma_format_idc and what follows it.
const highProfiles: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

const damaged = (why: string): never => {
	throw new LivestillError('FRAME_DAMAGED', `SPS: ${why}`);
};

const within = (value: number, max: number, name: string): number =>
	value <= max ? value : damaged(`${name} is ${value}, at most ${max} is allowed`);

const parseFormat = (r: BitReader, profileIdc: number) => {
	if (!highProfiles.includes(profileIdc)) {
		return {
			chromaFormatIdc: 1 as const,
			separateColourPlaneFlag: false,
			bitDepthLuma: 8,
			bitDepthChroma: 8,
			qpprimeYZeroTransformBypassFlag: false,
			scalingLists: null,
		};
	}
	const chromaFormatIdc = within(r.ue(), 3, 'chroma_format_idc') as 0 | 1 | 2 | 3;
	const separateColourPlaneFlag = chromaFormatIdc === 3 && r.flag();
	const bitDepthLuma = 8 + within(r.ue(), 6, 'bit_depth_luma_minus8');
	const bitDepthChroma = 8 + within(r.ue(), 6, 'bit_depth_chroma_minus8');
	const qpprimeYZeroTransformBypassFlag = r.flag();
	const scalingLists = r.flag() ? parseScalingMatrix(r, chromaFormatIdc === 3 ? 6 : 2) : null;
	return {
		chromaFormatIdc,
		separateColourPlaneFlag,
		bitDepthLuma,
		bitDepthChroma,
		qpprimeYZeroTransformBypassFlag,
		scalingLists,
	};
};

const parsePicOrderCnt = (r: BitReader) => {
	const picOrderCntType = within(r.ue(), 2, 'pic_order_cnt_type');
	let log2MaxPicOrderCntLsb = 0;
	let deltaPicOrderAlwaysZeroFlag = false;
	if (picOrderCntType === 0) {
		log2MaxPicOrderCntLsb = 4 + within(r.ue(), 12, 'log2_max_pic_order_cnt_lsb_minus4');
	} else if (picOrderCntType === 1) {
		deltaPicOrderAlwaysZeroFlag = r.flag();
		r.se(); // offset_for_non_ref_pic
		r.se(); // offset_for_top_to_bottom_field
		const cycle = within(r.ue(), 255, 'num_ref_frames_in_pic_order_cnt_cycle');
		for (let i = 0; i < cycle; i++) r.se();
	}
	return { picOrderCntType, log2MaxPicOrderCntLsb, deltaPicOrderAlwaysZeroFlag };
};

/** frame_cropping in luma samples: its units depend on the chroma format and on frame_mbs_only_flag (7-19 … 7-22). */
const parseCrop = (r: BitReader, width: number, height: number, chromaArrayType: number, frameMbsOnly: boolean) => {
	if (!r.flag()) return { left: 0, top: 0, width, height };
	const unitX = chromaArrayType === 1 || chromaArrayType === 2 ? 2 : 1;
	const unitY = (chromaArrayType === 1 ? 2 : 1) * (frameMbsOnly ? 1 : 2);
	const left = r.ue() * unitX;
	const right = r.ue() * unitX;
	const top = r.ue() * unitY;
	const bottom = r.ue() * unitY;
	if (left + right >= width || top + bottom >= height) return damaged('the crop leaves nothing');
	return { left, top, width: width - left - right, height: height - top - bottom };
};

/**
 * Parses an SPS NAL unit (nal_unit_type 7).
 *
 * @throws LivestillError `FRAME_DAMAGED` when the syntax is broken, `FRAME_TOO_LARGE` when the picture exceeds the limits
 */
export const parseSps = (nal: Uint8Array): Sps => {
	const r = new BitReader(removeEmulation(nal));
	const profileIdc = r.u(8);
	const constraintFlags = r.u(8);
	const levelIdc = r.u(8);
	const seqParameterSetId = within(r.ue(), 31, 'seq_parameter_set_id');
	const format = parseFormat(r, profileIdc);
	const log2MaxFrameNum = 4 + within(r.ue(), 12, 'log2_max_frame_num_minus4');
	const picOrderCnt = parsePicOrderCnt(r);
	r.ue(); // max_num_ref_frames
	r.flag(); // gaps_in_frame_num_value_allowed_flag
	const picWidthInMbs = r.ue() + 1;
	const picHeightInMapUnits = r.ue() + 1;
	const frameMbsOnlyFlag = r.flag();
	const mbAdaptiveFrameFieldFlag = !frameMbsOnlyFlag && r.flag();
	r.flag(); // direct_8x8_inference_flag
	r.finish('SPS');
	const frameHeightInMbs = picHeightInMapUnits * (frameMbsOnlyFlag ? 1 : 2);
	const width = picWidthInMbs * 16;
	const height = frameHeightInMbs * 16;
	if (width > limits.side || height > limits.side || width * height > limits.pixels)
		throw new LivestillError('FRAME_TOO_LARGE', `${width} × ${height} samples, at most ${limits.pixels} are decoded`);
	const chromaArrayType = format.separateColourPlaneFlag ? 0 : format.chromaFormatIdc;
	const crop = parseCrop(r, width, height, chromaArrayType, frameMbsOnlyFlag);
	const hasVui = r.flag();
	r.finish('SPS');
	// A VUI cut short by a careless muxer must not cost the picture.
	const vui = hasVui ? parseVui(r) : defaultVui;
	return {
		profileIdc,
		constraintFlags,
		levelIdc,
		seqParameterSetId,
		...format,
		log2MaxFrameNum,
		...picOrderCnt,
		picWidthInMbs,
		picHeightInMapUnits,
		frameHeightInMbs,
		frameMbsOnlyFlag,
		mbAdaptiveFrameFieldFlag,
		crop,
		vui: r.overrun ? defaultVui : vui,
	};
};

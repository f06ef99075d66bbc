/** pps_range_extension(). H.265 § 7.3.2.3.2, § 7.4.3.3.2 */
import type { BitReader } from '../bits.ts';
import type { HevcSps } from './sps.ts';
import { checkIn } from './syntax-error.ts';

export interface PpsRangeExtension {
	readonly log2MaxTransformSkipSize: number;
	readonly crossComponentPredictionEnabledFlag: boolean;
	readonly diffCuChromaQpOffsetDepth: number;
	/** cb_qp_offset_list and cr_qp_offset_list in pairs; empty when chroma_qp_offset_list_enabled_flag is 0. */
	readonly chromaQpOffsetList: readonly (readonly [cb: number, cr: number])[];
	readonly log2SaoOffsetScaleLuma: number;
	readonly log2SaoOffsetScaleChroma: number;
}

/** What a PPS without the extension means. */
export const noPpsRangeExtension: PpsRangeExtension = {
	log2MaxTransformSkipSize: 2,
	crossComponentPredictionEnabledFlag: false,
	diffCuChromaQpOffsetDepth: 0,
	chromaQpOffsetList: [],
	log2SaoOffsetScaleLuma: 0,
	log2SaoOffsetScaleChroma: 0,
};

const within = checkIn('PPS');

/** @throws LivestillError `FRAME_DAMAGED` */
export const parsePpsRangeExtension = (r: BitReader, sps: HevcSps, transformSkip: boolean): PpsRangeExtension => {
	const log2MaxTransformSkipSize = transformSkip
		? 2 + within(r.ue(), 0, 3, 'log2_max_transform_skip_block_size_minus2')
		: 2;
	const crossComponentPredictionEnabledFlag = r.flag();
	let diffCuChromaQpOffsetDepth = 0;
	let chromaQpOffsetList: [number, number][] = [];
	if (r.flag()) {
		const deepest = sps.ctbLog2Size - sps.minCbLog2Size;
		diffCuChromaQpOffsetDepth = within(r.ue(), 0, deepest, 'diff_cu_chroma_qp_offset_depth');
		const length = 1 + within(r.ue(), 0, 5, 'chroma_qp_offset_list_len_minus1');
		const offset = (): number => within(r.se(), -12, 12, 'chroma QP offset');
		chromaQpOffsetList = Array.from({ length }, () => [offset(), offset()]);
	}
	return {
		log2MaxTransformSkipSize,
		crossComponentPredictionEnabledFlag,
		diffCuChromaQpOffsetDepth,
		chromaQpOffsetList,
		log2SaoOffsetScaleLuma: within(r.ue(), 0, Math.max(0, sps.bitDepthLuma - 10), 'log2_sao_offset_scale_luma'),
		log2SaoOffsetScaleChroma: within(r.ue(), 0, Math.max(0, sps.bitDepthChroma - 10), 'log2_sao_offset_scale_chroma'),
	};
};

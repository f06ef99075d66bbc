/** Picture parameter set. H.264 § 7.3.2.2, § 7.4.2.2 */
import { BitReader } from '../bits.ts';
import { LivestillError } from '../errors.ts';
import { removeEmulation } from './emulation-prevention.ts';
import { flatLists, parseScalingMatrix, type ScalingLists } from './scaling-lists.ts';
import type { Sps } from './sps.ts';

/** Slice groups as the PPS describes them; `type` is slice_group_map_type. Units are slice group map units. */
export type SliceGroups =
	| { readonly type: 0; readonly runLengths: readonly number[] }
	| { readonly type: 1; readonly count: number }
	| { readonly type: 2; readonly rectangles: readonly { readonly topLeft: number; readonly bottomRight: number }[] }
	| { readonly type: 3 | 4 | 5; readonly directionFlag: boolean; readonly changeRate: number }
	| { readonly type: 6; readonly ids: Uint8Array };

export interface Pps {
	readonly picParameterSetId: number;
	readonly seqParameterSetId: number;
	readonly entropyCodingModeFlag: boolean;
	readonly bottomFieldPicOrderInFramePresentFlag: boolean;
	/** `null` with one slice group. */
	readonly sliceGroups: SliceGroups | null;
	readonly numRefIdxDefaultActive: readonly [number, number];
	readonly weightedPredFlag: boolean;
	/** 26 + pic_init_qp_minus26 */
	readonly picInitQp: number;
	readonly deblockingFilterControlPresentFlag: boolean;
	readonly constrainedIntraPredFlag: boolean;
	readonly redundantPicCntPresentFlag: boolean;
	readonly transform8x8ModeFlag: boolean;
	/** chroma_qp_index_offset and second_chroma_qp_index_offset: Cb, Cr. */
	readonly chromaQpIndexOffset: readonly [number, number];
	/** The lists in force: those of the PPS, else of the SPS, else flat. */
	readonly scalingLists: ScalingLists;
}

const damaged = (why: string): never => {
	throw new LivestillError('FRAME_DAMAGED', `PPS: ${why}`);
};

const between = (value: number, min: number, max: number, name: string): number =>
	value >= min && value <= max ? value : damaged(`${name} is ${value}, ${min} to ${max} is allowed`);

const parseSliceGroups = (r: BitReader, count: number, mapUnits: number): SliceGroups => {
	const type = between(r.ue(), 0, 6, 'slice_group_map_type');
	const unit = (name: string): number => between(r.ue(), 0, mapUnits - 1, name);
	if (type === 0) return { type, runLengths: Array.from({ length: count }, () => unit('run_length_minus1') + 1) };
	if (type === 1) return { type, count };
	if (type === 2) {
		const rectangles = Array.from({ length: count - 1 }, () => ({
			topLeft: unit('top_left'),
			bottomRight: unit('bottom_right'),
		}));
		return { type, rectangles };
	}
	if (type === 6) {
		const picSize = between(r.ue() + 1, mapUnits, mapUnits, 'pic_size_in_map_units');
		const bits = Math.ceil(Math.log2(count));
		return { type, ids: Uint8Array.from({ length: picSize }, () => Math.min(r.u(bits), count - 1)) };
	}
	if (count !== 2) return damaged(`slice_group_map_type ${type} with ${count} slice groups`);
	return { type: type as 3 | 4 | 5, directionFlag: r.flag(), changeRate: unit('slice_group_change_rate_minus1') + 1 };
};

/** more_rbsp_data(): whether there is more before rbsp_stop_one_bit. § 7.2 */
const stopBit = (rbsp: Uint8Array): number => {
	let last = rbsp.length - 1;
	while (last >= 0 && rbsp[last] === 0) last--;
	const byte = rbsp[last] ?? 0;
	return last * 8 + 7 - Math.log2(byte & -byte);
};

/**
 * Parses a PPS NAL unit (nal_unit_type 8). `findSps` gives the SPS with an id: the PPS's syntax depends on it.
 *
 * @throws LivestillError `FRAME_DAMAGED` when the syntax is broken or the SPS is not there
 */
export const parsePps = (nal: Uint8Array, findSps: (id: number) => Sps | undefined): Pps => {
	const rbsp = removeEmulation(nal);
	const r = new BitReader(rbsp);
	const picParameterSetId = between(r.ue(), 0, 255, 'pic_parameter_set_id');
	const seqParameterSetId = between(r.ue(), 0, 31, 'seq_parameter_set_id');
	const sps = findSps(seqParameterSetId) ?? damaged(`SPS ${seqParameterSetId} is missing`);
	const entropyCodingModeFlag = r.flag();
	const bottomFieldPicOrderInFramePresentFlag = r.flag();
	const groupCount = between(r.ue() + 1, 1, 8, 'slice groups');
	const sliceGroups =
		groupCount > 1 ? parseSliceGroups(r, groupCount, sps.picWidthInMbs * sps.picHeightInMapUnits) : null;
	const numRefIdxDefaultActive = [
		between(r.ue() + 1, 1, 32, 'num_ref_idx_l0_default_active'),
		between(r.ue() + 1, 1, 32, 'num_ref_idx_l1_default_active'),
	] as const;
	const weightedPredFlag = r.flag();
	r.u(2); // weighted_bipred_idc
	const picInitQp = 26 + between(r.se(), -26 - 6 * (sps.bitDepthLuma - 8), 25, 'pic_init_qp_minus26');
	r.se(); // pic_init_qs_minus26
	const cbOffset = between(r.se(), -12, 12, 'chroma_qp_index_offset');
	const deblockingFilterControlPresentFlag = r.flag();
	const constrainedIntraPredFlag = r.flag();
	const redundantPicCntPresentFlag = r.flag();
	r.finish('PPS');
	let transform8x8ModeFlag = false;
	let scalingLists = sps.scalingLists ?? flatLists;
	let crOffset = cbOffset;
	if (r.position < stopBit(rbsp)) {
		transform8x8ModeFlag = r.flag();
		if (r.flag()) {
			const count8x8 = transform8x8ModeFlag ? (sps.chromaFormatIdc === 3 ? 6 : 2) : 0;
			// Fall-back rule set B when the SPS has a matrix, else A (§ 7.4.2.2).
			scalingLists = parseScalingMatrix(r, count8x8, sps.scalingLists ?? undefined);
		}
		crOffset = between(r.se(), -12, 12, 'second_chroma_qp_index_offset');
		r.finish('PPS');
	}
	return {
		picParameterSetId,
		seqParameterSetId,
		entropyCodingModeFlag,
		bottomFieldPicOrderInFramePresentFlag,
		sliceGroups,
		numRefIdxDefaultActive,
		weightedPredFlag,
		picInitQp,
		deblockingFilterControlPresentFlag,
		constrainedIntraPredFlag,
		redundantPicCntPresentFlag,
		transform8x8ModeFlag,
		chromaQpIndexOffset: [cbOffset, crOffset],
		scalingLists,
	};
};

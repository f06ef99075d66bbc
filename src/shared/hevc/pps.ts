/** Picture parameter set. H.265 § 7.3.2.3, § 7.4.3.3 */
import { BitReader } from '../bits.ts';
import { removeEmulation } from '../h264/emulation-prevention.ts';
import { hevcNalHeaderSize } from './nal.ts';
import { noPpsRangeExtension, type PpsRangeExtension, parsePpsRangeExtension } from './pps-range-extension.ts';
import { parseScalingLists, type ScalingLists } from './scaling-lists.ts';
import type { HevcSps } from './sps.ts';
import { checkIn, damaged } from './syntax-error.ts';

/** Tiles: sizes of columns and rows in coding tree blocks, § 6.5.1. */
export interface Tiles {
	readonly columnWidths: readonly number[];
	readonly rowHeights: readonly number[];
	readonly loopFilterAcrossTilesEnabledFlag: boolean;
}

/** What a slice starts from unless its header overrides it. */
export interface DeblockingControl {
	readonly disabledFlag: boolean;
	/** slice_beta_offset_div2, slice_tc_offset_div2: -6 … 6. */
	readonly betaOffsetDiv2: number;
	readonly tcOffsetDiv2: number;
}

/** Names are those of the standard. */
export interface HevcPps {
	readonly picParameterSetId: number;
	readonly seqParameterSetId: number;
	readonly dependentSliceSegmentsEnabledFlag: boolean;
	readonly outputFlagPresentFlag: boolean;
	readonly numExtraSliceHeaderBits: number;
	readonly signDataHidingEnabledFlag: boolean;
	/** 26 + init_qp_minus26 */
	readonly initQp: number;
	readonly transformSkipEnabledFlag: boolean;
	readonly cuQpDeltaEnabledFlag: boolean;
	readonly diffCuQpDeltaDepth: number;
	readonly cbQpOffset: number;
	readonly crQpOffset: number;
	readonly sliceChromaQpOffsetsPresentFlag: boolean;
	readonly transquantBypassEnabledFlag: boolean;
	readonly entropyCodingSyncEnabledFlag: boolean;
	readonly tiles: Tiles;
	readonly tilesEnabledFlag: boolean;
	readonly loopFilterAcrossSlicesEnabledFlag: boolean;
	readonly deblockingFilterOverrideEnabledFlag: boolean;
	readonly deblocking: DeblockingControl;
	/** The lists in force: those of the PPS, else of the SPS; `null` when scaling lists are not enabled. */
	readonly scalingLists: ScalingLists | null;
	readonly sliceSegmentHeaderExtensionPresentFlag: boolean;
	readonly rangeExtension: PpsRangeExtension;
	/** Whether screen content coding tools are switched on, which need more than this parser reads. */
	readonly sccExtensionFlag: boolean;
}

const within = checkIn('PPS');

/** Sizes in coding tree blocks of `count` evenly spaced columns or rows (6-3, 6-4). */
const uniform = (count: number, size: number): number[] =>
	Array.from({ length: count }, (_, i) => Math.floor(((i + 1) * size) / count) - Math.floor((i * size) / count));

const explicit = (r: BitReader, count: number, size: number, name: string): number[] => {
	const sizes = Array.from({ length: count - 1 }, () => 1 + within(r.ue(), 0, size - 1, name));
	const rest = size - sizes.reduce((sum, one) => sum + one, 0);
	if (rest < 1) damaged('PPS', `the tiles are larger than the picture: ${name}`);
	return [...sizes, rest];
};

const parseTiles = (r: BitReader, columns: number, rows: number): Tiles => {
	const tileColumns = 1 + within(r.ue(), 0, columns - 1, 'num_tile_columns_minus1');
	const tileRows = 1 + within(r.ue(), 0, rows - 1, 'num_tile_rows_minus1');
	const isUniform = r.flag();
	const columnWidths = isUniform ? uniform(tileColumns, columns) : explicit(r, tileColumns, columns, 'column_width');
	const rowHeights = isUniform ? uniform(tileRows, rows) : explicit(r, tileRows, rows, 'row_height');
	return { columnWidths, rowHeights, loopFilterAcrossTilesEnabledFlag: r.flag() };
};

/** Offsets of a PPS or a slice header, behind the flag that they are there. */
export const parseDeblockingControl = (r: BitReader): DeblockingControl => {
	const disabledFlag = r.flag();
	if (disabledFlag) return { disabledFlag, betaOffsetDiv2: 0, tcOffsetDiv2: 0 };
	const betaOffsetDiv2 = within(r.se(), -6, 6, 'beta_offset_div2');
	const tcOffsetDiv2 = within(r.se(), -6, 6, 'tc_offset_div2');
	return { disabledFlag, betaOffsetDiv2, tcOffsetDiv2 };
};

const filterAlways: DeblockingControl = { disabledFlag: false, betaOffsetDiv2: 0, tcOffsetDiv2: 0 };

/** init_qp_minus26 … entropy_coding_sync_enabled_flag */
const parseQuantisation = (r: BitReader, sps: HevcSps) => {
	const initQp = 26 + within(r.se(), -26 - 6 * (sps.bitDepthLuma - 8), 25, 'init_qp_minus26');
	r.flag(); // constrained_intra_pred_flag: in intra pictures all neighbours are intra
	const transformSkipEnabledFlag = r.flag();
	const cuQpDeltaEnabledFlag = r.flag();
	const deepest = sps.ctbLog2Size - sps.minCbLog2Size;
	const diffCuQpDeltaDepth = cuQpDeltaEnabledFlag ? within(r.ue(), 0, deepest, 'diff_cu_qp_delta_depth') : 0;
	const cbQpOffset = within(r.se(), -12, 12, 'pps_cb_qp_offset');
	const crQpOffset = within(r.se(), -12, 12, 'pps_cr_qp_offset');
	const sliceChromaQpOffsetsPresentFlag = r.flag();
	r.u(2); // weighted_pred_flag, weighted_bipred_flag
	const transquantBypassEnabledFlag = r.flag();
	return {
		initQp,
		transformSkipEnabledFlag,
		cuQpDeltaEnabledFlag,
		diffCuQpDeltaDepth,
		cbQpOffset,
		crQpOffset,
		sliceChromaQpOffsetsPresentFlag,
		transquantBypassEnabledFlag,
	};
};

const parseLoopFilters = (r: BitReader) => {
	const loopFilterAcrossSlicesEnabledFlag = r.flag();
	const hasControl = r.flag();
	const deblockingFilterOverrideEnabledFlag = hasControl && r.flag();
	const deblocking = hasControl ? parseDeblockingControl(r) : filterAlways;
	return { loopFilterAcrossSlicesEnabledFlag, deblockingFilterOverrideEnabledFlag, deblocking };
};

/** The lists of the PPS count only when the SPS enables scaling lists. */
const parseLists = (r: BitReader, sps: HevcSps): ScalingLists | null => {
	const own = r.flag() ? parseScalingLists(r) : null;
	return sps.scalingLists && (own ?? sps.scalingLists);
};

/**
 * Parses a PPS NAL unit (nal_unit_type 34). `findSps` gives the SPS with an id: ranges depend on it.
 *
 * @throws LivestillError `FRAME_DAMAGED` when the syntax is broken or the SPS is not there
 */
export const parseHevcPps = (nal: Uint8Array, findSps: (id: number) => HevcSps | undefined): HevcPps => {
	const r = new BitReader(removeEmulation(nal, hevcNalHeaderSize));
	const picParameterSetId = within(r.ue(), 0, 63, 'pps_pic_parameter_set_id');
	const seqParameterSetId = within(r.ue(), 0, 15, 'pps_seq_parameter_set_id');
	const sps = findSps(seqParameterSetId) ?? damaged('PPS', `SPS ${seqParameterSetId} is missing`);
	const dependentSliceSegmentsEnabledFlag = r.flag();
	const outputFlagPresentFlag = r.flag();
	const numExtraSliceHeaderBits = r.u(3);
	const signDataHidingEnabledFlag = r.flag();
	r.flag(); // cabac_init_present_flag: of P and B slices
	within(r.ue(), 0, 14, 'num_ref_idx_l0_default_active_minus1');
	within(r.ue(), 0, 14, 'num_ref_idx_l1_default_active_minus1');
	const quantisation = parseQuantisation(r, sps);
	const tilesEnabledFlag = r.flag();
	const entropyCodingSyncEnabledFlag = r.flag();
	const columns = Math.ceil(sps.width / 2 ** sps.ctbLog2Size);
	const rows = Math.ceil(sps.height / 2 ** sps.ctbLog2Size);
	const oneTile: Tiles = { columnWidths: [columns], rowHeights: [rows], loopFilterAcrossTilesEnabledFlag: true };
	const tiles = tilesEnabledFlag ? parseTiles(r, columns, rows) : oneTile;
	const loopFilters = parseLoopFilters(r);
	const scalingLists = parseLists(r, sps);
	r.flag(); // lists_modification_present_flag
	r.ue(); // log2_parallel_merge_level_minus2
	const sliceSegmentHeaderExtensionPresentFlag = r.flag();
	// pps_range_extension_flag, multilayer, 3D, SCC, pps_extension_4bits
	const extensions = r.flag() ? r.u(8) : 0;
	const { transformSkipEnabledFlag } = quantisation;
	const rangeExtension =
		extensions & 0x80 ? parsePpsRangeExtension(r, sps, transformSkipEnabledFlag) : noPpsRangeExtension;
	r.finish('PPS');
	return {
		picParameterSetId,
		seqParameterSetId,
		dependentSliceSegmentsEnabledFlag,
		outputFlagPresentFlag,
		numExtraSliceHeaderBits,
		signDataHidingEnabledFlag,
		...quantisation,
		tilesEnabledFlag,
		entropyCodingSyncEnabledFlag,
		tiles,
		...loopFilters,
		scalingLists,
		sliceSegmentHeaderExtensionPresentFlag,
		rangeExtension,
		sccExtensionFlag: (extensions & 0x10) !== 0,
	};
};

/** slice_segment_header() of random access pictures. H.265 § 7.3.6.1, § 7.4.7.1 */
import { BitReader } from '../bits.ts';
import { removeEmulation } from '../h264/emulation-prevention.ts';
import { hevcNalHeaderSize, hevcNalType, hevcNalTypeOf } from './nal.ts';
import { type DeblockingControl, type HevcPps, parseDeblockingControl } from './pps.ts';
import { parseShortTermRefPicSet } from './short-term-ref-pic-set.ts';
import type { HevcSps } from './sps.ts';
import { checkIn, damaged } from './syntax-error.ts';

/** What an independent slice segment says for itself and for the dependent ones behind it. */
export interface IntraSlice {
	/** slice_segment_address of the independent slice segment: SliceAddrRs. */
	readonly sliceAddrRs: number;
	/** Whether the picture is to be shown at all. */
	readonly picOutputFlag: boolean;
	readonly saoLumaFlag: boolean;
	readonly saoChromaFlag: boolean;
	/** SliceQpY */
	readonly sliceQp: number;
	readonly cbQpOffset: number;
	readonly crQpOffset: number;
	readonly cuChromaQpOffsetEnabledFlag: boolean;
	readonly deblocking: DeblockingControl;
	readonly loopFilterAcrossSlicesEnabledFlag: boolean;
}

export interface SliceSegmentHeader {
	readonly firstSliceSegmentInPicFlag: boolean;
	readonly picParameterSetId: number;
	readonly dependentSliceSegmentFlag: boolean;
	readonly sliceSegmentAddress: number;
	/** Of a dependent slice segment: that of the independent one in front. */
	readonly slice: IntraSlice;
	/** Byte of the NAL unit's RBSP at which slice_segment_data() starts. */
	readonly dataByte: number;
}

const within = checkIn('slice header');
const fail = (why: string): never => damaged('slice header', why);

const intraSliceType = 2;
// First flag, no_output_of_prior_pics_flag and an id below 64.
const maxIdBytes = 4;
// The entry points are most of a header: level 6.2 allows 440 rows of blocks, of four bytes each. The rest stays below 1 KB.
const maxHeaderBytes = 16 * 1024;
const maxEntryPoints = 4096;

const isIdr = (type: number): boolean => type === hevcNalType.idrWithRadl || type === hevcNalType.idrNoLeading;

/** first_slice_segment_in_pic_flag and slice_pic_parameter_set_id of a random access slice; `null` if cut off. */
export const peekSliceSegment = (
	nal: Uint8Array,
): { firstSliceSegmentInPicFlag: boolean; picParameterSetId: number } | null => {
	const r = new BitReader(removeEmulation(nal, hevcNalHeaderSize, maxIdBytes));
	const firstSliceSegmentInPicFlag = r.flag();
	r.flag(); // no_output_of_prior_pics_flag
	const picParameterSetId = r.ue();
	return r.overrun || picParameterSetId > 63 ? null : { firstSliceSegmentInPicFlag, picParameterSetId };
};

const bitsFor = (count: number): number => Math.ceil(Math.log2(count));

/** Reference pictures, of which a CRA or BLA picture may name some for the pictures behind it. */
const skipReferences = (r: BitReader, sps: HevcSps): void => {
	r.u(sps.log2MaxPicOrderCntLsb); // slice_pic_order_cnt_lsb
	const sets = sps.shortTermRefPicSets;
	if (!r.flag()) parseShortTermRefPicSet(r, sets.length, sets.length, sets);
	else if (sets.length > 1) r.u(bitsFor(sets.length)); // short_term_ref_pic_set_idx
	if (sps.longTermRefPicsPresentFlag) {
		const inSps = sps.numLongTermRefPics > 0 ? within(r.ue(), 0, 32, 'num_long_term_sps') : 0;
		const count = inSps + within(r.ue(), 0, 32, 'num_long_term_pics');
		for (let i = 0; i < count; i++) {
			if (i < inSps)
				r.u(sps.numLongTermRefPics > 1 ? bitsFor(sps.numLongTermRefPics) : 0); // lt_idx_sps
			else r.u(sps.log2MaxPicOrderCntLsb + 1); // poc_lsb_lt, used_by_curr_pic_lt_flag
			if (r.flag()) r.ue(); // delta_poc_msb_cycle_lt
		}
	}
	if (sps.temporalMvpEnabledFlag) r.flag(); // slice_temporal_mvp_enabled_flag
};

const parseSlice = (r: BitReader, sps: HevcSps, pps: HevcPps, type: number, sliceAddrRs: number): IntraSlice => {
	r.u(pps.numExtraSliceHeaderBits); // slice_reserved_flag
	const sliceType = r.ue();
	if (sliceType !== intraSliceType) fail(`slice_type is ${sliceType} in a random access picture`);
	const picOutputFlag = !pps.outputFlagPresentFlag || r.flag();
	if (sps.separateColourPlaneFlag) r.u(2); // colour_plane_id
	if (!isIdr(type)) skipReferences(r, sps);
	const hasChroma = sps.chromaFormatIdc !== 0 && !sps.separateColourPlaneFlag;
	const saoLumaFlag = sps.sampleAdaptiveOffsetEnabledFlag && r.flag();
	const saoChromaFlag = sps.sampleAdaptiveOffsetEnabledFlag && hasChroma && r.flag();
	const sliceQp = within(pps.initQp + r.se(), -6 * (sps.bitDepthLuma - 8), 51, 'SliceQpY');
	const offset = (name: string): number => within(r.se(), -12, 12, name);
	const cbQpOffset = pps.sliceChromaQpOffsetsPresentFlag ? offset('slice_cb_qp_offset') : 0;
	const crQpOffset = pps.sliceChromaQpOffsetsPresentFlag ? offset('slice_cr_qp_offset') : 0;
	const cuChromaQpOffsetEnabledFlag = pps.rangeExtension.chromaQpOffsetList.length > 0 && r.flag();
	const isOverridden = pps.deblockingFilterOverrideEnabledFlag && r.flag();
	const deblocking = isOverridden ? parseDeblockingControl(r) : pps.deblocking;
	const isFiltered = saoLumaFlag || saoChromaFlag || !deblocking.disabledFlag;
	return {
		sliceAddrRs,
		picOutputFlag,
		saoLumaFlag,
		saoChromaFlag,
		sliceQp,
		cbQpOffset,
		crQpOffset,
		cuChromaQpOffsetEnabledFlag,
		deblocking,
		loopFilterAcrossSlicesEnabledFlag:
			pps.loopFilterAcrossSlicesEnabledFlag && isFiltered ? r.flag() : pps.loopFilterAcrossSlicesEnabledFlag,
	};
};

/** Entry points are not needed: the end of one substream is the start of the next. */
const skipEntryPoints = (r: BitReader): void => {
	const count = within(r.ue(), 0, maxEntryPoints, 'num_entry_point_offsets');
	if (count === 0) return;
	const bits = 1 + within(r.ue(), 0, 31, 'offset_len_minus1');
	for (let i = 0; i < count && !r.overrun; i++) r.u(bits);
};

/** byte_alignment(): a 1 and zeros. Returns the byte behind. */
const parseByteAlignment = (r: BitReader): number => {
	if (!r.flag()) fail('alignment_bit_equal_to_one is 0');
	return (r.position + 7) >> 3;
};

/**
 * Parses the header of a slice segment NAL unit of a random access picture under its parameter sets.
 *
 * @param previous the independent slice in front, in the same picture; `null` when there is none
 * @throws LivestillError `FRAME_DAMAGED`
 */
export const parseSliceSegmentHeader = (
	nal: Uint8Array,
	sps: HevcSps,
	pps: HevcPps,
	previous: IntraSlice | null,
): SliceSegmentHeader => {
	const r = new BitReader(removeEmulation(nal, hevcNalHeaderSize, maxHeaderBytes));
	const type = hevcNalTypeOf(nal);
	const firstSliceSegmentInPicFlag = r.flag();
	r.flag(); // no_output_of_prior_pics_flag
	const picParameterSetId = within(r.ue(), 0, 63, 'slice_pic_parameter_set_id');
	const ctbs = Math.ceil(sps.width / 2 ** sps.ctbLog2Size) * Math.ceil(sps.height / 2 ** sps.ctbLog2Size);
	let dependentSliceSegmentFlag = false;
	let sliceSegmentAddress = 0;
	if (!firstSliceSegmentInPicFlag) {
		dependentSliceSegmentFlag = pps.dependentSliceSegmentsEnabledFlag && r.flag();
		sliceSegmentAddress = within(r.u(bitsFor(ctbs)), 0, ctbs - 1, 'slice_segment_address');
	}
	const slice = dependentSliceSegmentFlag
		? (previous ?? fail('a dependent slice segment has no slice in front'))
		: parseSlice(r, sps, pps, type, sliceSegmentAddress);
	if (pps.tilesEnabledFlag || pps.entropyCodingSyncEnabledFlag) skipEntryPoints(r);
	if (pps.sliceSegmentHeaderExtensionPresentFlag) {
		const bytes = within(r.ue(), 0, 256, 'slice_segment_header_extension_length');
		for (let i = 0; i < bytes; i++) r.u(8);
	}
	const dataByte = parseByteAlignment(r);
	r.finish('slice header');
	return {
		firstSliceSegmentInPicFlag,
		picParameterSetId,
		dependentSliceSegmentFlag,
		sliceSegmentAddress,
		slice,
		dataByte,
	};
};

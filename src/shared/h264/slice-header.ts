/** Slice header. H.264 § 7.3.3, § 7.4.3 */
import { BitReader } from '../bits.ts';
import { LivestillError } from '../errors.ts';
import { removeEmulation } from './emulation-prevention.ts';
import { nalRefIdc, nalType, nalUnitType } from './nal.ts';
import type { Pps } from './pps.ts';
import type { Sps } from './sps.ts';

/** slice_type modulo 5 (Table 7-6). */
export const sliceType = { p: 0, b: 1, i: 2, sp: 3, si: 4 } as const;

/** What tells one primary coded picture from the next (§ 7.4.1.2.4) and is there in slices of every type. */
export interface SliceHeader {
	readonly nalRefIdc: number;
	readonly idr: boolean;
	readonly firstMbInSlice: number;
	/** slice_type modulo 5. */
	readonly sliceType: number;
	readonly picParameterSetId: number;
	readonly colourPlaneId: number;
	readonly frameNum: number;
	readonly fieldPicFlag: boolean;
	readonly bottomFieldFlag: boolean;
	readonly idrPicId: number;
	readonly picOrderCntLsb: number;
	readonly deltaPicOrderCntBottom: number;
	readonly deltaPicOrderCnt: readonly [number, number];
	readonly redundantPicCnt: number;
	/** What an I slice needs to be decoded; `null` in slices of other types. */
	readonly intra: IntraSliceHeader | null;
}

/** The rest of an I slice's header. */
export interface IntraSliceHeader {
	/** SliceQPY */
	readonly sliceQp: number;
	readonly disableDeblockingFilterIdc: 0 | 1 | 2;
	/** FilterOffsetA, FilterOffsetB: -12 … 12. */
	readonly filterOffsetA: number;
	readonly filterOffsetB: number;
	readonly sliceGroupChangeCycle: number;
	/** Bit of the NAL unit's RBSP at which slice_data() starts. */
	readonly dataBit: number;
}

// A header is short: 5 ue(v) of 32 bits, 32 reference marking commands of three codes each at the very most.
const maxHeaderBytes = 1024;
// 20 header bytes hold the four codes in front of everything that depends on a parameter set.
const maxTypeBytes = 20;
// § 7.4.3.3 allows as many commands as there are reference fields, plus the one that ends them.
const maxMarkingCommands = 66;

const damaged = (why: string): never => {
	throw new LivestillError('FRAME_DAMAGED', `slice header: ${why}`);
};

/** slice_type modulo 5 and pic_parameter_set_id of a slice NAL unit, without its parameter sets; `null` if cut off. */
export const peekSlice = (nal: Uint8Array): { sliceType: number; picParameterSetId: number } | null => {
	const r = new BitReader(removeEmulation(nal, 1, maxTypeBytes));
	r.ue(); // first_mb_in_slice
	const type = r.ue();
	const picParameterSetId = r.ue();
	return r.overrun || type > 9 || picParameterSetId > 255 ? null : { sliceType: type % 5, picParameterSetId };
};

/** dec_ref_pic_marking() (§ 7.3.3.3), passed over. */
const skipRefPicMarking = (r: BitReader, idr: boolean): void => {
	if (idr) {
		r.u(2); // no_output_of_prior_pics_flag, long_term_reference_flag
		return;
	}
	if (!r.flag()) return;
	for (let i = 0; i < maxMarkingCommands; i++) {
		const operation = r.ue();
		if (operation === 0 || r.overrun) return;
		if (operation === 1 || operation === 3) r.ue(); // difference_of_pic_nums_minus1
		if (operation === 2) r.ue(); // long_term_pic_num
		if (operation === 3 || operation === 6) r.ue(); // long_term_frame_idx
		if (operation === 4) r.ue(); // max_long_term_frame_idx_plus1
	}
	damaged('too many reference marking commands');
};

const parseDeblocking = (r: BitReader, pps: Pps) => {
	if (!pps.deblockingFilterControlPresentFlag)
		return { disableDeblockingFilterIdc: 0 as const, filterOffsetA: 0, filterOffsetB: 0 };
	const idc = r.ue();
	if (idc > 2) return damaged(`disable_deblocking_filter_idc is ${idc}`);
	const filterOffsetA = idc === 1 ? 0 : r.se() * 2;
	const filterOffsetB = idc === 1 ? 0 : r.se() * 2;
	if (Math.abs(filterOffsetA) > 12 || Math.abs(filterOffsetB) > 12) return damaged('a deblocking offset exceeds 6');
	return { disableDeblockingFilterIdc: idc as 0 | 1 | 2, filterOffsetA, filterOffsetB };
};

const parseChangeCycle = (r: BitReader, sps: Sps, pps: Pps): number => {
	const groups = pps.sliceGroups;
	if (groups === null || !(groups.type === 3 || groups.type === 4 || groups.type === 5)) return 0;
	const picSize = sps.picWidthInMbs * sps.picHeightInMapUnits;
	return r.u(Math.ceil(Math.log2(Math.ceil(picSize / groups.changeRate) + 1)));
};

const parseIntra = (r: BitReader, sps: Sps, pps: Pps, refIdc: number, idr: boolean): IntraSliceHeader => {
	if (refIdc !== 0) skipRefPicMarking(r, idr);
	const sliceQp = pps.picInitQp + r.se();
	if (sliceQp < -6 * (sps.bitDepthLuma - 8) || sliceQp > 51) damaged(`SliceQPY is ${sliceQp}`);
	const deblocking = parseDeblocking(r, pps);
	const sliceGroupChangeCycle = parseChangeCycle(r, sps, pps);
	r.finish('slice header');
	return { sliceQp, ...deblocking, sliceGroupChangeCycle, dataBit: r.position };
};

/**
 * Parses the header of a slice NAL unit (nal_unit_type 1 or 5) under its parameter sets.
 *
 * @throws LivestillError `FRAME_DAMAGED`
 */
export const parseSliceHeader = (nal: Uint8Array, sps: Sps, pps: Pps): SliceHeader => {
	const r = new BitReader(removeEmulation(nal, 1, maxHeaderBytes));
	const refIdc = nalRefIdc(nal);
	const idr = nalUnitType(nal) === nalType.sliceIdr;
	const firstMbInSlice = r.ue();
	const type = r.ue();
	if (type > 9) damaged(`slice_type is ${type}`);
	const picParameterSetId = r.ue();
	const colourPlaneId = sps.separateColourPlaneFlag ? r.u(2) : 0;
	if (colourPlaneId > 2) damaged(`colour_plane_id is ${colourPlaneId}`);
	const frameNum = r.u(sps.log2MaxFrameNum);
	const fieldPicFlag = !sps.frameMbsOnlyFlag && r.flag();
	const bottomFieldFlag = fieldPicFlag && r.flag();
	const idrPicId = idr ? r.ue() : 0;
	let picOrderCntLsb = 0;
	let deltaPicOrderCntBottom = 0;
	let deltaPicOrderCnt: [number, number] = [0, 0];
	const frameOrder = pps.bottomFieldPicOrderInFramePresentFlag && !fieldPicFlag;
	if (sps.picOrderCntType === 0) {
		picOrderCntLsb = r.u(sps.log2MaxPicOrderCntLsb);
		if (frameOrder) deltaPicOrderCntBottom = r.se();
	} else if (sps.picOrderCntType === 1 && !sps.deltaPicOrderAlwaysZeroFlag) {
		deltaPicOrderCnt = [r.se(), frameOrder ? r.se() : 0];
	}
	const redundantPicCnt = pps.redundantPicCntPresentFlag ? r.ue() : 0;
	r.finish('slice header');
	const intra = type % 5 === sliceType.i ? parseIntra(r, sps, pps, refIdc, idr) : null;
	return {
		nalRefIdc: refIdc,
		idr,
		firstMbInSlice,
		sliceType: type % 5,
		picParameterSetId,
		colourPlaneId,
		frameNum,
		fieldPicFlag,
		bottomFieldFlag,
		idrPicId,
		picOrderCntLsb,
		deltaPicOrderCntBottom,
		deltaPicOrderCnt,
		redundantPicCnt,
		intra,
	};
};

/** Whether `b` belongs to another primary coded picture than `a`, the slice before it. § 7.4.1.2.4 */
export const startsNewPicture = (a: SliceHeader, b: SliceHeader): boolean =>
	a.frameNum !== b.frameNum ||
	a.picParameterSetId !== b.picParameterSetId ||
	a.fieldPicFlag !== b.fieldPicFlag ||
	a.bottomFieldFlag !== b.bottomFieldFlag ||
	(a.nalRefIdc === 0) !== (b.nalRefIdc === 0) ||
	a.idr !== b.idr ||
	a.idrPicId !== b.idrPicId ||
	a.picOrderCntLsb !== b.picOrderCntLsb ||
	a.deltaPicOrderCntBottom !== b.deltaPicOrderCntBottom ||
	a.deltaPicOrderCnt[0] !== b.deltaPicOrderCnt[0] ||
	a.deltaPicOrderCnt[1] !== b.deltaPicOrderCnt[1];

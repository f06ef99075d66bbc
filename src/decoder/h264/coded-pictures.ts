/** Primary coded pictures of a sequence of NAL units. H.264 § 7.4.1.2 */
import { isAnnexB, splitAnnexB } from '../../shared/h264/annex-b.ts';
import { splitLengthPrefixed } from '../../shared/h264/avcc.ts';
import { isSlice, nalType, nalUnitType } from '../../shared/h264/nal.ts';
import { type ActiveSets, ParameterSets } from '../../shared/h264/parameter-sets.ts';
import {
	type IntraSliceHeader,
	parseSliceHeader,
	peekSlice,
	type SliceHeader,
	startsNewPicture,
} from '../../shared/h264/slice-header.ts';

export interface CodedSlice {
	readonly nal: Uint8Array;
	readonly header: SliceHeader;
	readonly intra: IntraSliceHeader;
}

/** A picture all of whose slices are I slices; a single field when the headers say so. */
export interface IntraPicture {
	readonly sets: ActiveSets;
	/** Slices of the primary coded picture, as they came; redundant ones left out. */
	readonly slices: readonly CodedSlice[];
}

const lengthSize = 4;

/** NAL units of an Annex B stream, or of one with four-byte lengths when there is no start code in front. */
export const nalUnits = (bytes: Uint8Array): Uint8Array[] =>
	isAnnexB(bytes) ? splitAnnexB(bytes) : splitLengthPrefixed(bytes, lengthSize);

/**
 * The intra pictures among `units`, in decoding order (intra pictures come out in the same order). Pictures with P, B,
 * SP or SI slices are passed over, and so are auxiliary pictures, other views and layers, and data partitions.
 *
 * @throws LivestillError as an element is reached whose syntax is broken
 */
export function* intraPictures(units: Iterable<Uint8Array>): Generator<IntraPicture> {
	const known = new ParameterSets();
	let sets: ActiveSets | null = null;
	let last: SliceHeader | null = null;
	let slices: CodedSlice[] = [];
	let isIntra = true;
	for (const nal of units) {
		const type = nalUnitType(nal);
		const endsPicture =
			type === nalType.sps ||
			type === nalType.pps ||
			type === nalType.accessUnitDelimiter ||
			type === nalType.endOfSequence ||
			type === nalType.endOfStream;
		if (endsPicture) {
			if (sets !== null && isIntra && slices.length > 0) yield { sets, slices };
			slices = [];
			last = null;
			known.add(nal);
			continue;
		}
		if (type === nalType.slicePartitionA) isIntra = false;
		if (!isSlice(nal)) continue;
		const id = peekSlice(nal)?.picParameterSetId ?? 0;
		const active = known.active(id);
		const header = parseSliceHeader(nal, active.sps, active.pps);
		if (header.redundantPicCnt > 0) continue;
		if (last === null || startsNewPicture(last, header)) {
			if (sets !== null && isIntra && slices.length > 0) yield { sets, slices };
			slices = [];
			isIntra = true;
			sets = active;
		}
		last = header;
		if (header.intra === null) isIntra = false;
		else slices.push({ nal, header, intra: header.intra });
	}
	if (sets !== null && isIntra && slices.length > 0) yield { sets, slices };
}

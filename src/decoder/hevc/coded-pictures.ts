/** Random access pictures of a sequence of NAL units. H.265 § 7.4.2.4.4 */

import { hevcLayerOf, hevcNalType, hevcNalTypeOf, isHevcSlice, isIntraRandomAccess } from '../../shared/hevc/nal.ts';
import { type ActiveHevcSets, HevcParameterSets, isHevcParameterSet } from '../../shared/hevc/parameter-sets.ts';
import {
	type IntraSlice,
	parseSliceSegmentHeader,
	peekSliceSegment,
	type SliceSegmentHeader,
} from '../../shared/hevc/slice-header.ts';

export interface CodedSegment {
	readonly nal: Uint8Array;
	readonly header: SliceSegmentHeader;
}

/** An IDR, CRA or BLA picture: all its slices are intra. */
export interface IntraPicture {
	readonly nalType: number;
	readonly sets: ActiveHevcSets;
	/** Slice segments as they came. */
	readonly segments: readonly CodedSegment[];
}

const isShown = ({ segments }: IntraPicture): boolean => segments[0]?.header.slice.picOutputFlag === true;

/**
 * The random access pictures of the base layer among `units`, in decoding order. Pictures of other kinds and those
 * that are not to be shown are passed over.
 *
 * @throws LivestillError as an element is reached whose syntax is broken
 */
export function* intraPictures(units: Iterable<Uint8Array>): Generator<IntraPicture> {
	const known = new HevcParameterSets();
	let current: { nalType: number; sets: ActiveHevcSets; segments: CodedSegment[] } | null = null;
	let slice: IntraSlice | null = null;
	for (const nal of units) {
		const type = hevcNalTypeOf(nal);
		if (type < 0 || hevcLayerOf(nal) !== 0) continue;
		const isPart: boolean = isIntraRandomAccess(type);
		const starts: boolean = isPart && peekSliceSegment(nal)?.firstSliceSegmentInPicFlag === true;
		const ends = isHevcParameterSet(type) || type === hevcNalType.endOfSequence || type === hevcNalType.endOfBitstream;
		if (current !== null && (starts || ends || (isHevcSlice(type) && !isPart))) {
			if (isShown(current)) yield current;
			current = null;
			slice = null;
		}
		known.add(nal);
		if (!isPart) continue;
		current ??= { nalType: type, sets: known.active(peekSliceSegment(nal)?.picParameterSetId ?? 0), segments: [] };
		const header = parseSliceSegmentHeader(nal, current.sets.sps, current.sets.pps, slice);
		slice = header.slice;
		current.segments.push({ nal, header });
	}
	if (current !== null && isShown(current)) yield current;
}

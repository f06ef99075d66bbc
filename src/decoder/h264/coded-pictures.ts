/** Primary coded pictures of a sequence of NAL units. H.264 § 7.4.1.2 */
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

/** A frame, or one field of it, as it is coded: the "picture" of the standard. */
export interface CodedPart {
	readonly structure: 'frame' | 'top' | 'bottom';
	readonly sets: ActiveSets;
	/** I slices of the primary coded picture, as they came; redundant ones left out. */
	readonly slices: readonly CodedSlice[];
}

/** A frame's worth of intra coding: a frame, two fields, or one field whose partner is missing or not intra. */
export interface IntraPicture {
	/** One or two; two are fields of opposite parity, the first one first. */
	readonly parts: readonly [CodedPart, ...CodedPart[]];
	readonly sets: ActiveSets;
}

/** A coded picture and whether all its slices are I slices. */
interface Candidate {
	readonly first: SliceHeader;
	readonly sets: ActiveSets;
	readonly slices: CodedSlice[];
	isIntra: boolean;
}

const endsPicture: readonly number[] = [
	nalType.sps,
	nalType.pps,
	nalType.accessUnitDelimiter,
	nalType.endOfSequence,
	nalType.endOfStream,
];

/**
 * All primary coded pictures. Auxiliary pictures, other views and layers and redundant slices are passed over; a
 * data-partitioned picture is not intra, because nothing here decodes it.
 */
function* codedPictures(units: Iterable<Uint8Array>): Generator<Candidate> {
	const known = new ParameterSets();
	let current: Candidate | null = null;
	let last: SliceHeader | null = null;
	for (const nal of units) {
		const type = nalUnitType(nal);
		if (endsPicture.includes(type)) {
			if (current !== null) yield current;
			current = null;
			known.add(nal);
			continue;
		}
		if (type === nalType.slicePartitionA && current !== null) current.isIntra = false;
		if (!isSlice(nal)) continue;
		const sets = known.active(peekSlice(nal)?.picParameterSetId ?? 0);
		const header = parseSliceHeader(nal, sets.sps, sets.pps);
		if (header.redundantPicCnt > 0) continue;
		if (current === null || last === null || startsNewPicture(last, header)) {
			if (current !== null) yield current;
			current = { first: header, sets, slices: [], isIntra: true };
		}
		last = header;
		if (header.intra === null) current.isIntra = false;
		else current.slices.push({ nal, header, intra: header.intra });
	}
	if (current !== null) yield current;
}

const partOf = ({ first, sets, slices }: Candidate): CodedPart => ({
	structure: first.fieldPicFlag ? (first.bottomFieldFlag ? 'bottom' : 'top') : 'frame',
	sets,
	slices,
});

/** Whether `second` is the other field of the frame that `first` began (§ 3.30, § 7.4.1.2.4). */
const isSecondField = (first: SliceHeader, second: SliceHeader): boolean =>
	first.fieldPicFlag &&
	second.fieldPicFlag &&
	first.bottomFieldFlag !== second.bottomFieldFlag &&
	first.frameNum === second.frameNum &&
	(first.idr || !second.idr);

/**
 * The intra pictures among `units`, in decoding order (intra pictures come out in the same order). A field pair is one
 * picture, and so is an I field whose partner is not intra. Pictures of other kinds are passed over.
 *
 * @throws LivestillError as an element is reached whose syntax is broken
 */
export function* intraPictures(units: Iterable<Uint8Array>): Generator<IntraPicture> {
	let first: Candidate | null = null;
	for (const picture of codedPictures(units)) {
		if (first !== null) {
			const fields: Candidate[] = isSecondField(first.first, picture.first) ? [first, picture] : [first];
			first = null;
			const [one, two] = fields.filter(({ isIntra }) => isIntra).map(partOf);
			if (one !== undefined) yield { parts: two === undefined ? [one] : [one, two], sets: one.sets };
			if (fields.length === 2) continue;
		}
		if (picture.first.fieldPicFlag) first = picture;
		else if (picture.isIntra) yield { parts: [partOf(picture)], sets: picture.sets };
	}
	if (first?.isIntra) yield { parts: [partOf(first)], sets: first.sets };
}

/** Keyframes by content: what matters is that every slice is intra, not the NAL type and not a container's flag. */
import { isSlice, nalType, nalUnitType } from './nal.ts';
import { peekSlice, sliceType } from './slice-header.ts';

/**
 * Whether the NAL units of one access unit hold a picture all of whose slices are I slices. IDR pictures are, so are the
 * I pictures of an open GOP; a picture that mixes I and P slices, as intra refresh makes them, is not. Data partitions
 * are never one: nothing here decodes them.
 */
export const isIntraAccessUnit = (units: readonly Uint8Array[]): boolean => {
	let slices = 0;
	for (const nal of units) {
		const type = nalUnitType(nal);
		if (type >= nalType.slicePartitionA && type <= nalType.slicePartitionC) return false;
		if (!isSlice(nal)) continue;
		if (peekSlice(nal)?.sliceType !== sliceType.i) return false;
		slices++;
	}
	return slices > 0;
};

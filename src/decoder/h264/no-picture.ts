/** Why a stream has no picture that could be decoded. */
import { LivestillError } from '../../shared/errors.ts';
import { isSlice, nalType, nalUnitType } from '../../shared/h264/nal.ts';
import { peekSlice, sliceType } from '../../shared/h264/slice-header.ts';

const isPartition = (nal: Uint8Array): boolean => {
	const type = nalUnitType(nal);
	return type >= nalType.slicePartitionA && type <= nalType.slicePartitionC;
};

const isSwitchingIntra = (nal: Uint8Array): boolean => isSlice(nal) && peekSlice(nal)?.sliceType === sliceType.si;

/**
 * The error for NAL units among which there is no intra picture. Data partitions and SI slices may well hold one, but only the
 * Extended profile has them, and nothing that streams today uses it.
 */
export const noPicture = (units: readonly Uint8Array[]): LivestillError => {
	if (units.some(isPartition))
		return new LivestillError('UNSUPPORTED_FEATURE', 'H.264 with data partitioning is not decoded');
	if (units.some(isSwitchingIntra))
		return new LivestillError('UNSUPPORTED_FEATURE', 'H.264 with SI slices is not decoded');
	return new LivestillError('NO_KEYFRAME', 'there is no intra picture in the H.264 data');
};

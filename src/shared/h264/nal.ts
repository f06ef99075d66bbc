/** NAL units. H.264 § 7.3.1, Table 7-1 */

export const nalType = {
	slice: 1,
	slicePartitionA: 2,
	slicePartitionB: 3,
	slicePartitionC: 4,
	sliceIdr: 5,
	sei: 6,
	sps: 7,
	pps: 8,
	accessUnitDelimiter: 9,
	endOfSequence: 10,
	endOfStream: 11,
} as const;

/** nal_unit_type of a NAL unit; 0 (unspecified) when it is empty. */
export const nalUnitType = (nal: Uint8Array): number => (nal[0] ?? 0) & 31;

/** nal_ref_idc of a NAL unit. */
export const nalRefIdc = (nal: Uint8Array): number => ((nal[0] ?? 0) >> 5) & 3;

/** Whether the NAL unit is a slice of a primary (or redundant) coded picture that is not partitioned. */
export const isSlice = (nal: Uint8Array): boolean => {
	const type = nalUnitType(nal);
	return type === nalType.slice || type === nalType.sliceIdr;
};

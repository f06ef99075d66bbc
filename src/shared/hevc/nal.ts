/** HEVC NAL units. H.265 § 7.3.1, Table 7-1. */

/** Bytes of a NAL unit header. */
export const hevcNalHeaderSize = 2;

export const hevcNalType = {
	idrWithRadl: 19,
	idrNoLeading: 20,
	vps: 32,
	sps: 33,
	pps: 34,
	accessUnitDelimiter: 35,
	endOfSequence: 36,
	endOfBitstream: 37,
	fillerData: 38,
	prefixSei: 39,
} as const;

/** nal_unit_type; -1 when the NAL unit is too short for its header. */
export const hevcNalTypeOf = (nal: Uint8Array): number => (nal.length < 2 ? -1 : ((nal[0] ?? 0) >> 1) & 63);

/** nuh_layer_id: 0 in the base layer, which is all that is decoded. */
export const hevcLayerOf = (nal: Uint8Array): number => (((nal[0] ?? 0) & 1) << 5) | ((nal[1] ?? 0) >> 3);

/** Whether NAL units of the type carry slices. */
export const isHevcSlice = (type: number): boolean => type >= 0 && type < 32;

/** BLA, IDR and CRA pictures, all of whose slices are intra: § 7.4.2.2. */
export const isIntraRandomAccess = (type: number): boolean => type >= 16 && type <= 21;

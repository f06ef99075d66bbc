/** The WebAssembly core as TypeScript sees it: the exports of `core/index.ts`. Names are those of the standard. */

export interface HevcCore {
	readonly memory: { readonly buffer: ArrayBuffer };
	putFormat(chromaArrayType: number, bitDepthLuma: number, bitDepthChroma: number): void;
	putSizes(minCb: number, ctb: number, minTb: number, maxTb: number, maxDepth: number, strongSmoothing: boolean): void;
	/** Depths of 0: pcm_enabled_flag is 0. */
	putPcm(depthLuma: number, depthChroma: number, minLog2: number, maxLog2: number, loopFilterDisabled: boolean): void;
	/** After `putFormat`. */
	putRangeExtension(
		rotation: boolean,
		skipContext: boolean,
		implicitRdpcm: boolean,
		extendedPrecision: boolean,
		smoothingDisabled: boolean,
		persistentRice: boolean,
		bypassAlignment: boolean,
	): void;
	putQuantisation(
		signDataHiding: boolean,
		transformSkip: boolean,
		log2MaxTransformSkipSize: number,
		cuQpDelta: boolean,
		log2MinCuQpDeltaSize: number,
		cbQpOffset: number,
		crQpOffset: number,
		transquantBypass: boolean,
		scalingLists: boolean,
	): void;
	putPictureTools(
		dependentSliceSegments: boolean,
		entropyCodingSync: boolean,
		loopFilterAcrossTiles: boolean,
		crossComponentPrediction: boolean,
		log2MinCuChromaQpOffsetSize: number,
		log2SaoOffsetScaleLuma: number,
		log2SaoOffsetScaleChroma: number,
	): void;
	/** Address for u16 sizes of tile columns, then rows. */
	tileSizesAddress(): number;
	/** Address for i8 pairs of cb_qp_offset_list and cr_qp_offset_list. */
	offsetListAddress(): number;
	/** Address for weights, 80 bytes for each size and component: 64 in rows, then that of the first coefficient. */
	weightsAddress(): number;
	/** Prepares a picture, when all of the above has been put. 0: there is not enough memory. */
	startPicture(
		width: number,
		height: number,
		tileColumns: number,
		tileRows: number,
		lastOffset: number,
		blackLuma: number,
	): number;
	/** Parameters of a slice, for its independent segment and for the dependent ones behind it. */
	putSlice(
		sliceAddrRs: number,
		sliceQp: number,
		saoLuma: boolean,
		saoChroma: boolean,
		cbQpOffset: number,
		crQpOffset: number,
		cuChromaQpOffsets: boolean,
		deblocking: boolean,
		betaOffset: number,
		tcOffset: number,
		loopFilterAcrossSlices: boolean,
	): void;
	/** Address for `size` bytes of RBSP, or 0. May replace `memory.buffer`. */
	inputAddress(size: number): number;
	/** 0, or a number of {@link segmentErrors}. */
	decodeSliceSegment(
		address: number,
		size: number,
		dataByte: number,
		segmentAddress: number,
		dependent: boolean,
	): number;
	/** Coding tree units that the last segment decoded for the first time. */
	decodedUnits(): number;
	/** Runs the loop filters. */
	finishPicture(): void;
	/** Address of a finished plane: 0 Y, 1 Cb, 2 Cr. */
	planeAddress(plane: number): number;
	/** Samples from row to row. */
	planeStride(plane: number): number;
	/** Whether samples are bytes; else they have 16 bits. */
	hasBytes(): number;
	coverageAddress(): number;
}

/** Why a segment ended early, by the number that `decodeSliceSegment` returns. */
export const segmentErrors: readonly string[] = [
	'',
	'the slice ends too early',
	'cu_qp_delta_abs is out of range',
	'a coefficient has no valid code',
	'a slice runs beyond the picture',
	'the slice ends before its data does',
	'a tile or row of blocks does not end where it should',
	'there are too many slices and tiles',
];

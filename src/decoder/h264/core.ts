/** The WebAssembly core as TypeScript sees it: the exports of `core/index.ts`. */

export interface H264Core {
	readonly memory: { readonly buffer: ArrayBuffer };
	/** Prepares a frame, sizes in macroblocks. 0: there is not enough memory. */
	startPicture(width: number, height: number, chroma: boolean): number;
	/** Turns to the frame (0), its top field (1) or its bottom field (2); `mbaff`: MbaffFrameFlag, for a frame. */
	startStructure(structure: number, mbaff: boolean): void;
	/** Address of a plane of the structure: 0 Y, 1 Cb, 2 Cr. */
	planeAddress(plane: number): number;
	sliceGroupMapAddress(): number;
	weightsAddress(): number;
	setWeights(): void;
	/** Address for `size` bytes of RBSP, or 0. May replace `memory.buffer`. */
	inputAddress(size: number): number;
	/** 0, or a number of {@link sliceErrors}. */
	decodeSlice(
		address: number,
		size: number,
		bit: number,
		number: number,
		firstMb: number,
		sliceQp: number,
		cabac: boolean,
		transform8x8Mode: boolean,
		losslessAllowed: boolean,
		groups: boolean,
		deblockIdc: number,
		offsetA: number,
		offsetB: number,
		cbOffset: number,
		crOffset: number,
	): number;
	decodedMacroblocks(): number;
	/** Macroblocks of an MBAFF frame that are coded as fields. */
	fieldMacroblocks(): number;
	deblock(): void;
	coverageAddress(): number;
}

/** Why a slice ended early, by the number that `decodeSlice` returns. */
export const sliceErrors: readonly string[] = [
	'',
	'the slice ends too early',
	'mb_type is out of range',
	'an intra prediction mode needs samples that are not there',
	'mb_qp_delta is out of range',
	'coded_block_pattern is out of range',
	'a coefficient block has no valid code',
	'a macroblock address is outside the picture',
	'the slice ends before its data does',
];

/** The WebAssembly core as TypeScript sees it: the exports of `core/index.ts`, the same in both builds. */

export interface H264Core {
	readonly memory: { readonly buffer: ArrayBuffer };
	/** Prepares a frame, sizes in macroblocks. 0: there is not enough memory. Depths above 8 are for the high build. */
	startPicture(
		width: number,
		height: number,
		chromaFormatIdc: number,
		separatePlanes: boolean,
		depthLuma: number,
		depthChroma: number,
	): number;
	/** Turns to the frame (0), its top field (1) or its bottom field (2); `mbaff`: MbaffFrameFlag, for a frame. */
	startStructure(structure: number, mbaff: boolean): void;
	/** Turns to one of separately coded planes of the structure: colour_plane_id. */
	startColourPlane(plane: number): void;
	/** Address of a plane of the structure: 0 Y, 1 Cb, 2 Cr; bytes, or 16-bit words in the high build. */
	planeAddress(plane: number): number;
	sliceGroupMapAddress(): number;
	weightsAddress(): number;
	setWeights(lists8x8: number): void;
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
	/** Fills the missing macroblocks of the structure with something to look at. */
	conceal(): void;
	coverageAddress(): number;
}

/** Makes fresh instances of the core's builds. */
export interface H264Cores {
	/** 8-bit samples. */
	readonly standard: () => H264Core;
	/** 9 to 14 bits, and depths that differ between luma and chroma. */
	readonly high: () => H264Core;
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

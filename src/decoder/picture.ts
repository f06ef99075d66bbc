/** What a decoder gives: planes and how to show them. Nothing here knows the codec. */

/** One plane of samples, rows `stride` samples apart. 8-bit samples; wider pictures use Uint16Array. */
export interface Plane {
	readonly data: Uint8Array | Uint16Array;
	/** Samples from one row to the next. */
	readonly stride: number;
	/** Samples of a row and rows of the plane, before cropping. */
	readonly width: number;
	readonly height: number;
}

/** Visible part of the picture in luma samples. */
export interface CropRectangle {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

/** Colour description with the code points of H.273 (equal to H.264 Annex E); 2 = unspecified. */
export interface ColourDescription {
	readonly colourPrimaries: number;
	readonly transferCharacteristics: number;
	readonly matrixCoefficients: number;
	/** true: samples use all code values; false: limited ("video") range. */
	readonly fullRange: boolean;
}

/** 0 = 4:0:0, 1 = 4:2:0, 2 = 4:2:2, 3 = 4:4:4: chroma_format_idc of H.264 and HEVC. */
export type ChromaFormat = 0 | 1 | 2 | 3;

/**
 * A decoded picture. The planes may be views of a decoder's memory: they are valid until the next decode of the same
 * decoder, so convert or copy first.
 */
export interface Picture {
	/** Y, U, V; Y alone in 4:0:0. */
	readonly planes: readonly Plane[];
	readonly chromaFormat: ChromaFormat;
	readonly bitDepthLuma: number;
	readonly bitDepthChroma: number;
	readonly crop: CropRectangle;
	/**
	 * Interlace: `none` for a picture coded as a frame; two fields woven together, and which one is older; or `one` field
	 * whose lines are doubled, because its partner is missing or not intra.
	 */
	readonly fields: 'none' | 'top-first' | 'bottom-first' | 'one';
	/** Shape of a sample, width : height; 1 : 1 when unknown. */
	readonly sampleAspectRatio: { readonly width: number; readonly height: number };
	readonly colour: ColourDescription;
	/**
	 * Only when a damaged picture was asked for, and this is one: macroblocks (coding tree units in HEVC) that are missing, and how many there should be. What
	 * stands in their place is made up.
	 */
	readonly damage?: { readonly missing: number; readonly total: number };
	/** chroma_sample_loc_type (H.264 Table E-1 text): 0 left (default), 1 centre, 2 top left … */
	readonly chromaSampleLocation: number;
}

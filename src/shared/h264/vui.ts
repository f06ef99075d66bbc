/** Video usability information. H.264 § E.1.1, § E.2.1 */
import type { BitReader } from '../bits.ts';

export interface Vui {
	/** Sample aspect ratio; 0 : 0 when unspecified. */
	readonly sarWidth: number;
	readonly sarHeight: number;
	readonly videoFullRangeFlag: boolean;
	/** 2 = unspecified. */
	readonly colourPrimaries: number;
	readonly transferCharacteristics: number;
	readonly matrixCoefficients: number;
	/** chroma_sample_loc_type_top_field */
	readonly chromaSampleLocType: number;
}

/** What a stream without VUI means. */
export const defaultVui: Vui = {
	sarWidth: 0,
	sarHeight: 0,
	videoFullRangeFlag: false,
	colourPrimaries: 2,
	transferCharacteristics: 2,
	matrixCoefficients: 2,
	chromaSampleLocType: 0,
};

// Table E-1, aspect_ratio_idc 0 … 16
const sampleAspectRatios: readonly (readonly [number, number])[] = [
	[0, 0],
	[1, 1],
	[12, 11],
	[10, 11],
	[16, 11],
	[40, 33],
	[24, 11],
	[20, 11],
	[32, 11],
	[80, 33],
	[18, 11],
	[15, 11],
	[64, 33],
	[160, 99],
	[4, 3],
	[3, 2],
	[2, 1],
];
const extendedSar = 255;

const parseSar = (r: BitReader): readonly [number, number] => {
	const aspectRatioIdc = r.u(8);
	if (aspectRatioIdc === extendedSar) return [r.u(16), r.u(16)];
	return sampleAspectRatios[aspectRatioIdc] ?? [0, 0];
};

/** vui_parameters() up to the chroma location; what follows (timing, HRD, reordering) does not matter to a still. */
export const parseVui = (r: BitReader): Vui => {
	const [sarWidth, sarHeight] = r.flag() ? parseSar(r) : [0, 0];
	if (r.flag()) r.flag(); // overscan_info_present_flag, overscan_appropriate_flag
	let { videoFullRangeFlag, colourPrimaries, transferCharacteristics, matrixCoefficients } = defaultVui;
	if (r.flag()) {
		r.u(3); // video_format
		videoFullRangeFlag = r.flag();
		if (r.flag()) {
			colourPrimaries = r.u(8);
			transferCharacteristics = r.u(8);
			matrixCoefficients = r.u(8);
		}
	}
	let chromaSampleLocType = 0;
	if (r.flag()) {
		chromaSampleLocType = r.ue();
		r.ue(); // chroma_sample_loc_type_bottom_field
	}
	return {
		sarWidth,
		sarHeight,
		videoFullRangeFlag,
		colourPrimaries,
		transferCharacteristics,
		matrixCoefficients,
		chromaSampleLocType: chromaSampleLocType <= 5 ? chromaSampleLocType : 0,
	};
};

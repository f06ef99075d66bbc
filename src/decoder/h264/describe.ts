/** What a decoded picture is, besides its samples. */
import type { ChromaFormat, Picture, Plane } from '../picture.ts';
import type { IntraPicture } from './coded-pictures.ts';
import type { H264Core } from './core.ts';

/** An MBAFF frame with at least this part of its macroblocks coded as fields shows an interlaced scene that moves. */
const interlacedPart = 1 / 16;

const fieldsOf = (core: H264Core, { sets: { sps }, parts: [first, second] }: IntraPicture): Picture['fields'] => {
	if (first.structure === 'frame') {
		const macroblocks = sps.picWidthInMbs * sps.frameHeightInMbs;
		if (!sps.mbAdaptiveFrameFieldFlag || core.fieldMacroblocks() < macroblocks * interlacedPart) return 'none';
		// The field with the smaller picture order count is shown first (§ 8.2.1).
		return (first.slices[0]?.header.deltaPicOrderCntBottom ?? 0) < 0 ? 'bottom-first' : 'top-first';
	}
	if (second === undefined) return 'one';
	return first.structure === 'top' ? 'top-first' : 'bottom-first';
};

/** Views of the core's memory as planes: bytes at 8 bits, else words. */
const planesOf = (
	core: H264Core,
	width: number,
	height: number,
	chromaFormat: ChromaFormat,
	isWide: boolean,
): Plane[] => {
	const plane = (index: number, planeWidth: number, planeHeight: number): Plane => {
		const { buffer } = core.memory;
		const [address, samples] = [core.planeAddress(index), planeWidth * planeHeight];
		const data = isWide ? new Uint16Array(buffer, address, samples) : new Uint8Array(buffer, address, samples);
		return { data, stride: planeWidth, width: planeWidth, height: planeHeight };
	};
	const luma = plane(0, width, height);
	if (chromaFormat === 0) return [luma];
	const chromaWidth = chromaFormat === 3 ? width : width / 2;
	const chromaHeight = chromaFormat === 1 ? height / 2 : height;
	return [luma, plane(1, chromaWidth, chromaHeight), plane(2, chromaWidth, chromaHeight)];
};

/** The picture in the core, which has been turned to the frame. Its planes are views of the core's memory. */
export const describePicture = (core: H264Core, coded: IntraPicture, isWide: boolean): Picture => {
	const { sps } = coded.sets;
	const { vui, chromaFormatIdc } = sps;
	const hasSar = vui.sarWidth > 0 && vui.sarHeight > 0;
	return {
		planes: planesOf(core, sps.picWidthInMbs * 16, sps.frameHeightInMbs * 16, chromaFormatIdc, isWide),
		chromaFormat: chromaFormatIdc,
		bitDepthLuma: sps.bitDepthLuma,
		// Greyscale may say anything about the chroma that it has not.
		bitDepthChroma: chromaFormatIdc === 0 ? sps.bitDepthLuma : sps.bitDepthChroma,
		crop: sps.crop,
		fields: fieldsOf(core, coded),
		sampleAspectRatio: hasSar ? { width: vui.sarWidth, height: vui.sarHeight } : { width: 1, height: 1 },
		colour: {
			colourPrimaries: vui.colourPrimaries,
			transferCharacteristics: vui.transferCharacteristics,
			matrixCoefficients: vui.matrixCoefficients,
			fullRange: vui.videoFullRangeFlag,
		},
		chromaSampleLocation: vui.chromaSampleLocType,
	};
};

/** Hands the parameter sets of a picture over to the core. */
import type { ActiveHevcSets } from '../../shared/hevc/parameter-sets.ts';
import type { ScalingLists } from '../../shared/hevc/scaling-lists.ts';
import type { HevcCore } from './core.ts';

const weightBytes = 80;
const firstWeight = 64;

/** Column and row by position of the up-right diagonal scan (§ 6.5.3) of a square. */
const diagonal = (size: number): readonly (readonly [number, number])[] => {
	const places: [number, number][] = [];
	for (let sum = 0; sum < 2 * size - 1; sum++)
		for (let x = Math.max(0, sum - size + 1); x <= Math.min(sum, size - 1); x++) places.push([x, sum - x]);
	return places;
};
const scans = { 16: diagonal(4), 64: diagonal(8) } as const;

/** Only the lists of intra blocks matter: matrixId 0 … 2. */
const writeWeights = (core: HevcCore, lists: ScalingLists): void => {
	const target = new Uint8Array(core.memory.buffer, core.weightsAddress(), 4 * 3 * weightBytes);
	for (const [sizeId, matrices] of lists.entries())
		for (const [matrixId, { coefficients, dc }] of matrices.slice(0, 3).entries()) {
			const base = (sizeId * 3 + matrixId) * weightBytes;
			const size = coefficients.length === 16 ? 4 : 8;
			for (const [i, [x, y]] of scans[size === 4 ? 16 : 64].entries())
				target[base + y * size + x] = coefficients[i] ?? 16;
			target[base + firstWeight] = dc;
		}
};

/** Puts everything that does not depend on a slice and starts the picture. Returns false when there is no memory. */
export const startPicture = (core: HevcCore, { sps, pps }: ActiveHevcSets): boolean => {
	const { bitDepthLuma, bitDepthChroma, ctbLog2Size, pcm } = sps;
	core.putFormat(sps.chromaFormatIdc, bitDepthLuma, sps.chromaFormatIdc === 0 ? bitDepthLuma : bitDepthChroma);
	core.putSizes(
		sps.minCbLog2Size,
		ctbLog2Size,
		sps.minTbLog2Size,
		sps.maxTbLog2Size,
		sps.maxTransformHierarchyDepthIntra,
		sps.strongIntraSmoothingEnabledFlag,
	);
	if (pcm === null) core.putPcm(0, 0, 0, 0, false);
	else
		core.putPcm(pcm.bitDepthLuma, pcm.bitDepthChroma, pcm.log2MinCbSize, pcm.log2MaxCbSize, pcm.loopFilterDisabledFlag);
	const range = sps.rangeExtension;
	core.putRangeExtension(
		range.transformSkipRotationEnabledFlag,
		range.transformSkipContextEnabledFlag,
		range.implicitRdpcmEnabledFlag,
		range.extendedPrecisionProcessingFlag,
		range.intraSmoothingDisabledFlag,
		range.persistentRiceAdaptationEnabledFlag,
		range.cabacBypassAlignmentEnabledFlag,
	);
	core.putQuantisation(
		pps.signDataHidingEnabledFlag,
		pps.transformSkipEnabledFlag,
		pps.rangeExtension.log2MaxTransformSkipSize,
		pps.cuQpDeltaEnabledFlag,
		ctbLog2Size - pps.diffCuQpDeltaDepth,
		pps.cbQpOffset,
		pps.crQpOffset,
		pps.transquantBypassEnabledFlag,
		pps.scalingLists !== null,
	);
	if (pps.scalingLists !== null) writeWeights(core, pps.scalingLists);
	const { tiles, rangeExtension } = pps;
	core.putPictureTools(
		pps.dependentSliceSegmentsEnabledFlag,
		pps.entropyCodingSyncEnabledFlag,
		tiles.loopFilterAcrossTilesEnabledFlag,
		rangeExtension.crossComponentPredictionEnabledFlag && sps.chromaFormatIdc === 3,
		ctbLog2Size - rangeExtension.diffCuChromaQpOffsetDepth,
		rangeExtension.log2SaoOffsetScaleLuma,
		rangeExtension.log2SaoOffsetScaleChroma,
	);
	const { columnWidths, rowHeights } = tiles;
	const sizes = [...columnWidths, ...rowHeights];
	new Uint16Array(core.memory.buffer, core.tileSizesAddress(), sizes.length).set(sizes);
	const offsets = rangeExtension.chromaQpOffsetList;
	new Int8Array(core.memory.buffer, core.offsetListAddress(), 2 * offsets.length).set(offsets.flat());
	const black = sps.vui.videoFullRangeFlag ? 0 : 16 * 2 ** (bitDepthLuma - 8);
	return (
		core.startPicture(sps.width, sps.height, columnWidths.length, rowHeights.length, offsets.length - 1, black) !== 0
	);
};

/** H.264 intra pictures from bits to planes: bit-stream shell here, macroblocks in the WebAssembly core. */
import { LivestillError } from '../../shared/errors.ts';
import { removeEmulationInto } from '../../shared/h264/emulation-prevention.ts';
import type { Picture, Plane } from '../picture.ts';
import { type CodedPart, type CodedSlice, type IntraPicture, intraPictures, nalUnits } from './coded-pictures.ts';
import { type H264Core, sliceErrors } from './core.ts';
import { fillSliceGroupMap } from './slice-groups.ts';
import { checkSupport } from './support.ts';

/** A picture and how much of it was decoded. */
export interface DecodeReport {
	/** Planes are views of the core's memory: valid until the next decode. */
	readonly picture: Picture;
	readonly decodedMacroblocks: number;
	readonly totalMacroblocks: number;
	/** What went wrong first, or `null` when the picture is whole. */
	readonly damage: string | null;
}

export interface H264Decoder {
	/** Decodes one intra picture as far as it goes. @throws LivestillError `UNSUPPORTED_FEATURE`, `FRAME_DAMAGED`, `FRAME_TOO_LARGE` */
	decodePicture(coded: IntraPicture): DecodeReport;
	/**
	 * Decodes the first intra picture of a stored object or stream (Annex B, or NAL units with four-byte lengths).
	 *
	 * @throws LivestillError also `NO_KEYFRAME` when there is no intra picture, `FRAME_DAMAGED` when it is not whole
	 */
	decode(body: Uint8Array): Picture;
}

// WebAssembly memory never shrinks: after a picture that needed more than this, the instance is dropped. 1080p needs 5 MB.
const keptMemoryBytes = 24 * 1024 * 1024;

/** @throws LivestillError `FRAME_DAMAGED` saying how much of the picture is there */
export const assertWhole = ({ damage, decodedMacroblocks, totalMacroblocks }: DecodeReport): void => {
	if (damage === null) return;
	throw new LivestillError(
		'FRAME_DAMAGED',
		`${damage}; ${decodedMacroblocks} of ${totalMacroblocks} macroblocks are whole`,
	);
};

const outOfMemory = (): never => {
	throw new LivestillError('FRAME_TOO_LARGE', 'there is no memory for the picture');
};

const writeWeights = (core: H264Core, { sets }: CodedPart): void => {
	const { lists4x4, lists8x8 } = sets.pps.scalingLists;
	const target = new Uint8Array(core.memory.buffer, core.weightsAddress(), 3 * 16 + 64);
	for (let plane = 0; plane < 3; plane++) target.set(lists4x4[plane] ?? [], plane * 16);
	target.set(lists8x8[0] ?? [], 48);
	core.setWeights();
};

const decodeSlice = (core: H264Core, { sets }: CodedPart, slice: CodedSlice, number: number): number => {
	const { sps, pps } = sets;
	const { nal, header, intra } = slice;
	const address = core.inputAddress(nal.length);
	if (address === 0) outOfMemory();
	const target = new Uint8Array(core.memory.buffer, address, nal.length);
	const size = removeEmulationInto(target, nal);
	target.fill(0, size);
	if (pps.sliceGroups !== null) {
		const map = new Uint8Array(
			core.memory.buffer,
			core.sliceGroupMapAddress(),
			sps.picWidthInMbs * sps.frameHeightInMbs,
		);
		fillSliceGroupMap(map, sps.picWidthInMbs, pps.sliceGroups, intra.sliceGroupChangeCycle);
	}
	return core.decodeSlice(
		address,
		size,
		intra.dataBit,
		number,
		header.firstMbInSlice,
		intra.sliceQp,
		pps.entropyCodingModeFlag,
		pps.transform8x8ModeFlag,
		sps.qpprimeYZeroTransformBypassFlag,
		pps.sliceGroups !== null,
		intra.disableDeblockingFilterIdc,
		intra.filterOffsetA,
		intra.filterOffsetB,
		pps.chromaQpIndexOffset[0],
		pps.chromaQpIndexOffset[1],
	);
};

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

const describePicture = (core: H264Core, coded: IntraPicture): Picture => {
	const { sps } = coded.sets;
	const plane = (index: number, width: number, height: number): Plane => ({
		data: new Uint8Array(core.memory.buffer, core.planeAddress(index), width * height),
		stride: width,
		width,
		height,
	});
	const width = sps.picWidthInMbs * 16;
	const height = sps.frameHeightInMbs * 16;
	const luma = plane(0, width, height);
	const { vui } = sps;
	const hasSar = vui.sarWidth > 0 && vui.sarHeight > 0;
	return {
		planes:
			sps.chromaFormatIdc === 0 ? [luma] : [luma, plane(1, width / 2, height / 2), plane(2, width / 2, height / 2)],
		chromaFormat: sps.chromaFormatIdc,
		bitDepthLuma: sps.bitDepthLuma,
		bitDepthChroma: sps.bitDepthChroma,
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

/** Numbers of the core for the structures. */
const structures = { frame: 0, top: 1, bottom: 2 } as const;

/** Decodes the slices of a frame or field. Returns its whole macroblocks and what went wrong first. */
const decodePart = (core: H264Core, part: CodedPart): { whole: number; damage: string | null } => {
	core.startStructure(structures[part.structure], part.structure === 'frame' && part.sets.sps.mbAdaptiveFrameFieldFlag);
	writeWeights(core, part);
	let whole = 0;
	let damage: string | null = null;
	for (const [number, slice] of part.slices.entries()) {
		const error = decodeSlice(core, part, slice, number);
		whole += core.decodedMacroblocks();
		if (error !== 0) damage ??= sliceErrors[error] ?? `slice error ${error}`;
	}
	core.deblock();
	return { whole, damage };
};

/** Copies the rows of the field that is there over those of the one that is not. */
const doubleLines = ({ planes }: Picture, there: CodedPart['structure']): void => {
	const from = there === 'top' ? 0 : 1;
	for (const { data, stride, height } of planes)
		for (let y = from; y < height; y += 2) data.copyWithin((y ^ 1) * stride, y * stride, (y + 1) * stride);
};

const decodeWith = (core: H264Core, coded: IntraPicture): DecodeReport => {
	const { sps } = coded.sets;
	const { parts } = coded;
	const frameMacroblocks = sps.picWidthInMbs * sps.frameHeightInMbs;
	// A lone field is all that is to be had of its frame.
	const totalMacroblocks = parts[0].structure === 'frame' ? frameMacroblocks : (frameMacroblocks / 2) * parts.length;
	if (!core.startPicture(sps.picWidthInMbs, sps.frameHeightInMbs, sps.chromaFormatIdc !== 0)) outOfMemory();
	let decodedMacroblocks = 0;
	let damage: string | null = null;
	for (const part of parts) {
		const result = decodePart(core, part);
		decodedMacroblocks += result.whole;
		damage ??= result.damage;
	}
	if (decodedMacroblocks < totalMacroblocks) damage ??= 'slices are missing';
	core.startStructure(structures.frame, false);
	const picture = describePicture(core, coded);
	if (picture.fields === 'one') doubleLines(picture, parts[0].structure);
	return { picture, decodedMacroblocks, totalMacroblocks, damage };
};

/** @param instantiate makes a fresh instance of the core: at the first picture, after a trap and after an outsized one */
export const createH264Decoder = (instantiate: () => H264Core): H264Decoder => {
	let core: H264Core | null = null;

	const decodePicture = (coded: IntraPicture): DecodeReport => {
		checkSupport(coded);
		const instance = core ?? instantiate();
		// Unless this run ends well, its instance is not used again: a trap leaves scratch half written.
		core = null;
		try {
			const report = decodeWith(instance, coded);
			if (instance.memory.buffer.byteLength <= keptMemoryBytes) core = instance;
			return report;
		} catch (cause) {
			if (cause instanceof LivestillError) throw cause;
			throw new LivestillError('FRAME_DAMAGED', 'the decoder gave up on the bitstream', { cause });
		}
	};

	return {
		decodePicture,
		decode: (body) => {
			for (const coded of intraPictures(nalUnits(body))) {
				const report = decodePicture(coded);
				assertWhole(report);
				return report.picture;
			}
			throw new LivestillError('NO_KEYFRAME', 'there is no intra picture in the H.264 data');
		},
	};
};

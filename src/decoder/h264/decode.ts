/** H.264 intra pictures from bits to planes: bit-stream shell here, macroblocks in the WebAssembly core. */
import { LivestillError } from '../../shared/errors.ts';
import { removeEmulationInto } from '../../shared/h264/emulation-prevention.ts';
import { nalUnits } from '../../shared/h264/nal-units.ts';
import { limits } from '../../shared/limits.ts';
import type { Picture } from '../picture.ts';
import { type CodedPart, type CodedSlice, type IntraPicture, intraPictures } from './coded-pictures.ts';
import { type H264Core, type H264Cores, sliceErrors } from './core.ts';
import { describePicture } from './describe.ts';
import { noPicture } from './no-picture.ts';
import { macroblockToSliceGroupMap } from './slice-groups.ts';

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
	/** Decodes one intra picture as far as it goes; `conceal`: fills what is missing. @throws LivestillError `FRAME_DAMAGED`, `FRAME_TOO_LARGE` */
	decodePicture(coded: IntraPicture, conceal?: boolean): DecodeReport;
	/**
	 * Decodes the first intra picture of a stored object or stream (Annex B, or NAL units with four-byte lengths). With
	 * `acceptDamaged`, one that is not whole is answered too, with its `damage`, if anything of it is there.
	 *
	 * @throws LivestillError also `FRAME_DAMAGED` when the picture is not whole, `NO_KEYFRAME` when there is none, `UNSUPPORTED_FEATURE`
	 * when it is coded in a way that is not decoded
	 */
	decode(body: Uint8Array, acceptDamaged?: boolean): Picture;
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

/** The build of the core for the depth of a picture's samples. */
const buildFor = ({ sets: { sps } }: IntraPicture): keyof H264Cores =>
	sps.bitDepthLuma > 8 || (sps.chromaFormatIdc !== 0 && sps.bitDepthChroma > 8) ? 'high' : 'standard';

const outOfMemory = (): never => {
	throw new LivestillError('FRAME_TOO_LARGE', 'there is no memory for the picture');
};

// The intra lists among the six: Table 7-2.
const intra4x4 = [0, 1, 2];
const intra8x8 = [0, 2, 4];

const writeWeights = (core: H264Core, { sets: { sps, pps } }: CodedPart): void => {
	const { lists4x4, lists8x8 } = pps.scalingLists;
	const target = new Uint8Array(core.memory.buffer, core.weightsAddress(), 3 * 16 + 3 * 64);
	for (const [plane, list] of intra4x4.entries()) target.set(lists4x4[list] ?? [], plane * 16);
	for (const [plane, list] of intra8x8.entries()) target.set(lists8x8[list] ?? [], 48 + plane * 64);
	core.setWeights(sps.chromaFormatIdc === 3 ? 3 : 1);
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
		const map = macroblockToSliceGroupMap(sps, pps.sliceGroups, header.fieldPicFlag, intra.sliceGroupChangeCycle);
		new Uint8Array(core.memory.buffer, core.sliceGroupMapAddress(), map.length).set(map);
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

/** Numbers of the core for the structures. */
const structures = { frame: 0, top: 1, bottom: 2 } as const;

/** Separately coded planes of a picture, or the one that stands for all. */
const colourPlanesOf = ({ sets: { sps } }: CodedPart): number => (sps.separateColourPlaneFlag ? 3 : 1);

/** Decodes the slices of a frame or field. Returns its whole macroblocks and what went wrong first. */
const decodePart = (core: H264Core, part: CodedPart, conceal: boolean): { whole: number; damage: string | null } => {
	core.startStructure(structures[part.structure], part.structure === 'frame' && part.sets.sps.mbAdaptiveFrameFieldFlag);
	writeWeights(core, part);
	const colourPlanes = colourPlanesOf(part);
	let whole = 0;
	let damage: string | null = null;
	for (const [number, slice] of part.slices.entries()) {
		if (colourPlanes > 1) core.startColourPlane(slice.header.colourPlaneId);
		const error = decodeSlice(core, part, slice, number);
		whole += core.decodedMacroblocks();
		if (error !== 0) damage ??= sliceErrors[error] ?? `slice error ${error}`;
	}
	for (let plane = 0; plane < colourPlanes; plane++) {
		if (colourPlanes > 1) core.startColourPlane(plane);
		core.deblock();
		if (conceal) core.conceal();
	}
	return { whole, damage };
};

/** Copies the rows of the field that is there over those of the one that is not. */
const doubleLines = ({ planes }: Picture, there: CodedPart['structure']): void => {
	const from = there === 'top' ? 0 : 1;
	for (const { data, stride, height } of planes)
		for (let y = from; y < height; y += 2) data.copyWithin((y ^ 1) * stride, y * stride, (y + 1) * stride);
};

// Samples of all planes per luma sample, by chroma_format_idc.
const samplesPerPixel = [1, 1.5, 2, 3] as const;

/** @throws LivestillError `FRAME_TOO_LARGE` before anything is allocated */
const checkPlanes = (coded: IntraPicture): void => {
	const { picWidthInMbs, frameHeightInMbs, chromaFormatIdc } = coded.sets.sps;
	const bytesPerSample = buildFor(coded) === 'high' ? 2 : 1;
	const bytes = picWidthInMbs * frameHeightInMbs * 256 * samplesPerPixel[chromaFormatIdc] * bytesPerSample;
	if (bytes > limits.planeBytes)
		throw new LivestillError('FRAME_TOO_LARGE', `planes of ${bytes} bytes, at most ${limits.planeBytes} are decoded`);
};

const decodeWith = (core: H264Core, coded: IntraPicture, conceal: boolean): DecodeReport => {
	const { sps } = coded.sets;
	const { parts } = coded;
	const { picWidthInMbs, frameHeightInMbs, chromaFormatIdc, separateColourPlaneFlag, bitDepthLuma, bitDepthChroma } =
		sps;
	const frameMacroblocks = picWidthInMbs * frameHeightInMbs * colourPlanesOf(parts[0]);
	// A lone field is all that is to be had of its frame.
	const totalMacroblocks = parts[0].structure === 'frame' ? frameMacroblocks : (frameMacroblocks / 2) * parts.length;
	const hasRoom = core.startPicture(
		...([picWidthInMbs, frameHeightInMbs, chromaFormatIdc, separateColourPlaneFlag] as const),
		...([bitDepthLuma, bitDepthChroma] as const),
	);
	if (!hasRoom) outOfMemory();
	let decodedMacroblocks = 0;
	let damage: string | null = null;
	for (const part of parts) {
		const result = decodePart(core, part, conceal);
		decodedMacroblocks += result.whole;
		damage ??= result.damage;
	}
	if (decodedMacroblocks < totalMacroblocks) damage ??= 'slices are missing';
	core.startStructure(structures.frame, false);
	const whole = describePicture(core, coded, buildFor(coded) === 'high');
	const lost = { missing: totalMacroblocks - decodedMacroblocks, total: totalMacroblocks };
	const picture = damage === null ? whole : { ...whole, damage: lost };
	if (picture.fields === 'one') doubleLines(picture, parts[0].structure);
	return { picture, decodedMacroblocks, totalMacroblocks, damage };
};

/** @param cores make a fresh instance: at the first picture of their depth, after a trap and after an outsized one */
export const createH264Decoder = (cores: H264Cores): H264Decoder => {
	const kept: { -readonly [build in keyof H264Cores]: H264Core | null } = { standard: null, high: null };

	const decodePicture = (coded: IntraPicture, conceal = false): DecodeReport => {
		checkPlanes(coded);
		const build = buildFor(coded);
		const instance = kept[build] ?? cores[build]();
		// Unless this run ends well, its instance is not used again: a trap leaves scratch half written.
		kept[build] = null;
		try {
			const report = decodeWith(instance, coded, conceal);
			if (instance.memory.buffer.byteLength <= keptMemoryBytes) kept[build] = instance;
			return report;
		} catch (cause) {
			if (cause instanceof LivestillError) throw cause;
			throw new LivestillError('FRAME_DAMAGED', 'the decoder gave up on the bitstream', { cause });
		}
	};

	return {
		decodePicture,
		decode: (body, acceptDamaged = false) => {
			const units = nalUnits(body);
			for (const coded of intraPictures(units)) {
				const report = decodePicture(coded, acceptDamaged);
				if (!acceptDamaged || report.decodedMacroblocks === 0) assertWhole(report);
				return report.picture;
			}
			throw noPicture(units);
		},
	};
};

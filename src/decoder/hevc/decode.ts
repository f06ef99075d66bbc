/** HEVC intra pictures from bits to planes: bit-stream shell here, coding tree units in the WebAssembly core. */
import { LivestillError } from '../../shared/errors.ts';
import { removeEmulationInto } from '../../shared/h264/emulation-prevention.ts';
import { nalUnits } from '../../shared/h264/nal-units.ts';
import { hevcNalHeaderSize } from '../../shared/hevc/nal.ts';
import type { Picture, Plane } from '../picture.ts';
import { type CodedSegment, type IntraPicture, intraPictures } from './coded-pictures.ts';
import { type HevcCore, segmentErrors } from './core.ts';
import { startPicture } from './put-parameters.ts';
import { checkSupport } from './support.ts';

/** A picture and how much of it was decoded. */
export interface DecodeReport {
	/** Planes are views of the core's memory: valid until the next decode. */
	readonly picture: Picture;
	readonly decodedUnits: number;
	readonly totalUnits: number;
	/** What went wrong first, or `null` when the picture is whole. */
	readonly damage: string | null;
}

export interface HevcDecoder {
	/** Decodes one intra picture as far as it goes. @throws LivestillError `UNSUPPORTED_FEATURE`, `FRAME_DAMAGED`, `FRAME_TOO_LARGE` */
	decodePicture(coded: IntraPicture): DecodeReport;
	/**
	 * Decodes the first intra picture of a stored object or stream (Annex B, or NAL units with four-byte lengths). With
	 * `acceptDamaged`, one that is not whole is answered too, with its `damage`, if anything of it is there; what is missing is black.
	 *
	 * @throws LivestillError also `NO_KEYFRAME` when there is no intra picture, `FRAME_DAMAGED` when it is not whole
	 */
	decode(body: Uint8Array, acceptDamaged?: boolean): Picture;
}

// WebAssembly memory never shrinks: after a picture that needed more than this, the instance is dropped. 1080p needs 9 MB.
const keptMemoryBytes = 24 * 1024 * 1024;

/** @throws LivestillError `FRAME_DAMAGED` saying how much of the picture is there */
export const assertWhole = ({ damage, decodedUnits, totalUnits }: Omit<DecodeReport, 'picture'>): void => {
	if (damage === null) return;
	throw new LivestillError('FRAME_DAMAGED', `${damage}; ${decodedUnits} of ${totalUnits} coding tree units are whole`);
};

const outOfMemory = (): never => {
	throw new LivestillError('FRAME_TOO_LARGE', 'there is no memory for the picture');
};

const decodeSegment = (core: HevcCore, { nal, header }: CodedSegment): number => {
	const address = core.inputAddress(nal.length);
	if (address === 0) outOfMemory();
	const target = new Uint8Array(core.memory.buffer, address, nal.length);
	const size = removeEmulationInto(target, nal, hevcNalHeaderSize);
	target.fill(0, size);
	const { slice, dependentSliceSegmentFlag } = header;
	core.putSlice(
		slice.sliceAddrRs,
		slice.sliceQp,
		slice.saoLumaFlag,
		slice.saoChromaFlag,
		slice.cbQpOffset,
		slice.crQpOffset,
		slice.cuChromaQpOffsetEnabledFlag,
		!slice.deblocking.disabledFlag,
		slice.deblocking.betaOffsetDiv2 * 2,
		slice.deblocking.tcOffsetDiv2 * 2,
		slice.loopFilterAcrossSlicesEnabledFlag,
	);
	return core.decodeSliceSegment(address, size, header.dataByte, header.sliceSegmentAddress, dependentSliceSegmentFlag);
};

const describePicture = (core: HevcCore, { sets: { sps } }: IntraPicture): Picture => {
	const { chromaFormatIdc, width, height, vui } = sps;
	const Samples = core.hasBytes() ? Uint8Array : Uint16Array;
	const plane = (index: number): Plane => {
		const shiftX = index > 0 && chromaFormatIdc < 3 ? 1 : 0;
		const shiftY = index > 0 && chromaFormatIdc === 1 ? 1 : 0;
		const stride = core.planeStride(index);
		const rows = height >> shiftY;
		const data = new Samples(core.memory.buffer, core.planeAddress(index), stride * rows);
		return { data, stride, width: width >> shiftX, height: rows };
	};
	const hasSar = vui.sarWidth > 0 && vui.sarHeight > 0;
	return {
		planes: chromaFormatIdc === 0 ? [plane(0)] : [plane(0), plane(1), plane(2)],
		chromaFormat: chromaFormatIdc,
		bitDepthLuma: sps.bitDepthLuma,
		bitDepthChroma: chromaFormatIdc === 0 ? sps.bitDepthLuma : sps.bitDepthChroma,
		crop: sps.crop,
		fields: 'none',
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

const decodeWith = (core: HevcCore, coded: IntraPicture): DecodeReport => {
	const { sps } = coded.sets;
	const unit = 2 ** sps.ctbLog2Size;
	const totalUnits = Math.ceil(sps.width / unit) * Math.ceil(sps.height / unit);
	if (!startPicture(core, coded.sets)) outOfMemory();
	let decodedUnits = 0;
	let damage: string | null = null;
	for (const segment of coded.segments) {
		const error = decodeSegment(core, segment);
		decodedUnits += core.decodedUnits();
		if (error !== 0) damage ??= segmentErrors[error] ?? `slice error ${error}`;
	}
	if (decodedUnits < totalUnits) damage ??= 'slices are missing';
	if (decodedUnits === 0) assertWhole({ damage, decodedUnits, totalUnits });
	core.finishPicture();
	const whole = describePicture(core, coded);
	const lost = { missing: totalUnits - decodedUnits, total: totalUnits };
	const picture = damage === null ? whole : { ...whole, damage: lost };
	return { picture, decodedUnits, totalUnits, damage };
};

/** @param instantiate makes a fresh instance of the core: at the first picture, after a trap and after an outsized one */
export const createHevcDecoder = (instantiate: () => HevcCore): HevcDecoder => {
	let core: HevcCore | null = null;

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
		decode: (body, acceptDamaged = false) => {
			for (const coded of intraPictures(nalUnits(body))) {
				const report = decodePicture(coded);
				if (!acceptDamaged || report.decodedUnits === 0) assertWhole(report);
				return report.picture;
			}
			throw new LivestillError('NO_KEYFRAME', 'there is no intra picture in the HEVC data');
		},
	};
};

/** H.264 in an MP4: `avc1` and AVCDecoderConfigurationRecord. ISO/IEC 14496-15 § 5.3.3.1, § 5.4.2.1 */
import { LivestillError } from '../shared/errors.ts';
import { splitAnnexB } from '../shared/h264/annex-b.ts';
import { nalType, nalUnitType } from '../shared/h264/nal.ts';
import { parseSps, type Sps } from '../shared/h264/sps.ts';
import { box, type Part, u16 } from './box.ts';
import { lengthPrefixed, nalLengthSize } from './nal-sample.ts';
import type { CodedFrame } from './sample-entry.ts';

/** Profiles whose record ends with chroma format and bit depths. */
const extendedProfiles: readonly number[] = [100, 110, 122, 144, 244];

const most = 31;

const counted = (units: readonly Uint8Array[]): Part[] => units.flatMap((unit) => [u16(unit.length), unit]);

const record = (sps: Sps, spsUnits: readonly Uint8Array[], ppsUnits: readonly Uint8Array[]): Uint8Array => {
	const extension = extendedProfiles.includes(sps.profileIdc)
		? [0xfc | sps.chromaFormatIdc, 0xf8 | (sps.bitDepthLuma - 8), 0xf8 | (sps.bitDepthChroma - 8), 0]
		: [];
	return box(
		'avcC',
		[1, sps.profileIdc, sps.constraintFlags, sps.levelIdc, 0xfc | (nalLengthSize - 1), 0xe0 | spsUnits.length],
		...counted(spsUnits),
		[ppsUnits.length],
		...counted(ppsUnits),
		extension,
	);
};

const isParameter = (type: number): boolean => type === nalType.sps || type === nalType.pps;

/** @throws LivestillError `FRAME_DAMAGED`, `FRAME_TOO_LARGE` */
export const h264Frame = (body: Uint8Array): CodedFrame => {
	const units = splitAnnexB(body);
	const spsUnits = units.filter((unit) => nalUnitType(unit) === nalType.sps);
	const ppsUnits = units.filter((unit) => nalUnitType(unit) === nalType.pps);
	const [first] = spsUnits;
	if (first === undefined || ppsUnits.length === 0 || spsUnits.length > most || ppsUnits.length > most)
		throw new LivestillError('FRAME_DAMAGED', 'the keyframe lacks parameter sets, or has too many');
	const sps = parseSps(first);
	const { sarWidth, sarHeight } = sps.vui;
	const rest = units.filter(
		(unit) => !isParameter(nalUnitType(unit)) && nalUnitType(unit) !== nalType.accessUnitDelimiter,
	);
	return {
		width: sps.crop.width,
		height: sps.crop.height,
		sampleAspect: sarWidth > 0 && sarHeight > 0 ? sarWidth / sarHeight : 1,
		entry: 'avc1',
		configuration: record(sps, spsUnits, ppsUnits),
		sample: lengthPrefixed(rest),
	};
};

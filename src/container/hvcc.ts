/** HEVC in an MP4: `hvc1` and HEVCDecoderConfigurationRecord. ISO/IEC 14496-15 § 8.3.3.1, § 8.4.1 */
import { LivestillError } from '../shared/errors.ts';
import { splitAnnexB } from '../shared/h264/annex-b.ts';
import { removeEmulation } from '../shared/h264/emulation-prevention.ts';
import { hevcNalHeaderSize, hevcNalType, hevcNalTypeOf } from '../shared/hevc/nal.ts';
import { peekHevcSps } from '../shared/hevc/sps.ts';
import { box, type Part, u16 } from './box.ts';
import { lengthPrefixed, nalLengthSize } from './nal-sample.ts';
import type { CodedFrame } from './sample-entry.ts';

const parameterTypes: readonly number[] = [hevcNalType.vps, hevcNalType.sps, hevcNalType.pps];

/** general_profile_space to general_level_idc: the record has them as profile_tier_level has. */
const generalProfileSize = 12;

const most = 64;

/** @throws LivestillError `FRAME_DAMAGED`, `FRAME_TOO_LARGE` */
export const hevcFrame = (body: Uint8Array): CodedFrame => {
	const units = splitAnnexB(body);
	const ofType = (type: number): Uint8Array[] => units.filter((unit) => hevcNalTypeOf(unit) === type);
	const arrays = parameterTypes.map((type) => ({ type, sets: ofType(type) }));
	const spsUnit = ofType(hevcNalType.sps)[0];
	const sps = spsUnit === undefined ? null : peekHevcSps(spsUnit);
	if (spsUnit === undefined || sps === null || arrays.some(({ sets }) => sets.length === 0 || sets.length > most))
		throw new LivestillError('FRAME_DAMAGED', 'the keyframe lacks parameter sets, or has too many');
	const rbsp = removeEmulation(spsUnit, hevcNalHeaderSize, 32);
	const nesting = rbsp[0] ?? 0;
	const layers = ((nesting >> 1) & 7) + 1;
	const sets: Part[] = arrays.flatMap(({ type, sets }) => [
		[0x80 | type, ...u16(sets.length)],
		...sets.flatMap((set) => [u16(set.length), set]),
	]);
	const configuration = box(
		'hvcC',
		[1],
		rbsp.subarray(1, 1 + generalProfileSize),
		[0xf0, 0], // min_spatial_segmentation_idc: unknown
		[0xfc], // parallelismType: unknown
		[0xfc | sps.chromaFormatIdc, 0xf8 | (sps.bitDepthLuma - 8), 0xf8 | (sps.bitDepthChroma - 8)],
		u16(0), // avgFrameRate: unknown
		[(layers << 3) | ((nesting & 1) << 2) | (nalLengthSize - 1)],
		[arrays.length],
		...sets,
	);
	const rest = units.filter((unit) => {
		const type = hevcNalTypeOf(unit);
		return !parameterTypes.includes(type) && type !== hevcNalType.accessUnitDelimiter;
	});
	const { width, height } = sps;
	return { width, height, sampleAspect: 1, entry: 'hvc1', configuration, sample: lengthPrefixed(rest) };
};

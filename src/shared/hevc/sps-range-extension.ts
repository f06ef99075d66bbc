/** sps_range_extension(). H.265 § 7.3.2.2.2, § 7.4.3.2.2 */
import type { BitReader } from '../bits.ts';

export interface SpsRangeExtension {
	readonly transformSkipRotationEnabledFlag: boolean;
	readonly transformSkipContextEnabledFlag: boolean;
	readonly implicitRdpcmEnabledFlag: boolean;
	/** Concerns inter blocks only. */
	readonly explicitRdpcmEnabledFlag: boolean;
	readonly extendedPrecisionProcessingFlag: boolean;
	readonly intraSmoothingDisabledFlag: boolean;
	readonly highPrecisionOffsetsEnabledFlag: boolean;
	readonly persistentRiceAdaptationEnabledFlag: boolean;
	readonly cabacBypassAlignmentEnabledFlag: boolean;
}

const parse = (flag: () => boolean): SpsRangeExtension => ({
	transformSkipRotationEnabledFlag: flag(),
	transformSkipContextEnabledFlag: flag(),
	implicitRdpcmEnabledFlag: flag(),
	explicitRdpcmEnabledFlag: flag(),
	extendedPrecisionProcessingFlag: flag(),
	intraSmoothingDisabledFlag: flag(),
	highPrecisionOffsetsEnabledFlag: flag(),
	persistentRiceAdaptationEnabledFlag: flag(),
	cabacBypassAlignmentEnabledFlag: flag(),
});

export const parseSpsRangeExtension = (r: BitReader): SpsRangeExtension => parse(() => r.flag());

/** What an SPS without the extension means. */
export const noSpsRangeExtension: SpsRangeExtension = parse(() => false);

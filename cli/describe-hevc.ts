/** Facts of an HEVC stream in words. H.265 § A.3, § A.4 */
import type { IntraPicture } from '../src/decoder/hevc/coded-pictures.ts';

const profileNames: Readonly<Record<number, string>> = {
	1: 'Main',
	2: 'Main 10',
	3: 'Main Still Picture',
	4: 'Range extensions',
	5: 'High throughput',
	9: 'Screen content coding',
	11: 'High throughput screen content coding',
};

const chromaFormats = ['4:0:0', '4:2:0', '4:2:2', '4:4:4'] as const;

// Table 7-1
const pictureTypes: Readonly<Record<number, string>> = {
	16: 'BLA_W_LP',
	17: 'BLA_W_RADL',
	18: 'BLA_N_LP',
	19: 'IDR_W_RADL',
	20: 'IDR_N_LP',
	21: 'CRA',
};

/** What `livestill decode` prints of a picture before it is decoded. */
export const describeHevc = ({ nalType, sets: { sps } }: IntraPicture) => {
	const { generalProfileIdc, generalLevelIdc } = sps.profileTierLevel;
	return {
		profile: profileNames[generalProfileIdc] ?? `profile ${generalProfileIdc}`,
		level: (generalLevelIdc / 30).toFixed(1),
		width: sps.crop.width,
		height: sps.crop.height,
		chromaFormat: chromaFormats[sps.chromaFormatIdc],
		bitDepthLuma: sps.bitDepthLuma,
		bitDepthChroma: sps.bitDepthChroma,
		pictureType: pictureTypes[nalType] ?? `type ${nalType}`,
	};
};

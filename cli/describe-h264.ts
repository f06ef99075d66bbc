/** Facts of an H.264 stream in words. H.264 § A.2, § A.3 */
import type { IntraPicture } from '../src/decoder/h264/coded-pictures.ts';
import type { Sps } from '../src/shared/h264/sps.ts';

const constraintSet = (sps: Sps, index: number): boolean => ((sps.constraintFlags >> (7 - index)) & 1) === 1;

const profileNames: Readonly<Record<number, string>> = {
	44: 'CAVLC 4:4:4 Intra',
	66: 'Baseline',
	77: 'Main',
	83: 'Scalable Baseline',
	86: 'Scalable High',
	88: 'Extended',
	100: 'High',
	110: 'High 10',
	118: 'Multiview High',
	122: 'High 4:2:2',
	128: 'Stereo High',
	244: 'High 4:4:4 Predictive',
};

const profileName = (sps: Sps): string => {
	const { profileIdc } = sps;
	const name = profileNames[profileIdc] ?? `profile ${profileIdc}`;
	if (profileIdc === 66 && constraintSet(sps, 1)) return 'Constrained Baseline';
	if (profileIdc === 100 && constraintSet(sps, 4))
		return constraintSet(sps, 5) ? 'Constrained High' : 'Progressive High';
	if ((profileIdc === 110 || profileIdc === 122 || profileIdc === 244) && constraintSet(sps, 3))
		return profileIdc === 244 ? 'High 4:4:4 Intra' : `${name} Intra`;
	return name;
};

const levelName = (sps: Sps): string => {
	const { levelIdc, profileIdc } = sps;
	const is1b = levelIdc === 9 || (levelIdc === 11 && profileIdc <= 88 && profileIdc >= 66 && constraintSet(sps, 3));
	return is1b ? '1b' : (levelIdc / 10).toFixed(1);
};

const chromaFormats = ['4:0:0', '4:2:0', '4:2:2', '4:4:4'] as const;

const pictureStructure = ({ sets: { sps }, parts }: IntraPicture): string => {
	if (parts[0].structure !== 'frame') return 'field';
	return sps.mbAdaptiveFrameFieldFlag ? 'mbaff' : 'frame';
};

/** What `livestill decode` prints of a picture before it is decoded. */
export const describeH264 = (picture: IntraPicture) => {
	const { sps } = picture.sets;
	return {
		profile: profileName(sps),
		level: levelName(sps),
		width: sps.crop.width,
		height: sps.crop.height,
		chromaFormat: chromaFormats[sps.chromaFormatIdc],
		bitDepthLuma: sps.bitDepthLuma,
		bitDepthChroma: sps.bitDepthChroma,
		pictureStructure: pictureStructure(picture),
	};
};

/** What this decoder does not decode, said clearly before anything is allocated. */
import { LivestillError } from '../../shared/errors.ts';
import type { IntraPicture } from './coded-pictures.ts';

const chromaFormats = ['4:0:0', '4:2:0', '4:2:2', '4:4:4'] as const;

const refusal = ({ sets: { sps, pps } }: IntraPicture): string | null => {
	if (sps.chromaFormatIdc > 1) return `chroma format ${chromaFormats[sps.chromaFormatIdc]}`;
	if (sps.bitDepthLuma !== 8 || sps.bitDepthChroma !== 8)
		return `${Math.max(sps.bitDepthLuma, sps.bitDepthChroma)} bit samples`;
	if (!sps.frameMbsOnlyFlag && pps.sliceGroups !== null) return 'slice groups in interlaced video';
	return null;
};

/** @throws LivestillError `UNSUPPORTED_FEATURE` naming the tool that the picture uses and this decoder lacks */
export const checkSupport = (picture: IntraPicture): void => {
	const feature = refusal(picture);
	if (feature !== null) throw new LivestillError('UNSUPPORTED_FEATURE', `H.264 with ${feature} is not decoded`);
};

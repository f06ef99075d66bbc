/** What this decoder does not decode, said clearly before anything is allocated. */
import { LivestillError } from '../../shared/errors.ts';
import type { IntraPicture } from './coded-pictures.ts';

const refusal = ({ sets: { sps, pps } }: IntraPicture): string | null => {
	if (sps.separateColourPlaneFlag) return 'separate colour planes';
	if (sps.sccExtensionFlag || pps.sccExtensionFlag) return 'screen content coding tools';
	return null;
};

/** @throws LivestillError `UNSUPPORTED_FEATURE` naming the tool that the picture uses and this decoder lacks */
export const checkSupport = (picture: IntraPicture): void => {
	const feature = refusal(picture);
	if (feature !== null) throw new LivestillError('UNSUPPORTED_FEATURE', `HEVC with ${feature} is not decoded`);
};

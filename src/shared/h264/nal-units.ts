/** NAL units of a stored object or a stream, of H.264 and HEVC alike. */
import { isAnnexB, splitAnnexB } from './annex-b.ts';
import { splitLengthPrefixed } from './avcc.ts';

const lengthSize = 4;

/** NAL units of an Annex B stream, or of one with four-byte lengths when there is no start code in front. */
export const nalUnits = (bytes: Uint8Array): Uint8Array[] =>
	isAnnexB(bytes) ? splitAnnexB(bytes) : splitLengthPrefixed(bytes, lengthSize);

/** Which codec a stored object's body is in, from its bytes. */
import { type Codec, codecs } from '../src/shared/codec.ts';
import { isAnnexB, splitAnnexB } from '../src/shared/h264/annex-b.ts';
import { nalType, nalUnitType } from '../src/shared/h264/nal.ts';

// nal_unit_type of HEVC's VPS and SPS (H.265 Table 7-1), whose second header byte is 1 in the base layer.
const hevcParameterSets: readonly number[] = [32, 33];

const isHevcParameterSet = (nal: Uint8Array): boolean =>
	hevcParameterSets.includes(((nal[0] ?? 0) >> 1) & 63) && nal[1] === 1;

const startsWith = (bytes: Uint8Array, ...prefix: number[]): boolean => prefix.every((byte, i) => bytes[i] === byte);

const sniffAnnexB = (bytes: Uint8Array): Codec | null => {
	const units = splitAnnexB(bytes);
	if (units.some(isHevcParameterSet)) return 'hevc';
	return units.some((nal) => nalUnitType(nal) === nalType.sps) ? 'h264' : null;
};

/** The codec of a keyframe body, or `null` when nothing known is recognised. */
export const sniffCodec = (bytes: Uint8Array): Codec | null => {
	if (isAnnexB(bytes)) return sniffAnnexB(bytes);
	if (startsWith(bytes, 0xff, 0xd8, 0xff)) return 'jpeg';
	// A temporal delimiter OBU of size 0 (AV1 § 5.3).
	if (startsWith(bytes, 0x12, 0x00)) return 'av1';
	// The start code of a VP8 keyframe (RFC 6386 § 9.1) and the sync code of a VP9 one (VP9 § 6.2).
	if (startsWith(bytes.subarray(3), 0x9d, 0x01, 0x2a)) return 'vp8';
	if (startsWith(bytes.subarray(1), 0x49, 0x83, 0x42)) return 'vp9';
	return null;
};

export const isCodec = (name: string): name is Codec => codecs.some((codec) => codec === name);

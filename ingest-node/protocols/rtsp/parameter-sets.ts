/** Parameter sets that a description brings: some senders have them nowhere else. RFC 6184 § 8.1, RFC 7798 § 7.1 */
import type { Codec } from '../../../src/shared/codec.ts';
import { isAnnexB, splitAnnexB } from '../../../src/shared/h264/annex-b.ts';
import type { PayloadFormat } from '../sdp/description.ts';
import { rtspLimits } from './rtsp-limits.ts';

const parameterNames: Partial<Record<Codec, readonly string[]>> = {
	h264: ['sprop-parameter-sets'],
	hevc: ['sprop-vps', 'sprop-sps', 'sprop-pps'],
};

/** Base64 as it is found, with or without padding; nothing when it is none. */
const decode = (coded: string): Uint8Array[] => {
	const text = coded.trim().replace(/=+$/, '');
	if (!/^[A-Za-z0-9+/_-]{2,}$/.test(text)) return [];
	const bytes = new Uint8Array(Buffer.from(text, 'base64'));
	// Some cameras leave the start codes in.
	return isAnnexB(bytes) ? splitAnnexB(bytes) : [bytes];
};

/** NAL units; what cannot be read is left out: the stream may have them as well. */
export const parameterSetsOf = (codec: Codec, { parameters }: PayloadFormat): Uint8Array[] =>
	(parameterNames[codec] ?? [])
		.flatMap((name) => (parameters.get(name) ?? '').replace(/^"(.*)"$/, '$1').split(','))
		.slice(0, rtspLimits.parameterSets)
		.flatMap(decode)
		.filter(({ length }) => length > 1);

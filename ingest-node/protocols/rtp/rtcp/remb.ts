/**
 * Receiver estimated maximum bitrate. draft-alvestrand-rmcat-remb-03 § 2.2.
 *
 *     | SSRC of the sender | 0 | "REMB" | count 8, exponent 6, mantissa 18 | SSRC of the media | …
 */
import { u8, u32 } from '../../bytes.ts';
import { rtpLimits } from '../rtp-limits.ts';
import {
	bytesToWords,
	needBody,
	type RtcpChunk,
	rtcpPacket,
	rtcpType,
	rtcpViolation,
	wordsToBytes,
} from './rtcp-header.ts';

export interface Remb {
	readonly kind: 'remb';
	readonly ssrc: number;
	/** Bits per second. */
	readonly bitrate: number;
	readonly mediaSsrcs: readonly number[];
}

/** Feedback message type of application layer feedback, of which REMB is one. */
export const applicationFormat = 15;
const identifier = 0x52454d42;
const mantissaBits = 18;
const largestMantissa = 2 ** mantissaBits - 1;

/** `null`: application layer feedback of another kind. @throws LivestillError `PROTOCOL_VIOLATION` */
export const parseRemb = ({ body }: RtcpChunk): Remb | null => {
	if (body.length < 12 || u32(body, 8) !== identifier) return null;
	needBody(body, 16, 'with a REMB');
	const count = u8(body, 12);
	if (count > rtpLimits.feedbackEntries)
		return rtcpViolation(`with a REMB has ${count} sources, at most ${rtpLimits.feedbackEntries} are allowed`);
	needBody(body, 16 + 4 * count, 'with a REMB');
	const coded = u32(body, 12) & 0xffffff;
	const bitrate = (coded & largestMantissa) * 2 ** (coded >> mantissaBits);
	return { kind: 'remb', ssrc: u32(body, 0), bitrate, mediaSsrcs: bytesToWords(body.subarray(16, 16 + 4 * count)) };
};

/** @param bitrate bits per second, rounded down to 18 significant bits */
export const buildRemb = (ssrc: number, bitrate: number, mediaSsrcs: readonly number[]): Uint8Array => {
	let exponent = 0;
	let mantissa = Math.floor(bitrate);
	while (mantissa > largestMantissa) {
		mantissa = Math.floor(mantissa / 2);
		exponent += 1;
	}
	const coded = mediaSsrcs.length * 2 ** 24 + exponent * 2 ** mantissaBits + mantissa;
	const words = [ssrc, 0, identifier, coded, ...mediaSsrcs];
	return rtcpPacket(rtcpType.payloadFeedback, applicationFormat, wordsToBytes(words));
};

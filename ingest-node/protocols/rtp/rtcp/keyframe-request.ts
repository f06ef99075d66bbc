/**
 * Requests for a keyframe: picture loss indication, RFC 4585 § 6.3.1, and full intra request, RFC 5104 § 4.3.1.
 *
 *     PLI  | SSRC of the sender | SSRC of the media |
 *     FIR  | SSRC of the sender | 0 | entry: SSRC of the media, sequence 8, 0 24 | …
 */
import { u8, u32 } from '../../bytes.ts';
import { rtpLimits } from '../rtp-limits.ts';
import { needBody, type RtcpChunk, rtcpPacket, rtcpType, rtcpViolation, wordsToBytes } from './rtcp-header.ts';

export interface Pli {
	readonly kind: 'pli';
	readonly ssrc: number;
	readonly mediaSsrc: number;
}

export interface Fir {
	readonly kind: 'fir';
	readonly ssrc: number;
	/** A request with the same number as the one before is its repetition. */
	readonly entries: readonly { readonly mediaSsrc: number; readonly commandSequence: number }[];
}

/** Feedback message types. */
export const pliFormat = 1;
export const firFormat = 4;

/** @throws LivestillError `PROTOCOL_VIOLATION` */
export const parsePli = ({ body }: RtcpChunk): Pli => {
	needBody(body, 8, 'with a PLI');
	return { kind: 'pli', ssrc: u32(body, 0), mediaSsrc: u32(body, 4) };
};

/** @throws LivestillError `PROTOCOL_VIOLATION` */
export const parseFir = ({ body }: RtcpChunk): Fir => {
	needBody(body, 16, 'with a FIR');
	const count = (body.length - 8) >> 3;
	if (count > rtpLimits.feedbackEntries)
		return rtcpViolation(`with a FIR has ${count} entries, at most ${rtpLimits.feedbackEntries} are allowed`);
	const entries = Array.from({ length: count }, (_, index) => {
		const at = 8 + 8 * index;
		return { mediaSsrc: u32(body, at), commandSequence: u8(body, at + 4) };
	});
	return { kind: 'fir', ssrc: u32(body, 0), entries };
};

export const buildPli = (ssrc: number, mediaSsrc: number): Uint8Array =>
	rtcpPacket(rtcpType.payloadFeedback, pliFormat, wordsToBytes([ssrc, mediaSsrc]));

/** @param commandSequence 8 bits; one more for each new request */
export const buildFir = (ssrc: number, mediaSsrc: number, commandSequence: number): Uint8Array =>
	rtcpPacket(rtcpType.payloadFeedback, firFormat, wordsToBytes([ssrc, 0, mediaSsrc, commandSequence * 2 ** 24]));

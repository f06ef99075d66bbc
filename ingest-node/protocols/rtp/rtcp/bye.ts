/** Goodbye: sources that send no more. RFC 3550 § 6.6. */
import { bytesToWords, needBody, type RtcpChunk, rtcpPacket, rtcpType, wordsToBytes } from './rtcp-header.ts';

export interface Bye {
	readonly kind: 'bye';
	readonly ssrcs: readonly number[];
}

/** The reason for leaving, text for people, is passed over. @throws LivestillError `PROTOCOL_VIOLATION` */
export const parseBye = ({ body, count }: RtcpChunk): Bye => {
	needBody(body, 4 * count, 'with a goodbye');
	return { kind: 'bye', ssrcs: bytesToWords(body.subarray(0, 4 * count)) };
};

/** @param ssrcs 31 at the most */
export const buildBye = (ssrcs: readonly number[]): Uint8Array =>
	rtcpPacket(rtcpType.bye, ssrcs.length, wordsToBytes(ssrcs));

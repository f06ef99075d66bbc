/**
 * Generic NACK: packets that are missing. RFC 4585 § 6.2.1.
 *
 *     | SSRC of the sender | SSRC of the media | pair: packet id 16, bit mask of the following sixteen 16 | …
 */
import { u32 } from '../../bytes.ts';
import { rtpLimits } from '../rtp-limits.ts';
import { sequenceDistance } from '../sequence.ts';
import { needBody, type RtcpChunk, rtcpPacket, rtcpType, rtcpViolation, wordsToBytes } from './rtcp-header.ts';

export interface Nack {
	readonly kind: 'nack';
	/** Who misses them. */
	readonly ssrc: number;
	readonly mediaSsrc: number;
	/** Sequence numbers, as they were asked for. */
	readonly sequences: readonly number[];
}

/** Feedback message type of a generic NACK. */
export const nackFormat = 1;
const maskBits = 16;

/** @throws LivestillError `PROTOCOL_VIOLATION` */
export const parseNack = ({ body }: RtcpChunk): Nack => {
	needBody(body, 12, 'with a NACK');
	const pairs = (body.length - 8) >> 2;
	if (pairs > rtpLimits.nackPairs)
		return rtcpViolation(`with a NACK has ${pairs} pairs, at most ${rtpLimits.nackPairs} are allowed`);
	const sequences: number[] = [];
	for (let at = 8; at + 4 <= body.length; at += 4) {
		const pair = u32(body, at);
		const packetId = pair >>> 16;
		sequences.push(packetId);
		for (let bit = 0; bit < maskBits; bit += 1) if (pair & (1 << bit)) sequences.push((packetId + 1 + bit) & 0xffff);
	}
	return { kind: 'nack', ssrc: u32(body, 0), mediaSsrc: u32(body, 4), sequences };
};

/** @param sequences in ascending order, as wrapping numbers ascend; at least one */
export const buildNack = (ssrc: number, mediaSsrc: number, sequences: readonly number[]): Uint8Array => {
	const pairs: number[] = [];
	let packetId: number | null = null;
	let mask = 0;
	for (const sequence of sequences) {
		const ahead = packetId === null ? 0 : sequenceDistance(sequence, packetId);
		if (packetId !== null && ahead === 0) continue;
		if (packetId !== null && ahead > 0 && ahead <= maskBits) mask |= 1 << (ahead - 1);
		else {
			if (packetId !== null) pairs.push(packetId * 65_536 + mask);
			packetId = sequence;
			mask = 0;
		}
	}
	if (packetId !== null) pairs.push(packetId * 65_536 + mask);
	return rtcpPacket(rtcpType.transportFeedback, nackFormat, wordsToBytes([ssrc, mediaSsrc, ...pairs]));
};

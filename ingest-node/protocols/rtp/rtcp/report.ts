/**
 * Sender and receiver reports. RFC 3550 §§ 6.4.1, 6.4.2.
 *
 *     sender    | SSRC | NTP time 64 | RTP time | packets | bytes | blocks
 *     receiver  | SSRC | blocks
 *     block     | SSRC of the source | fraction lost 8, lost 24 | highest sequence | jitter | LSR | DLSR |
 */
import { u8, u32 } from '../../bytes.ts';
import { needBody, type RtcpChunk, rtcpPacket, rtcpType, wordsToBytes } from './rtcp-header.ts';

/** What a receiver says of one source. */
export interface ReportBlock {
	readonly ssrc: number;
	/** Lost since the last report, in 1/256 of what was expected. */
	readonly fractionLost: number;
	/** Lost in all, −2^23 … 2^23 − 1; duplicates make it negative. */
	readonly packetsLost: number;
	/** Extended: count of wraps in the upper 16 bits. */
	readonly highestSequence: number;
	/** In units of the RTP timestamp. */
	readonly jitter: number;
	/** Middle 32 bits of the NTP time of the newest sender report, 0: there was none. */
	readonly lastSenderReport: number;
	/** 1/65,536 s since it arrived. */
	readonly delaySinceLastSenderReport: number;
}

export interface SenderInfo {
	/** Seconds since 1900. */
	readonly ntpSeconds: number;
	/** 1/2^32 s. */
	readonly ntpFraction: number;
	/** The same moment on the clock of the RTP timestamps. */
	readonly rtpTimestamp: number;
	readonly packetCount: number;
	/** Bytes of payload. */
	readonly octetCount: number;
}

export interface SenderReport extends SenderInfo {
	readonly kind: 'senderReport';
	readonly ssrc: number;
	readonly blocks: readonly ReportBlock[];
}

export interface ReceiverReport {
	readonly kind: 'receiverReport';
	readonly ssrc: number;
	readonly blocks: readonly ReportBlock[];
}

const blockSize = 24;
const senderInfoSize = 20;

const parseBlocks = (body: Uint8Array, start: number, count: number): ReportBlock[] => {
	needBody(body, start + blockSize * count, 'with reports');
	return Array.from({ length: count }, (_, index) => {
		const at = start + blockSize * index;
		return {
			ssrc: u32(body, at),
			fractionLost: u8(body, at + 4),
			packetsLost: (u32(body, at + 4) << 8) >> 8,
			highestSequence: u32(body, at + 8),
			jitter: u32(body, at + 12),
			lastSenderReport: u32(body, at + 16),
			delaySinceLastSenderReport: u32(body, at + 20),
		};
	});
};

/** @throws LivestillError `PROTOCOL_VIOLATION` */
export const parseReceiverReport = ({ body, count }: RtcpChunk): ReceiverReport => {
	needBody(body, 4, 'with a receiver report');
	return { kind: 'receiverReport', ssrc: u32(body, 0), blocks: parseBlocks(body, 4, count) };
};

/** @throws LivestillError `PROTOCOL_VIOLATION` */
export const parseSenderReport = ({ body, count }: RtcpChunk): SenderReport => {
	needBody(body, 4 + senderInfoSize, 'with a sender report');
	return {
		kind: 'senderReport',
		ssrc: u32(body, 0),
		ntpSeconds: u32(body, 4),
		ntpFraction: u32(body, 8),
		rtpTimestamp: u32(body, 12),
		packetCount: u32(body, 16),
		octetCount: u32(body, 20),
		blocks: parseBlocks(body, 4 + senderInfoSize, count),
	};
};

const blockWords = (blocks: readonly ReportBlock[]): number[] =>
	blocks.flatMap((block) => [
		block.ssrc,
		((block.fractionLost << 24) | (block.packetsLost & 0xffffff)) >>> 0,
		block.highestSequence,
		block.jitter,
		block.lastSenderReport,
		block.delaySinceLastSenderReport,
	]);

/** @param blocks 31 at the most */
export const buildReceiverReport = (ssrc: number, blocks: readonly ReportBlock[]): Uint8Array =>
	rtcpPacket(rtcpType.receiverReport, blocks.length, wordsToBytes([ssrc, ...blockWords(blocks)]));

/** @param blocks 31 at the most */
export const buildSenderReport = (ssrc: number, info: SenderInfo, blocks: readonly ReportBlock[] = []): Uint8Array => {
	const { ntpSeconds, ntpFraction, rtpTimestamp, packetCount, octetCount } = info;
	const words = [ssrc, ntpSeconds, ntpFraction, rtpTimestamp, packetCount, octetCount, ...blockWords(blocks)];
	return rtcpPacket(rtcpType.senderReport, blocks.length, wordsToBytes(words));
};

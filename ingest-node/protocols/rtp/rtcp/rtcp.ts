/** RTCP compound packets: what a peer reports and asks for. RFC 3550 § 6.1; of reduced size also, RFC 5506. */
import { u8, u16 } from '../../bytes.ts';
import { rtpLimits } from '../rtp-limits.ts';
import { type Bye, parseBye } from './bye.ts';
import { type Fir, firFormat, type Pli, parseFir, parsePli, pliFormat } from './keyframe-request.ts';
import { type Nack, nackFormat, parseNack } from './nack.ts';
import { applicationFormat, parseRemb, type Remb } from './remb.ts';
import { parseReceiverReport, parseSenderReport, type ReceiverReport, type SenderReport } from './report.ts';
import { type RtcpChunk, rtcpType, rtcpViolation } from './rtcp-header.ts';
import { parseSourceDescription, type SourceDescription } from './source-description.ts';

export type RtcpPacket = SenderReport | ReceiverReport | SourceDescription | Bye | Nack | Pli | Fir | Remb;

const split = (bytes: Uint8Array): RtcpChunk[] => {
	const chunks: RtcpChunk[] = [];
	for (let at = 0; at < bytes.length; ) {
		if (bytes.length - at < 4) return rtcpViolation('is cut off');
		const first = u8(bytes, at);
		if (first >> 6 !== 2) return rtcpViolation(`has version ${first >> 6}`);
		const end = at + 4 * (u16(bytes, at + 2) + 1);
		if (end > bytes.length) return rtcpViolation(`ends ${end - bytes.length} bytes too late`);
		if (chunks.length >= rtpLimits.rtcpPackets) return rtcpViolation(`is one of more than ${rtpLimits.rtcpPackets}`);
		let body = bytes.subarray(at + 4, end);
		if (first & 0x20) {
			const padding = u8(body, body.length - 1);
			if (padding === 0 || padding > body.length) return rtcpViolation(`has ${padding} bytes of padding`);
			body = body.subarray(0, body.length - padding);
		}
		chunks.push({ count: first & 31, type: u8(bytes, at + 1), body });
		at = end;
	}
	return chunks;
};

const parse = (chunk: RtcpChunk): RtcpPacket | null => {
	switch (chunk.type) {
		case rtcpType.senderReport:
			return parseSenderReport(chunk);
		case rtcpType.receiverReport:
			return parseReceiverReport(chunk);
		case rtcpType.sourceDescription:
			return parseSourceDescription(chunk);
		case rtcpType.bye:
			return parseBye(chunk);
		case rtcpType.transportFeedback:
			return chunk.count === nackFormat ? parseNack(chunk) : null;
		case rtcpType.payloadFeedback:
			if (chunk.count === pliFormat) return parsePli(chunk);
			if (chunk.count === firFormat) return parseFir(chunk);
			return chunk.count === applicationFormat ? parseRemb(chunk) : null;
		default:
			return null;
	}
};

/**
 * The packets of a compound, in order; those of other types are left out.
 *
 * @throws LivestillError `PROTOCOL_VIOLATION`: nothing of the compound counts
 */
export const parseRtcp = (bytes: Uint8Array): RtcpPacket[] =>
	split(bytes)
		.map(parse)
		.filter((packet) => packet !== null);

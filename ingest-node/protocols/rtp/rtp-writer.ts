/** One outgoing stream of RTP packets: numbers them and counts for the sender reports. RFC 3550 §§ 5.1, 6.4.1. */
import { buildRtpPacket } from './packet.ts';
import type { SenderInfo } from './rtcp/report.ts';
import { nextSequence } from './sequence.ts';

export interface RtpWriter {
	/** The packets of one picture, the marker on the last. @param timestamp 32 bits, in ticks of the payload's clock */
	write(
		payloads: readonly Uint8Array[],
		timestamp: number,
	): { readonly sequence: number; readonly bytes: Uint8Array }[];
	/**
	 * What a sender report says.
	 *
	 * @param time epoch milliseconds
	 * @param rtpTimestamp the same moment in ticks of the payload's clock
	 */
	info(time: number, rtpTimestamp: number): SenderInfo;
}

/** Seconds from 1900, where NTP begins, to 1970. */
const ntpEpoch = 2_208_988_800;

export interface RtpWriterOptions {
	readonly ssrc: number;
	readonly payloadType: number;
	/** Of the first packet; random, § 5.1. */
	readonly sequence: number;
}

export const createRtpWriter = ({ ssrc, payloadType, sequence: first }: RtpWriterOptions): RtpWriter => {
	let sequence = first & 0xffff;
	let packetCount = 0;
	let octetCount = 0;
	return {
		write: (payloads, timestamp) =>
			payloads.map((payload, index) => {
				const marker = index === payloads.length - 1;
				const packet = {
					sequence,
					bytes: buildRtpPacket({ marker, payloadType, sequence, timestamp, ssrc, payload }),
				};
				sequence = nextSequence(sequence);
				packetCount += 1;
				octetCount += payload.length;
				return packet;
			}),
		info: (time, rtpTimestamp) => {
			const seconds = Math.floor(time / 1000);
			return {
				ntpSeconds: (seconds + ntpEpoch) % 2 ** 32,
				ntpFraction: Math.floor(((time - seconds * 1000) / 1000) * 2 ** 32),
				rtpTimestamp: rtpTimestamp >>> 0,
				packetCount: packetCount % 2 ** 32,
				octetCount: octetCount % 2 ** 32,
			};
		},
	};
};

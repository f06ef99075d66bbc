/** Pictures as RTP packets, made by the book and not by the code under test. */
import { buildRtpPacket } from '../../../ingest-node/protocols/rtp/packet.ts';

/** Largest payload. */
const payloadBytes = 1100;

/** NAL units of an Annex B stream. */
export const nalsOf = (stream: Uint8Array): Uint8Array[] => {
	const bytes = Buffer.from(stream);
	const starts: number[] = [];
	for (let at = bytes.indexOf('000001', 0, 'hex'); at >= 0; at = bytes.indexOf('000001', at + 3, 'hex'))
		starts.push(at);
	return starts.map((start, index) => {
		let end = starts[index + 1] ?? bytes.length;
		while (end > start && bytes[end - 1] === 0) end -= 1;
		return bytes.subarray(start + 3, end);
	});
};

/** RFC 6184 § 5: single NAL units and FU-A. */
export const h264Payloads = (nals: readonly Uint8Array[]): Uint8Array[] =>
	nals.flatMap((nal) => {
		if (nal.length <= payloadBytes) return [nal];
		const header = nal[0] ?? 0;
		const parts: Uint8Array[] = [];
		for (let at = 1; at < nal.length; at += payloadBytes) {
			const part = nal.subarray(at, at + payloadBytes);
			const start = at === 1 ? 0x80 : 0;
			const end = at + payloadBytes >= nal.length ? 0x40 : 0;
			parts.push(Buffer.concat([Uint8Array.of((header & 0xe0) | 28, start | end | (header & 31)), part]));
		}
		return parts;
	});

/** RFC 7741 § 4.2: a descriptor of one byte, S set in the first packet. */
export const vp8Payloads = (frame: Uint8Array): Uint8Array[] => {
	const parts: Uint8Array[] = [];
	for (let at = 0; at < frame.length; at += payloadBytes)
		parts.push(Buffer.concat([Uint8Array.of(at === 0 ? 0x10 : 0), frame.subarray(at, at + payloadBytes)]));
	return parts;
};

export interface RtpWriter {
	/** Packets of one picture. */
	picture(payloads: readonly Uint8Array[], options?: { readonly orientation?: number }): Uint8Array[];
}

/** Writes pictures 33 ms apart. @param orientationId of the header extension */
export const createRtpWriter = (ssrc: number, payloadType: number, sequence = 65_500, orientationId = 4): RtpWriter => {
	let next = sequence;
	let timestamp = 2 ** 32 - 9000;
	return {
		picture: (payloads, { orientation } = {}) => {
			timestamp = (timestamp + 3000) % 2 ** 32;
			return payloads.map((payload, index) => {
				const marker = index === payloads.length - 1;
				const bytes = buildRtpPacket({
					marker,
					payloadType,
					sequence: next,
					timestamp,
					ssrc,
					payload,
					extension:
						orientation === undefined || !marker
							? null
							: { profile: 0xbede, data: Uint8Array.of(orientationId << 4, orientation) },
				});
				next = (next + 1) & 0xffff;
				return bytes;
			});
		},
	};
};

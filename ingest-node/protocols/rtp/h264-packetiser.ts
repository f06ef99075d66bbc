/**
 * H.264 access units as RTP payloads: parameter sets together in one STAP-A, small NAL units as they are, large ones in
 * FU-As. RFC 6184 §§ 5.6, 5.7.1, 5.8.
 */
import { nalType, nalUnitType } from '../../../src/shared/h264/nal.ts';
import { u8 } from '../bytes.ts';

/** Bytes of a payload: with RTP, SRTP, UDP and IP headers a packet stays below 1,280, which every IPv6 path carries. */
export const maxPayloadBytes = 1200;

const stapA = 24;
const fuA = 28;
const startBit = 0x80;
const endBit = 0x40;

const isSmallAndEarly = (nal: Uint8Array): boolean =>
	[nalType.sps, nalType.pps, nalType.sei].some((type) => type === nalUnitType(nal));

const aggregate = (nals: readonly Uint8Array[]): Uint8Array => {
	const payload = new Uint8Array(nals.reduce((size, nal) => size + 2 + nal.length, 1));
	let header = 0;
	let at = 1;
	for (const nal of nals) {
		// F of any, the highest NRI.
		header = (header & 0x80) | (u8(nal, 0) & 0x80) | Math.max(header & 0x60, u8(nal, 0) & 0x60);
		payload[at] = nal.length >> 8;
		payload[at + 1] = nal.length;
		payload.set(nal, at + 2);
		at += 2 + nal.length;
	}
	payload[0] = header | stapA;
	return payload;
};

const fragment = (nal: Uint8Array, maxBytes: number): Uint8Array[] => {
	const count = Math.ceil((nal.length - 1) / (maxBytes - 2));
	// Fragments of about one size: the last is not a mere rest.
	const size = Math.ceil((nal.length - 1) / count);
	return Array.from({ length: count }, (_, index) => {
		const part = nal.subarray(1 + index * size, 1 + (index + 1) * size);
		const payload = new Uint8Array(2 + part.length);
		payload[0] = (u8(nal, 0) & 0xe0) | fuA;
		payload[1] = (index === 0 ? startBit : 0) | (index === count - 1 ? endBit : 0) | nalUnitType(nal);
		payload.set(part, 2);
		return payload;
	});
};

/**
 * The payloads of an access unit. Single NAL units are views; access unit delimiters and empty NAL units are left out.
 *
 * @param maxBytes at least 4
 */
export const packetiseH264 = (nals: readonly Uint8Array[], maxBytes: number = maxPayloadBytes): Uint8Array[] => {
	const payloads: Uint8Array[] = [];
	let together: Uint8Array[] = [];
	let size = 1;
	const flush = (): void => {
		if (together.length > 1) payloads.push(aggregate(together));
		else payloads.push(...together);
		together = [];
		size = 1;
	};
	for (const nal of nals) {
		if (nal.length === 0 || nalUnitType(nal) === nalType.accessUnitDelimiter) continue;
		if (isSmallAndEarly(nal) && nal.length + 3 <= maxBytes) {
			if (size + 2 + nal.length > maxBytes) flush();
			together.push(nal);
			size += 2 + nal.length;
			continue;
		}
		flush();
		if (nal.length <= maxBytes) payloads.push(nal);
		else payloads.push(...fragment(nal, maxBytes));
	}
	flush();
	return payloads;
};

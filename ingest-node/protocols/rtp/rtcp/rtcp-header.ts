/**
 * What all RTCP packets begin with. RFC 3550 § 6.4.1, RFC 4585 § 6.1.
 *
 *     | V 2, P 1, count or format 5 | packet type 8 | length 16: words − 1 | body |
 */
import { LivestillError } from '../../../../src/shared/errors.ts';
import { u32, writeU32 } from '../../bytes.ts';

export const rtcpType = {
	senderReport: 200,
	receiverReport: 201,
	sourceDescription: 202,
	bye: 203,
	transportFeedback: 205,
	payloadFeedback: 206,
} as const;

/** One packet of a compound, its padding taken away. */
export interface RtcpChunk {
	/** Reception report count, source count or feedback message type. */
	readonly count: number;
	readonly type: number;
	/** All behind the first word; a view. */
	readonly body: Uint8Array;
}

export const rtcpViolation = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `RTCP packet ${why}`);
};

/** Checks that a body has at least `bytes`. @throws LivestillError `PROTOCOL_VIOLATION` */
export const needBody = (body: Uint8Array, bytes: number, what: string): void => {
	if (body.length < bytes) rtcpViolation(`${what} has ${body.length} bytes, at least ${bytes} are needed`);
};

/** The bytes of one packet. `body` is a whole number of words. */
export const rtcpPacket = (type: number, count: number, body: Uint8Array): Uint8Array => {
	const bytes = new Uint8Array(4 + body.length);
	writeU32(bytes, 0, (2 << 30) | (count << 24) | (type << 16) | (body.length / 4));
	bytes.set(body, 4);
	return bytes;
};

/** 32-bit words, big-endian. */
export const wordsToBytes = (words: readonly number[]): Uint8Array => {
	const bytes = new Uint8Array(4 * words.length);
	for (const [index, word] of words.entries()) writeU32(bytes, 4 * index, word);
	return bytes;
};

/** Bytes as 32-bit words, big-endian; what is less than a word at the end is left out. */
export const bytesToWords = (bytes: Uint8Array): number[] =>
	Array.from({ length: bytes.length >> 2 }, (_, index) => u32(bytes, 4 * index));

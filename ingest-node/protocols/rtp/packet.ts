/**
 * RTP packets. RFC 3550 § 5.1.
 *
 *     | V 2, P 1, X 1, CC 4 | M 1, PT 7 | sequence number 16 | timestamp 32 | SSRC 32 | CSRC 32 × CC |
 *     | with X: profile 16, length 16 in words, extension | payload | with P: padding, its last byte is its length |
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { u8, u16, u32, writeU32 } from '../bytes.ts';

export interface RtpPacket {
	/** What it means depends on the payload format; for video: the last packet of a picture. */
	readonly marker: boolean;
	/** 0–127 */
	readonly payloadType: number;
	/** 16 bits. */
	readonly sequence: number;
	/** 32 bits, in units of the payload format's clock. */
	readonly timestamp: number;
	/** 32 bits. */
	readonly ssrc: number;
	readonly extension: RtpExtension | null;
	/** A view. Empty when the packet carries nothing but padding; it has a sequence number all the same. */
	readonly payload: Uint8Array;
}

export interface RtpExtension {
	/** "Defined by profile": tells how `data` is to be read. */
	readonly profile: number;
	/** A view. */
	readonly data: Uint8Array;
}

const version = 2;
const fixedSize = 12;
const largestPadding = 255;

const fail = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `RTP packet ${why}`);
};

/** Whether a packet on a port that RTP and RTCP share is RTCP. RFC 5761 § 4 */
export const isRtcp = (bytes: Uint8Array): boolean => u8(bytes, 1) >= 192 && u8(bytes, 1) <= 223;

/** Reads a packet; its parts are views of `bytes`. @throws LivestillError `PROTOCOL_VIOLATION` */
export const parseRtpPacket = (bytes: Uint8Array): RtpPacket => {
	if (bytes.length < fixedSize) return fail(`has ${bytes.length} bytes, at least ${fixedSize} are needed`);
	const first = u8(bytes, 0);
	const second = u8(bytes, 1);
	if (first >> 6 !== version) return fail(`has version ${first >> 6}`);
	let at = fixedSize + 4 * (first & 15);
	let extension: RtpExtension | null = null;
	if (first & 0x10) {
		if (at + 4 > bytes.length) return fail('is cut off in front of its extension');
		const start = at + 4;
		const end = start + 4 * u16(bytes, at + 2);
		if (end > bytes.length) return fail('has an extension that ends too late');
		extension = { profile: u16(bytes, at), data: bytes.subarray(start, end) };
		at = end;
	}
	let end = bytes.length;
	if (at > end) return fail('is cut off in its sources');
	if (first & 0x20) {
		const padding = u8(bytes, end - 1);
		if (padding === 0 || padding > end - at) return fail(`has ${padding} bytes of padding, ${end - at} are there`);
		end -= padding;
	}
	return {
		marker: second >= 128,
		payloadType: second & 127,
		sequence: u16(bytes, 2),
		timestamp: u32(bytes, 4),
		ssrc: u32(bytes, 8),
		extension,
		// Not a subarray: that of a Buffer is one, and its slice() would share memory.
		payload: new Uint8Array(bytes.buffer, bytes.byteOffset + at, end - at),
	};
};

export interface RtpPacketOptions extends Omit<RtpPacket, 'extension'> {
	/** `data` is filled up with zeros to whole words. */
	readonly extension?: RtpExtension | null;
	/** Bytes of padding, 0–255. */
	readonly padding?: number;
}

/** The bytes of a packet; a copy of the payload. */
export const buildRtpPacket = (packet: RtpPacketOptions): Uint8Array => {
	const { extension = null, padding = 0, payload } = packet;
	if (padding > largestPadding) throw new LivestillError('INTERNAL', `RTP padding of ${padding} bytes`);
	const words = extension === null ? 0 : Math.ceil(extension.data.length / 4);
	const headerSize = fixedSize + (extension === null ? 0 : 4 + 4 * words);
	const bytes = new Uint8Array(headerSize + payload.length + padding);
	bytes[0] = (version << 6) | (padding > 0 ? 0x20 : 0) | (extension === null ? 0 : 0x10);
	bytes[1] = (packet.marker ? 0x80 : 0) | packet.payloadType;
	bytes[2] = packet.sequence >> 8;
	bytes[3] = packet.sequence;
	writeU32(bytes, 4, packet.timestamp);
	writeU32(bytes, 8, packet.ssrc);
	if (extension !== null) {
		writeU32(bytes, fixedSize, extension.profile * 65_536 + words);
		bytes.set(extension.data, fixedSize + 4);
	}
	bytes.set(payload, headerSize);
	if (padding > 0) bytes[bytes.length - 1] = padding;
	return bytes;
};

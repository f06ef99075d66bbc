/** RTP packets, their header extensions and their numbers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extensionElement } from '../../../ingest-node/protocols/rtp/header-extension.ts';
import {
	buildRtpPacket,
	isRtcp,
	parseRtpPacket,
	type RtpExtension,
	type RtpPacketOptions,
} from '../../../ingest-node/protocols/rtp/packet.ts';
import {
	createSequenceUnwrapper,
	createTimeline,
	nextSequence,
	sequenceDistance,
	timestampDistance,
} from '../../../ingest-node/protocols/rtp/sequence.ts';
import { parseVideoOrientation } from '../../../ingest-node/protocols/rtp/video-orientation.ts';
import { LivestillError } from '../../../src/shared/errors.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('RTP packet', () => {
	it('is read by hand', () => {
		const bytes = hex('b2 e0 1234 89abcdef 11223344 00000001 00000002 bede0001 10010000 aabbcc 000003');
		expect(parseRtpPacket(bytes)).toEqual({
			marker: true,
			payloadType: 96,
			sequence: 0x1234,
			timestamp: 0x89abcdef,
			ssrc: 0x11223344,
			extension: { profile: 0xbede, data: hex('10010000') },
			payload: hex('aabbcc'),
		});
	});

	it('may hold nothing but padding', () => {
		expect(parseRtpPacket(hex('a060 0001 00000000 00000000 00000004')).payload).toHaveLength(0);
		expect(parseRtpPacket(hex('8060 0001 00000000 00000000')).payload).toHaveLength(0);
	});

	it.each([
		['nothing', ''],
		['eleven bytes', '8060 0001 00000000 000000'],
		['version 1', '4060 0001 00000000 00000000'],
		['sources that are not there', '8260 0001 00000000 00000000 00000001'],
		['an extension without its header', '9060 0001 00000000 00000000 bede00'],
		['an extension beyond the end', '9060 0001 00000000 00000000 bede0001'],
		['padding of 0 bytes', 'a060 0001 00000000 00000000 0000'],
		['padding in the header', 'a060 0001 00000000 00000000 05050505'],
		['padding of nothing', 'a060 0001 00000000 00000009'],
	])('is refused with %s', (_, bytes) => {
		expect(() => parseRtpPacket(hex(bytes))).toThrow(LivestillError);
	});

	const packets: fc.Arbitrary<RtpPacketOptions> = fc.record({
		marker: fc.boolean(),
		payloadType: fc.nat(127),
		sequence: fc.nat(0xffff),
		timestamp: fc.nat(0xffffffff),
		ssrc: fc.nat(0xffffffff),
		extension: fc.option<RtpExtension>(
			fc.record({ profile: fc.nat(0xffff), data: fc.uint8Array({ maxLength: 8 }).filter((d) => d.length % 4 === 0) }),
		),
		padding: fc.nat(255),
		payload: fc.uint8Array({ maxLength: 50 }),
	});

	it('is what was built', () => {
		fc.assert(
			fc.property(packets, (packet) => {
				const { padding: _, ...expected } = packet;
				const bytes = buildRtpPacket(packet);
				expect(parseRtpPacket(bytes)).toEqual(expected);
				// RFC 5761 gives the payload types 64–95 with the marker away.
				expect(isRtcp(bytes)).toBe(packet.marker && packet.payloadType >= 64 && packet.payloadType <= 95);
			}),
		);
	});

	it('throws nothing but our error', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(255), (bytes, first) => {
				bytes[0] = first;
				try {
					const { payload, extension } = parseRtpPacket(bytes);
					for (let id = 0; id < 256; id += 1) extensionElement(extension, id);
					expect(payload.length).toBeLessThanOrEqual(bytes.length - 12);
				} catch (error) {
					expect(error).toBeInstanceOf(LivestillError);
				}
			}),
		);
	});
});

describe('header extension', () => {
	const oneByte = { profile: 0xbede, data: hex('00 32aabbcc 10dd 00 f0 20ee') };
	const twoByte = { profile: 0x1000, data: hex('00 0300 1502aabb 0001') };

	it('has elements with one-byte headers', () => {
		expect(extensionElement(oneByte, 3)).toEqual(hex('aabbcc'));
		expect(extensionElement(oneByte, 1)).toEqual(hex('dd'));
		expect(extensionElement(oneByte, 2)).toBeNull();
		expect(extensionElement(oneByte, 0)).toBeNull();
	});

	it('has elements with two-byte headers', () => {
		expect(extensionElement(twoByte, 3)).toEqual(hex(''));
		expect(extensionElement(twoByte, 0x15)).toEqual(hex('aabb'));
		expect(extensionElement({ ...twoByte, profile: 0x1007 }, 0x15)).toEqual(hex('aabb'));
		expect(extensionElement(twoByte, 1)).toBeNull();
	});

	it('may be cut off, of another kind, or missing', () => {
		expect(extensionElement({ profile: 0xbede, data: hex('13aabb') }, 1)).toBeNull();
		expect(extensionElement({ profile: 0x1000, data: hex('01') }, 1)).toBeNull();
		expect(extensionElement({ profile: 0xffd8, data: hex('10aa') }, 1)).toBeNull();
		expect(extensionElement(null, 1)).toBeNull();
	});

	it('tells how a phone was held', () => {
		expect([0, 1, 2, 3, 0x0e].map((value) => parseVideoOrientation(Uint8Array.of(value)))).toEqual([
			0, 90, 180, 270, 180,
		]);
		expect(parseVideoOrientation(null)).toBeNull();
		expect(parseVideoOrientation(new Uint8Array(0))).toBeNull();
	});
});

describe('numbers that wrap', () => {
	it('have a successor and a distance', () => {
		expect(nextSequence(0xffff)).toBe(0);
		expect(sequenceDistance(2, 0xfffe)).toBe(4);
		expect(sequenceDistance(0xfffe, 2)).toBe(-4);
		expect(sequenceDistance(0x8000, 0)).toBe(-0x8000);
		expect(timestampDistance(5, 0xffffffff)).toBe(6);
		expect(timestampDistance(0xffffffff, 5)).toBe(-6);
	});

	it('are unwrapped to the nearest', () => {
		fc.assert(
			fc.property(fc.nat(0xffff), fc.array(fc.integer({ min: -3000, max: 3000 })), (start, steps) => {
				const unwrap = createSequenceUnwrapper();
				let expected = start;
				expect(unwrap(start)).toBe(start);
				for (const step of steps) {
					expected += step;
					expect(unwrap(expected & 0xffff)).toBe(expected);
				}
			}),
		);
	});

	it('are milliseconds on a timeline', () => {
		const milliseconds = createTimeline(90_000);
		expect(milliseconds(0xffffffff)).toBe(0);
		expect(milliseconds(89_999)).toBe(1000);
		expect(milliseconds(44_999)).toBe(500);
		let timestamp = 0;
		for (let hours = 0; hours < 100; hours += 1) {
			timestamp = (timestamp + 3600 * 90_000) % 2 ** 32;
			milliseconds(timestamp);
		}
		expect(milliseconds(timestamp)).toBeCloseTo(100 * 3600 * 1000, 0);
	});
});

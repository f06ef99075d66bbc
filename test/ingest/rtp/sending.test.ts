/** What goes to players: H.264 in packets, their numbers, and packets that are sent again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createH264Depacketiser } from '../../../ingest-node/protocols/rtp/h264-depacketiser.ts';
import { maxPayloadBytes, packetiseH264 } from '../../../ingest-node/protocols/rtp/h264-packetiser.ts';
import { parseRtpPacket } from '../../../ingest-node/protocols/rtp/packet.ts';
import { buildSenderReport } from '../../../ingest-node/protocols/rtp/rtcp/report.ts';
import { parseRtcp } from '../../../ingest-node/protocols/rtp/rtcp/rtcp.ts';
import { createRtpWriter } from '../../../ingest-node/protocols/rtp/rtp-writer.ts';
import { createSentPackets } from '../../../ingest-node/protocols/rtp/sent-packets.ts';

const nal = (header: number, size: number): Uint8Array =>
	Uint8Array.from({ length: size }, (_, i) => (i === 0 ? header : i & 255));

describe('H.264 payloads', () => {
	it('have parameter sets together, small NAL units alone and large ones in fragments', () => {
		const [sps, pps, sei, idr, small] = [nal(0x67, 20), nal(0x68, 5), nal(0x06, 30), nal(0x65, 3000), nal(0x41, 100)];
		const payloads = packetiseH264([nal(9, 2), sps, pps, sei, idr, small]);
		expect(payloads.map((payload) => payload[0])).toEqual([0x78, 0x7c, 0x7c, 0x7c, 0x41]);
		expect(payloads[0]?.subarray(0, 4)).toEqual(Uint8Array.of(0x78, 0, 20, 0x67));
		expect(payloads.slice(1, 4).map((payload) => payload[1])).toEqual([0x85, 0x05, 0x45]);
		expect(payloads[4]).toEqual(small);
	});

	it('come out of the depacketiser as they went in', () => {
		const anyNal = fc
			.tuple(fc.constantFrom(0x67, 0x68, 0x06, 0x65, 0x41, 0x01, 0x8c), fc.integer({ min: 1, max: 400 }))
			.map(([header, size]) => nal(header, size));
		fc.assert(
			fc.property(
				fc.array(fc.array(anyNal, { minLength: 1, maxLength: 12 }), { maxLength: 5 }),
				fc.integer({ min: 4, max: 300 }),
				fc.nat(0xffff),
				(units, maxBytes, sequence) => {
					const writer = createRtpWriter({ ssrc: 1, payloadType: 102, sequence });
					const depacketiser = createH264Depacketiser();
					// The beginning shows that nothing is missing in front.
					const all = [[nal(0x67, 3)], ...units];
					const frames = all.flatMap((nals, index) => {
						const payloads = packetiseH264(nals, maxBytes);
						for (const payload of payloads) expect(payload.length).toBeLessThanOrEqual(maxBytes);
						const packets = writer.write(payloads, index * 3000).map(({ bytes }) => parseRtpPacket(bytes));
						return packets.flatMap((packet) => depacketiser.push(packet));
					});
					expect(frames.map((frame) => frame.payloads())).toEqual(all);
					expect(frames.map(({ timestamp }) => timestamp)).toEqual(all.map((_, index) => index * 3000));
				},
			),
		);
	});

	it('leave room for the headers below them', () => {
		for (const payload of packetiseH264([nal(0x65, 100_000)]))
			expect(payload.length).toBeLessThanOrEqual(maxPayloadBytes);
	});
});

describe('RTP writer', () => {
	it('numbers packets over the wrap and marks the last', () => {
		const writer = createRtpWriter({ ssrc: 9, payloadType: 96, sequence: 0xffff });
		const packets = writer.write([Uint8Array.of(1), Uint8Array.of(2, 3)], 2 ** 32 - 1);
		expect(packets.map(({ sequence }) => sequence)).toEqual([0xffff, 0]);
		expect(packets.map(({ bytes }) => parseRtpPacket(bytes))).toMatchObject([
			{ sequence: 0xffff, marker: false, ssrc: 9, payloadType: 96, timestamp: 2 ** 32 - 1 },
			{ sequence: 0, marker: true, payload: Uint8Array.of(2, 3) },
		]);
	});

	it('counts for its reports', () => {
		const writer = createRtpWriter({ ssrc: 9, payloadType: 96, sequence: 0 });
		writer.write([Uint8Array.of(1), Uint8Array.of(2, 3)], 0);
		// 2020-01-01 00:00:00.5 UTC; RFC 5905 figure 4 has 2,208,988,800 s from 1900 to 1970.
		const info = writer.info(1_577_836_800_500, 123);
		expect(parseRtcp(buildSenderReport(9, info))).toMatchObject([
			{ ntpSeconds: 3_786_825_600, ntpFraction: 2 ** 31, rtpTimestamp: 123, packetCount: 2, octetCount: 3 },
		]);
	});
});

describe('sent packets', () => {
	it('are there until others take their place', () => {
		const sent = createSentPackets(4);
		for (let sequence = 0; sequence < 6; sequence += 1) sent.add(sequence, Uint8Array.of(sequence), 0);
		expect([0, 1, 2, 5, 6].map((sequence) => sent.take(sequence, 1, 50)?.[0])).toEqual([
			undefined,
			undefined,
			2,
			5,
			undefined,
		]);
	});

	it('are sent again once a round trip', () => {
		const sent = createSentPackets();
		sent.add(0xffff, Uint8Array.of(1), 0);
		expect([1, 40, 51, 52].map((now) => sent.take(0xffff, now, 50) !== null)).toEqual([true, false, true, false]);
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createH264Depacketiser } from '../../../ingest-node/protocols/rtp/h264-depacketiser.ts';
import { maxPayloadBytes, packetiseH264 } from '../../../ingest-node/protocols/rtp/h264-packetiser.ts';
import { buildRtpPacket, parseRtpPacket } from '../../../ingest-node/protocols/rtp/packet.ts';

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
				(units, maxBytes, first) => {
					let sequence = first;
					const depacketiser = createH264Depacketiser();
					// The beginning shows that nothing is missing in front.
					const all = [[nal(0x67, 3)], ...units];
					const frames = all.flatMap((nals, index) => {
						const payloads = packetiseH264(nals, maxBytes);
						for (const payload of payloads) expect(payload.length).toBeLessThanOrEqual(maxBytes);
						const packets = payloads.map((payload, at) => {
							const fixed = { payloadType: 102, ssrc: 1, timestamp: index * 3000 };
							const packet = buildRtpPacket({ ...fixed, sequence, marker: at === payloads.length - 1, payload });
							sequence = (sequence + 1) & 0xffff;
							return parseRtpPacket(packet);
						});
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

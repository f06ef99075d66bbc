import { describe, expect, it } from 'vitest';
import { parseRtpPacket, type RtpPacket } from '../../ingest-node/protocols/rtp/packet.ts';
import { parseRtcp } from '../../ingest-node/protocols/rtp/rtcp/rtcp.ts';
import { createPlayedMedia } from '../../ingest-node/protocols/webrtc/played-media.ts';
import { createRelay, type RelayedPacket } from '../../ingest-node/protocols/webrtc/relay.ts';

const packet = (sequence: number, timestamp: number, orientation: number | null = null): RelayedPacket => ({
	rtp: {
		marker: false,
		payloadType: 96,
		sequence: sequence & 0xffff,
		timestamp,
		ssrc: 7,
		extension: null,
		payload: Uint8Array.of(sequence & 255),
	},
	orientation,
});

describe('a relay', () => {
	const listen = () => {
		let asked = 0;
		const input = createRelay({
			video: { codec: 'vp8', profile: '' },
			audio: false,
			requestKeyframe: () => {
				asked += 1;
			},
		});
		const passed: number[] = [];
		const started: number[][] = [];
		const ends: string[] = [];
		const stop = input.relay.listen({
			onPacket: (_, { rtp }) => passed.push(rtp.sequence),
			onKeyframe: (packets) => started.push(packets.map(({ rtp }) => rtp.sequence)),
			onStill: () => {},
			onEnd: (reason) => ends.push(reason),
		});
		return { input, passed, started, ends, stop, asked: () => asked };
	};

	it('asks for a keyframe for every new player', () => {
		const { input, asked } = listen();
		expect(asked()).toBe(1);
		input.relay.listen({ onPacket: () => {}, onKeyframe: () => {}, onStill: () => {}, onEnd: () => {} });
		expect(asked()).toBe(2);
	});

	it('hands over a keyframe in order, with what came after it, also over a wrap', () => {
		const { input, passed, started } = listen();
		for (const [sequence, timestamp] of [
			[65_533, 4_294_960_000],
			[65_535, 4_294_963_000],
			[65_534, 4_294_963_000],
			[0, 4_294_963_000],
			[1, 100],
		] as const)
			input.pass('video', packet(sequence, timestamp));
		input.keyframe(4_294_963_000);
		expect(passed).toEqual([65_533, 65_535, 65_534, 0, 1]);
		expect(started).toEqual([[65_534, 65_535, 0, 1]]);
	});

	it('keeps packets for players only, and starts nobody with half a keyframe', () => {
		const { input, started, stop } = listen();
		input.pass('video', packet(1, 100));
		expect(input.relay.packet('video', 1)?.rtp.sequence).toBe(1);
		expect(input.relay.packet('video', 1025)).toBeNull();
		input.keyframe(50);
		expect(started).toEqual([]);
		stop();
		expect(input.relay.packet('video', 1)).toBeNull();
	});

	it('tells its end, also to who comes later', () => {
		const { input, ends } = listen();
		input.end('over');
		input.relay.listen({
			onPacket: () => {},
			onKeyframe: () => {},
			onStill: () => {},
			onEnd: (reason) => ends.push(reason),
		});
		expect(ends).toEqual(['over', 'over']);
	});
});

describe('played media', () => {
	const create = (orientationId: number | null = null) =>
		createPlayedMedia({ ssrc: 99, cname: 'c', payloadType: 120, orientationId, clockRate: 90_000, random: () => 0.5 });
	const forward = (media: ReturnType<typeof create>, relayed: RelayedPacket): RtpPacket =>
		parseRtpPacket(media.forward(relayed) ?? new Uint8Array(0));

	it('renumbers without hiding gaps, and finds the way back', () => {
		const media = create();
		const first = forward(media, packet(65_530, 1000));
		const later = forward(media, packet(65_540, 4000));
		expect(later.sequence - first.sequence).toBe(10);
		expect(later.timestamp - first.timestamp).toBe(3000);
		expect([later.ssrc, later.payloadType]).toEqual([99, 120]);
		expect(media.sourceSequence(later.sequence)).toBe(4);
	});

	it('lets nothing through from before its first packet, and wraps for ever', () => {
		const media = create();
		expect(media.forward(packet(100, 0))).not.toBeNull();
		expect(media.forward(packet(99, 0))).toBeNull();
		for (let sequence = 101; sequence < 200_000; sequence += 1)
			if (media.forward(packet(sequence, 0)) === null) throw new Error(`packet ${sequence} is missing`);
	});

	it('passes the orientation on under the id of the player', () => {
		expect(forward(create(5), packet(1, 0, 2)).extension?.data.subarray(0, 2)).toEqual(Uint8Array.of(0x50, 2));
		expect(forward(create(null), packet(1, 0, 2)).extension).toBeNull();
	});

	it('reports on the clock of the publisher', () => {
		const media = create();
		expect(media.report({ ntp: 1, rtpTimestamp: 1, at: 0 }, 0)).toBeNull();
		const { timestamp } = forward(media, packet(1, 90_000));
		const report = media.report({ ntp: 3_900_000_000.25, rtpTimestamp: 90_000, at: 1000 }, 1500);
		const [sent, description] = parseRtcp(report ?? new Uint8Array(0));
		expect(sent).toMatchObject({
			kind: 'senderReport',
			ssrc: 99,
			ntpSeconds: 3_900_000_000,
			rtpTimestamp: timestamp + 45_000,
			packetCount: 1,
			octetCount: 1,
		});
		expect(sent?.kind === 'senderReport' ? sent.ntpFraction / 2 ** 32 : 0).toBeCloseTo(0.75, 5);
		expect(description).toMatchObject({ kind: 'sourceDescription', sources: [{ ssrc: 99, cname: 'c' }] });
	});
});

/** What one player is sent: from a keyframe on, in portions, and nothing that grows. */
import { describe, expect, it } from 'vitest';
import { parseRtpPacket, type RtpPacket } from '../../ingest-node/protocols/rtp/packet.ts';
import { rtpLimits } from '../../ingest-node/protocols/rtp/rtp-limits.ts';
import { createPlayedMedia } from '../../ingest-node/protocols/webrtc/played-media.ts';
import { createPlayedVideo } from '../../ingest-node/protocols/webrtc/played-video.ts';
import type { RelayedPacket } from '../../ingest-node/protocols/webrtc/relay.ts';
import { createFakeClock } from './support/fake-clock.ts';

const packet = (sequence: number, timestamp: number): RelayedPacket => ({
	rtp: {
		marker: true,
		payloadType: 96,
		sequence: sequence & 0xffff,
		timestamp: timestamp >>> 0,
		ssrc: 7,
		extension: null,
		payload: Uint8Array.of(sequence & 255, 1),
	},
	orientation: null,
});
const picturesFrom = (sequence: number, count: number, timestamp = 0): RelayedPacket[] =>
	Array.from({ length: count }, (_, index) => packet(sequence + index, timestamp + 3000 * index));

const create = () => {
	const clock = createFakeClock();
	const sent: RtpPacket[] = [];
	const stream = new Map<number, RelayedPacket>();
	const video = createPlayedVideo({
		clock,
		media: createPlayedMedia({
			...{ ssrc: 99, cname: 'c', payloadType: 120, orientationId: null, clockRate: 90_000 },
			random: () => 0.5,
		}),
		send: (bytes) => sent.push(parseRtpPacket(bytes)),
		find: (sequence) => stream.get(sequence) ?? null,
	});
	const begin = (packets: readonly RelayedPacket[]): void => {
		for (const one of packets) stream.set(one.rtp.sequence, one);
		video.begin(packets);
	};
	const pass = (one: RelayedPacket): void => {
		stream.set(one.rtp.sequence, one);
		video.pass(one);
	};
	const isContiguous = (): boolean =>
		sent.every(({ sequence }, index) => sequence === (((sent[0]?.sequence ?? 0) + index) & 0xffff));
	return { ...video, begin, pass, clock, sent, isContiguous, isCongested: () => video.isCongested };
};

describe('the video of a player', () => {
	it('is nothing before a keyframe', () => {
		const { pass, sent } = create();
		pass(packet(1, 0));
		expect(sent).toEqual([]);
	});

	it('catches up in portions, and is then live without a gap', async () => {
		const { begin, pass, clock, sent, isContiguous } = create();
		begin(picturesFrom(65_000, 1600));
		expect(sent.length).toBe(20);
		pass(packet(65_000 + 1600, 3000 * 1600));
		expect(sent.length).toBe(20);
		await clock.advance(450);
		expect(sent.length).toBe(1601);
		pass(packet(65_000 + 1601, 3000 * 1601));
		expect(sent.length).toBe(1602);
		expect(isContiguous()).toBe(true);
		expect(clock.pendingTimers).toBe(0);
	});

	it('presses the times of what it catches up with into a tenth of a second, in order', async () => {
		const { begin, pass, clock, sent } = create();
		// Ten seconds, over a wrap.
		begin(picturesFrom(0, 300, 2 ** 32 - 450_000));
		pass(packet(300, 450_000));
		await clock.advance(1000);
		const steps = sent.slice(1).map(({ timestamp }, index) => (timestamp - (sent[index]?.timestamp ?? 0)) | 0);
		expect(Math.min(...steps)).toBeGreaterThan(0);
		expect(steps.slice(0, -1).reduce((sum, step) => sum + step, 0)).toBe(9000);
		expect(steps.at(-1)).toBe(3000);
	});

	it('leaves the times of a short start alone', async () => {
		const { begin, clock, sent } = create();
		begin(picturesFrom(0, 10));
		await clock.advance(100);
		expect((sent.at(-1)?.timestamp ?? 0) - (sent[0]?.timestamp ?? 0)).toBe(27_000);
	});

	it('goes on after a still under numbers without a gap', async () => {
		const { showStill, begin, pass, repeat, clock, sent, isContiguous } = create();
		showStill(picturesFrom(0, 3));
		pass(packet(40_000, 90_000));
		expect(sent.length).toBe(3);
		repeat(sent[1]?.sequence ?? 0);
		expect(sent.pop()).toEqual(sent[1]);
		begin(picturesFrom(50_000, 2, 180_000));
		await clock.advance(10);
		expect(sent.length).toBe(5);
		expect(isContiguous()).toBe(true);
		const [, still] = sent;
		repeat(still?.sequence ?? 0);
		expect(sent.length).toBe(5);
		repeat(sent[4]?.sequence ?? 0);
		expect(sent[5]).toEqual(sent[4]);
	});

	it('gives up a still that is not out when motion comes', async () => {
		const { showStill, begin, clock, sent, isContiguous } = create();
		showStill(picturesFrom(0, 500));
		begin(picturesFrom(9000, 2, 3_000_000));
		await clock.advance(1000);
		expect(sent.length).toBe(16 + 2);
		expect(isContiguous()).toBe(true);
	});

	it('repeats with the numbers and times of the first sending', async () => {
		const { begin, repeat, clock, sent } = create();
		begin(picturesFrom(65_500, 300));
		await clock.advance(1000);
		for (const index of [0, 100, 299]) {
			repeat(sent[index]?.sequence ?? 0);
			expect(sent.pop()).toEqual(sent[index]);
		}
		repeat((sent[0]?.sequence ?? 0) - 1);
		expect(sent.length).toBe(300);
	});

	it('drops what waits, and waits for a keyframe, when it cannot keep up', async () => {
		const { begin, pass, clock, sent } = create();
		begin(picturesFrom(0, 100));
		for (let sequence = 100; sequence < rtpLimits.groupPackets + 5000; sequence += 1)
			pass(packet(sequence, 3000 * sequence));
		await clock.advance(10_000);
		expect(sent.length).toBe(16);
		begin(picturesFrom(30_000, 2, 3_000_000));
		await clock.advance(10);
		expect(sent.length).toBe(18);
	});

	it('stops until the next keyframe when two reports in a row tell of heavy loss', async () => {
		const played = create();
		const { begin, pass, report, clock, sent, isContiguous } = played;
		begin(picturesFrom(0, 5));
		await clock.advance(10);
		for (const loss of [100, 10, 100]) report(loss);
		pass(packet(5, 15_000));
		expect([sent.length, played.isCongested()]).toEqual([6, false]);
		report(100);
		pass(packet(6, 18_000));
		expect([sent.length, played.isCongested()]).toEqual([6, true]);
		begin(picturesFrom(100, 2, 300_000));
		report(100);
		pass(packet(102, 309_000));
		expect([sent.length, played.isCongested()]).toEqual([9, false]);
		expect(isContiguous()).toBe(true);
	});

	it('repeats no more than a second of video in a second', async () => {
		const { begin, repeat, clock, sent } = create();
		begin(picturesFrom(0, 2));
		await clock.advance(10);
		const { sequence = 0 } = sent[0] ?? {};
		for (let turn = 0; turn < 5000; turn += 1) repeat(sequence);
		expect(sent.length).toBe(2 + rtpLimits.sentPackets);
		await clock.advance(500);
		for (let turn = 0; turn < 5000; turn += 1) repeat(sequence);
		expect(sent.length).toBe(2 + 1.5 * rtpLimits.sentPackets);
	});

	it('leaves no timer behind', () => {
		const { begin, end, clock } = create();
		begin(picturesFrom(0, 1000));
		end();
		expect(clock.pendingTimers).toBe(0);
	});
});

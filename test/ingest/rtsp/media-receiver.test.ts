import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../ingest-node/protocols/bytes.ts';
import { buildRtpPacket, parseRtpPacket } from '../../../ingest-node/protocols/rtp/packet.ts';
import { buildBye } from '../../../ingest-node/protocols/rtp/rtcp/bye.ts';
import { buildSenderReport } from '../../../ingest-node/protocols/rtp/rtcp/report.ts';
import { parseRtcp } from '../../../ingest-node/protocols/rtp/rtcp/rtcp.ts';
import type { VideoFormat } from '../../../ingest-node/protocols/rtsp/media-description.ts';
import { createMediaReceiver } from '../../../ingest-node/protocols/rtsp/media-receiver.ts';
import type { AccessUnit } from '../../../ingest-node/unit.ts';
import type { Codec } from '../../../src/shared/codec.ts';
import { isSlice } from '../../../src/shared/h264/nal.ts';
import { mutate, randomSource } from '../../support/mutate.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { packetBytes, rtpCaptures } from '../support/rtp-captures.ts';

const formatOf = (codec: Codec, payloadType: number, parameterSets: readonly Uint8Array[] = []): VideoFormat => ({
	codec,
	parameterSets,
	format: { payloadType, encoding: codec, clockRate: 90_000, fmtp: '', parameters: new Map(), feedback: [] },
});

const receive = (codec: Codec, payloadType: number, lower: 'tcp' | 'udp', parameterSets?: readonly Uint8Array[]) => {
	const clock = createFakeClock();
	const units: AccessUnit[] = [];
	const discards: string[] = [];
	const receiver = createMediaReceiver({
		video: formatOf(codec, payloadType, parameterSets),
		lower,
		clock,
		ssrc: 77,
		onKeyframe: (unit) => units.push(unit),
		onDiscard: (reason) => discards.push(reason),
	});
	return { clock, units, discards, receiver };
};

const typeOf = (packets: readonly Uint8Array[]): number => (packets[0]?.[1] ?? 0) & 127;
const ffmpegH264 = packetBytes('ffmpeg51-h264');
const otherSsrc = (packet: Uint8Array, ssrc: number): Uint8Array => buildRtpPacket({ ...parseRtpPacket(packet), ssrc });

describe.each(rtpCaptures)('$capture', ({ capture, codec, keyframes }) => {
	const packets = packetBytes(capture);
	it('in order over TCP', () => {
		const { units, receiver, discards } = receive(codec, typeOf(packets), 'tcp');
		for (const packet of packets) receiver.receiveRtp(packet);
		expect(units).toHaveLength(keyframes);
		expect(units.every((unit) => unit.codec === codec && unit.width > 0)).toBe(true);
		expect(discards).toEqual([]);
		expect(receiver.counters).toMatchObject({ packets: packets.length, lost: 0, damaged: 0, sources: 1 });
	});

	it('overtaking each other over UDP', () => {
		const { units, receiver } = receive(codec, typeOf(packets), 'udp');
		// The first stays: what came before it nobody knows.
		const [first, ...rest] = packets;
		const swapped = rest.flatMap((packet, at) => (at % 2 === 0 ? [rest[at + 1], packet] : []));
		for (const packet of [first, ...swapped]) if (packet !== undefined) receiver.receiveRtp(packet);
		expect(units).toHaveLength(keyframes);
		expect(receiver.counters.lost).toBe(0);
		expect(receiver.counters.reordered).toBeGreaterThan(0);
		receiver.end();
	});
});

describe('a gap', () => {
	const second = (packets: readonly Uint8Array[]): readonly Uint8Array[] => packets.filter((_, at) => at !== 1);

	it('over TCP spoils the keyframe at once and no other', () => {
		const { units, receiver, discards } = receive('h264', typeOf(ffmpegH264), 'tcp');
		for (const packet of second(ffmpegH264)) receiver.receiveRtp(packet);
		expect(units).toHaveLength(1);
		expect(discards).not.toEqual([]);
		expect(receiver.counters).toMatchObject({ lost: 1 });
	});

	it('over UDP is waited for, and then given up', async () => {
		const { units, receiver, clock } = receive('h264', typeOf(ffmpegH264), 'udp');
		for (const packet of second(ffmpegH264)) receiver.receiveRtp(packet);
		expect(units).toHaveLength(0);
		await clock.advance(200);
		expect(units).toHaveLength(1);
		expect(receiver.counters).toMatchObject({ lost: 1 });
		receiver.end();
	});
});

describe('a sender that begins anew', () => {
	it('is followed, without the loss of a picture', () => {
		const { units, receiver } = receive('h264', typeOf(ffmpegH264), 'tcp');
		for (const packet of ffmpegH264) receiver.receiveRtp(packet);
		for (const packet of ffmpegH264) receiver.receiveRtp(otherSsrc(packet, 5));
		expect(units).toHaveLength(4);
		expect(receiver.counters).toMatchObject({ sources: 2, packets: 2 * ffmpegH264.length, lost: 0 });
	});

	it('is not taken for noise of another source, which changes nothing', () => {
		const { units, receiver } = receive('h264', typeOf(ffmpegH264), 'tcp');
		for (const [at, packet] of ffmpegH264.entries()) {
			receiver.receiveRtp(packet);
			receiver.receiveRtp(otherSsrc(packet, 1000 + (at % 3)));
		}
		expect(units).toHaveLength(2);
		expect(receiver.counters).toMatchObject({ sources: 1, packets: ffmpegH264.length });
	});
});

it('takes parameter sets of the description where the packets have none', () => {
	const all = receive('h264', typeOf(ffmpegH264), 'tcp');
	for (const packet of ffmpegH264) all.receiver.receiveRtp(packet);
	const sets = all.units[0]?.payloads.filter((nal) => ((nal[0] ?? 0) & 31) === 7 || ((nal[0] ?? 0) & 31) === 8) ?? [];
	expect(sets).toHaveLength(2);
	const slices = all.units[0]?.payloads.filter(isSlice) ?? [];
	const bare = slices.map((payload, at) =>
		buildRtpPacket({ marker: at === slices.length - 1, payloadType: 96, sequence: at, timestamp: 0, ssrc: 1, payload }),
	);
	const without = receive('h264', 96, 'tcp');
	for (const packet of bare) without.receiver.receiveRtp(packet);
	expect(without.units).toEqual([]);
	expect(without.discards).toEqual([expect.stringMatching(/PPS/)]);
	const withSets = receive('h264', 96, 'tcp', sets);
	for (const packet of bare) withSets.receiver.receiveRtp(packet);
	expect(withSets.units).toHaveLength(1);
	expect(withSets.units[0]?.payloads.slice(0, 2)).toEqual(sets);
});

it('reports what it has received', async () => {
	const { receiver, clock } = receive('h264', typeOf(ffmpegH264), 'tcp');
	expect(receiver.report()).toBeNull();
	for (const packet of ffmpegH264.filter((_, at) => at !== 3)) receiver.receiveRtp(packet);
	const { ssrc } = parseRtpPacket(ffmpegH264[0] ?? new Uint8Array(0));
	const sent = { ntpSeconds: 0x12345678, ntpFraction: 0x9abcdef0, rtpTimestamp: 0, packetCount: 1, octetCount: 1 };
	receiver.receiveRtcp(buildSenderReport(ssrc, sent));
	await clock.advance(1000);
	const [report, description] = parseRtcp(receiver.report() ?? new Uint8Array(0));
	expect(report).toMatchObject({
		kind: 'receiverReport',
		ssrc: 77,
		blocks: [{ ssrc, packetsLost: 1, lastSenderReport: 0x56789abc, delaySinceLastSenderReport: 65_536 }],
	});
	expect(description).toMatchObject({ kind: 'sourceDescription', sources: [{ ssrc: 77 }] });
});

it('notices a goodbye, and its end', () => {
	const { receiver } = receive('h264', typeOf(ffmpegH264), 'tcp');
	const [first = new Uint8Array(0), next = new Uint8Array(0)] = ffmpegH264;
	receiver.receiveRtp(first);
	receiver.receiveRtcp(buildBye([1]));
	expect(receiver.hasLeft).toBe(false);
	receiver.receiveRtcp(buildBye([parseRtpPacket(first).ssrc]));
	expect(receiver.hasLeft).toBe(true);
	receiver.receiveRtp(next);
	expect(receiver.hasLeft).toBe(false);
});

it('counts what is no packet of the track, and survives everything', () => {
	const { receiver, discards, units } = receive('h264', typeOf(ffmpegH264), 'udp');
	receiver.receiveRtp(Uint8Array.of(1, 2, 3));
	receiver.receiveRtp(concatBytes([Uint8Array.of(0x80, 5), new Uint8Array(20)]));
	receiver.receiveRtcp(Uint8Array.of(0x80, 200, 0, 9));
	expect(discards).toHaveLength(3);
	expect(receiver.counters.malformed).toBe(3);
	const random = randomSource(11);
	for (let round = 0; round < 3000; round += 1) {
		const packet = mutate(ffmpegH264[random() % ffmpegH264.length] ?? new Uint8Array(20), random);
		if (random() % 10 === 0) receiver.receiveRtcp(packet);
		else receiver.receiveRtp(packet);
	}
	const before = units.length;
	for (const ssrc of [9, 10]) for (const packet of ffmpegH264) receiver.receiveRtp(otherSsrc(packet, ssrc));
	expect(units.length).toBeGreaterThanOrEqual(before + 2);
	receiver.end();
});

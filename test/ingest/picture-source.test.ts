/** Streams of pictures as players see them. */
import { describe, expect, it } from 'vitest';
import { createH264Depacketiser } from '../../ingest-node/protocols/rtp/h264-depacketiser.ts';
import { rtpLimits } from '../../ingest-node/protocols/rtp/rtp-limits.ts';
import { createPictureSource } from '../../ingest-node/protocols/webrtc/picture-source.ts';
import { lingerTime, type RelayedPacket } from '../../ingest-node/protocols/webrtc/relay.ts';
import { createReorderedPictures } from '../../ingest-node/protocols/webrtc/reordered-pictures.ts';
import type { AccessUnit } from '../../ingest-node/unit.ts';
import { createFakeClock } from './support/fake-clock.ts';
import { intraPicture } from './support/h264-camera.ts';

const intra = intraPicture('cqm-8x8-cavlc');

const keyframe = (timestamp: number, bytes = 0): AccessUnit => {
	const filler = bytes === 0 ? [] : [new Uint8Array(bytes).fill(0x41)];
	return { codec: 'h264', payloads: [...intra, ...filler], timestamp, keyframe: true, width: 64, height: 64 };
};
/** A P slice. */
const picture = (timestamp: number, bytes = 50): AccessUnit => {
	const nal = new Uint8Array(bytes).fill(7);
	nal.set([0x41, 0x9a]);
	return { codec: 'h264', payloads: [nal], timestamp, keyframe: false, width: 0, height: 0 };
};

const create = () => {
	const clock = createFakeClock();
	const source = createPictureSource(clock);
	const push = (unit: AccessUnit): void => {
		source.see(unit.timestamp, unit.timestamp);
		if (unit.keyframe || source.wantsAll) source.push(unit);
	};
	const listen = async () => {
		const relay = await source.relay();
		const heard = {
			passed: [] as RelayedPacket[],
			started: [] as RelayedPacket[],
			still: [] as RelayedPacket[],
			ends: [] as string[],
		};
		const stop = relay.listen({
			onPacket: (_, packet) => heard.passed.push(packet),
			onKeyframe: (packets) => heard.started.push(...packets),
			onStill: (packets) => heard.still.push(...packets),
			onEnd: (reason) => heard.ends.push(reason),
		});
		return { ...heard, stop, relay };
	};
	return { clock, source, push, listen };
};

const timesOf = (packets: readonly RelayedPacket[]): number[] => [
	...new Set(packets.map(({ rtp }) => rtp.timestamp / 90)),
];
const numbersOf = (packets: readonly RelayedPacket[]): number[] => packets.map(({ rtp }) => rtp.sequence);
const upFrom = (first: number, count: number): number[] =>
	Array.from({ length: count }, (_, i) => (first + i) & 0xffff);

describe('a source of pictures', () => {
	it('wants keyframes only until somebody plays, and again half a minute after the last player', async () => {
		const { clock, source, push, listen } = create();
		expect(source.wantsAll).toBe(false);
		push(keyframe(0));
		const { stop } = await listen();
		expect([source.wantsAll, source.players]).toEqual([true, 1]);
		stop();
		await clock.advance(lingerTime - 1);
		expect([source.wantsAll, source.players]).toEqual([true, 0]);
		await clock.advance(1);
		expect([source.wantsAll, source.players]).toEqual([false, 0]);
	});

	it('gives a player that comes back all since the keyframe', async () => {
		const { clock, push, listen } = create();
		push(keyframe(0));
		const first = await listen();
		push(keyframe(40));
		push(picture(80));
		first.stop();
		push(picture(120));
		const second = await listen();
		expect(timesOf(second.started)).toEqual([40, 80, 120]);
		await clock.advance(2 * lingerTime);
		push(picture(160));
		expect(timesOf(second.passed)).toEqual([160]);
	});

	it('shows the newest keyframe at once, under the time of now, and goes on with the next', async () => {
		const { push, listen } = create();
		push(keyframe(0));
		push(picture(40));
		push(picture(80));
		const player = await listen();
		expect(timesOf(player.still)).toEqual([80]);
		const depacketiser = createH264Depacketiser();
		const [frame] = player.still.flatMap(({ rtp }) => depacketiser.push(rtp));
		expect(frame?.complete).toBe(true);
		expect(frame?.payloads().map((nal) => [...nal])).toEqual(intra.map((nal) => [...nal]));
		expect(player.still.map(({ rtp }) => rtp.marker)).toEqual(
			player.still.map((_, i) => i === player.still.length - 1),
		);
		push(picture(120));
		expect([player.passed, player.started]).toEqual([[], []]);
		push(keyframe(160));
		push(picture(200));
		expect(timesOf(player.started)).toEqual([160]);
		expect(timesOf(player.passed)).toEqual([160, 200]);
		expect(numbersOf(player.passed)).toEqual(upFrom(player.passed[0]?.rtp.sequence ?? 0, player.passed.length));
	});

	it('gives later players all since the keyframe', async () => {
		const { push, listen } = create();
		push(keyframe(0));
		const first = await listen();
		push(keyframe(40));
		for (let time = 80; time <= 4000; time += 40) push(picture(time, 3000));
		const second = await listen();
		expect(second.still).toEqual([]);
		expect(second.started).toEqual(first.passed);
		const [oldest] = second.started;
		expect(second.started.length).toBeGreaterThan(rtpLimits.sentPackets / 4);
		expect(second.relay.packet('video', oldest?.rtp.sequence ?? 0)).toBe(oldest);
		push(picture(4040));
		expect(timesOf(second.passed)).toEqual([4040]);
	});

	it('keeps no group beyond its limit: then a player has the keyframe alone', async () => {
		const { push, listen } = create();
		push(keyframe(0));
		await listen();
		push(keyframe(40));
		for (let bytes = 0, time = 80; bytes <= rtpLimits.groupBytes; bytes += 500_000, time += 40)
			push(picture(time, 500_000));
		const late = await listen();
		expect(late.started).toEqual([]);
		expect(timesOf(late.still).length).toBe(1);
		push(keyframe(5000));
		expect(timesOf(late.started)).toEqual([5000]);
	});

	it('does not continue a keyframe of before, when pictures between were not wanted', async () => {
		const { clock, push, listen } = create();
		push(keyframe(0));
		const first = await listen();
		push(keyframe(40));
		first.stop();
		await clock.advance(lingerTime);
		push(picture(80));
		const second = await listen();
		push(picture(120));
		expect(timesOf(second.still)).toEqual([80]);
		expect(second.passed).toEqual([]);
	});

	it('goes on with the next keyframe when a picture is lost', async () => {
		const { source, push, listen } = create();
		push(keyframe(0));
		const player = await listen();
		push(keyframe(40));
		push(picture(80));
		source.lost();
		push(picture(160));
		push(keyframe(200));
		expect(timesOf(player.passed)).toEqual([40, 80, 200]);
	});

	it('starts with a keyframe of more packets than the ring holds', async () => {
		const { push, listen } = create();
		push(keyframe(0));
		const player = await listen();
		push(keyframe(40, 2_000_000));
		expect(player.started.length).toBeGreaterThan(rtpLimits.sentPackets);
		expect(player.started).toEqual(player.passed);
	});

	it('tells the profile of the stream', async () => {
		const { push, source } = create();
		push(keyframe(0));
		expect((await source.relay()).video).toEqual({
			codec: 'h264',
			profile: Buffer.from(intra[0]?.subarray(1, 3) ?? []).toString('hex'),
		});
	});

	it('refuses streams with B-frames by name, also while somebody plays', async () => {
		const { source, push, listen } = create();
		push(keyframe(80));
		const player = await listen();
		source.see(200, 40);
		expect(player.ends).toEqual([]);
		source.see(120, 80);
		expect(player.ends).toEqual([source.obstacle]);
		expect(source.obstacle).toMatch(/B-frames.*-bf 0.*zerolatency/);
		await expect(source.relay()).resolves.toBeDefined();
		expect((await listen()).ends).toEqual([source.obstacle]);
		expect(source.wantsAll).toBe(false);
	});

	it('refuses B-frames that were seen before anybody came', async () => {
		const { source } = create();
		source.see(200, 0);
		source.see(120, 40);
		await expect(source.relay()).rejects.toMatchObject({ code: 'UNSUPPORTED_CODEC', message: source.obstacle });
	});

	it('refuses codecs that are not played, by name', async () => {
		const { source } = create();
		source.push({ ...keyframe(0), codec: 'hevc' });
		await expect(source.relay()).rejects.toThrow('The stream is HEVC');
	});

	it('ends its players with its reason', async () => {
		const { source, push, listen } = create();
		push(keyframe(0));
		const player = await listen();
		source.end('unpublished');
		expect(player.ends).toEqual(['unpublished']);
	});
});

describe('the order of pictures', () => {
	const seen = (...times: readonly [presentation: number, decoding: number | null][]): boolean => {
		const order = createReorderedPictures();
		return times.map(([presentation, decoding]) => order.see(presentation, decoding)).some((back) => back);
	};

	it('is found by presentation times that go back while decoding goes on', () => {
		expect(seen([80, 0], [200, 40], [120, 80])).toBe(true);
		expect(seen([80, null], [200, null], [120, null])).toBe(true);
	});

	it('is not broken by a constant offset, a new clock, or a clock that stands still', () => {
		expect(seen([80, 0], [120, 40], [160, 80])).toBe(false);
		expect(seen([5000, 5000], [40, 40], [80, 80])).toBe(false);
		expect(seen([90_000, null], [40, null], [80, null])).toBe(false);
		expect(seen([40, 40], [40, 40], [40, 40])).toBe(false);
	});
});

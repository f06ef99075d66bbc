/** RTP streams whose sender cannot be asked for a keyframe, as players see them: recorded packets of real senders. */
import { describe, expect, it } from 'vitest';
import type { RtpPacket } from '../../ingest-node/protocols/rtp/packet.ts';
import { createReceivedVideo } from '../../ingest-node/protocols/rtp/received-video.ts';
import type { RelayedPacket } from '../../ingest-node/protocols/webrtc/relay.ts';
import { createRtpPlayable } from '../../ingest-node/protocols/webrtc/rtp-playable.ts';
import type { Codec } from '../../src/shared/codec.ts';
import { createFakeClock } from './support/fake-clock.ts';
import { packetsOf } from './support/rtp-captures.ts';

const create = (codec: Codec) => {
	const playable = createRtpPlayable(createFakeClock());
	const received = createReceivedVideo({
		codec,
		orientationId: null,
		onKeyframe: () => {},
		onDamage: () => {},
		onPicture: playable.picture,
		onLost: playable.lost,
	});
	playable.begin(codec);
	const receive = (packet: RtpPacket): void => {
		playable.packet(packet);
		received.push(packet);
	};
	const listen = async () => {
		const heard = { passed: [] as RelayedPacket[], started: [] as RelayedPacket[], ends: [] as string[] };
		const relay = await playable.relay();
		relay.listen({
			onPacket: (_, packet) => heard.passed.push(packet),
			onKeyframe: (packets) => heard.started.push(...packets),
			onStill: () => {},
			onEnd: (reason) => heard.ends.push(reason),
		});
		return { ...heard, relay };
	};
	return { playable, receive, listen };
};

describe('an RTP stream', () => {
	it.each(['vp8', 'vp9'] as const)('of %s goes to players as it is, from a keyframe on', async (codec) => {
		const { playable, receive, listen } = create(codec);
		const packets = packetsOf(`ffmpeg51-${codec}`);
		const first = await listen();
		expect(first.relay.video).toEqual({ codec, profile: '' });
		expect(playable.players).toBe(1);
		for (const packet of packets) receive(packet);
		expect(first.passed.map(({ rtp }) => rtp)).toEqual(packets);
		expect(first.started[0]?.rtp).toBe(packets[0]);
		// Ten pictures a second, a keyframe every second: whoever comes now begins in the middle.
		const second = await listen();
		const [begin] = second.started;
		expect(begin).toBeDefined();
		expect(packets.indexOf(begin?.rtp as RtpPacket)).toBeGreaterThan(5);
		expect(second.started.map(({ rtp }) => rtp)).toEqual(packets.slice(packets.indexOf(begin?.rtp as RtpPacket)));
	});

	it('of H.264 with B-frames is refused by name, of HEVC and JPEG as well', async () => {
		for (const [codec, capture, words] of [
			['h264', 'ffmpeg51-h264', 'B-frames'],
			['hevc', 'ffmpeg51-hevc', 'HEVC'],
			['jpeg', 'ffmpeg51-jpeg420', 'JPEG'],
		] as const) {
			const { playable, receive } = create(codec);
			for (const packet of packetsOf(capture)) receive(packet);
			expect(playable.obstacle).toContain(words);
		}
	});

	it('ends, and begins anew under the same name', async () => {
		const { playable, receive, listen } = create('vp8');
		const [packet] = packetsOf('ffmpeg51-vp8');
		const player = await listen();
		playable.end('the camera is gone');
		expect(player.ends).toEqual(['the camera is gone']);
		let isThere = false;
		void playable.relay().then(() => {
			isThere = true;
		});
		if (packet !== undefined) receive(packet);
		await Promise.resolve();
		expect(isThere).toBe(false);
		playable.begin('vp8');
		expect((await listen()).ends).toEqual([]);
	});
});

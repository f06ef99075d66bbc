/** RTMP streams and their players, over real sockets: what goes in comes out, picture by picture. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../ingest-node/clock.ts';
import { createLog } from '../../ingest-node/log.ts';
import { createH264Depacketiser } from '../../ingest-node/protocols/rtp/h264-depacketiser.ts';
import type { RtpPacket } from '../../ingest-node/protocols/rtp/packet.ts';
import type { ConnectionServer } from '../../ingest-node/servers/connection-server.ts';
import { createRtmpServer } from '../../ingest-node/servers/rtmp.ts';
import { publish, type RtmpPublisher } from '../../local/rtmp-publisher.ts';
import { joinAnnexB } from '../../src/shared/h264/annex-b.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { eventually } from './support/eventually.ts';
import { intraPicture, slicesOf } from './support/h264-camera.ts';
import { createRandom, createUdpRelay } from './support/udp-relay.ts';
import { createWebRtcNode, mediaRequest, type WebRtcNode } from './support/webrtc-node.ts';
import { createTestPeer, endWebRtc, h264Format } from './support/webrtc-peer.ts';

const groupSize = 60;
const keyframe = joinAnnexB(intraPicture('cqm-8x8-cavlc'));
/** A P slice: first_mb_in_slice 0, slice_type 5, and bytes of its own. */
const predicted = (index: number): Uint8Array => {
	const nal = new Uint8Array(1500 + 40 * index).map((_, at) => 1 + ((index * 7 + at) % 250));
	nal.set([0x41, 0x9a]);
	return joinAnnexB([nal]);
};
/** Three groups of two seconds. */
const pictures = Array.from({ length: 3 * groupSize }, (_, index) =>
	index % groupSize === 0 ? keyframe : predicted(index),
);
const slices = pictures.map((picture) => slicesOf([...splitOf(picture)]).join());

function splitOf(picture: Uint8Array): Uint8Array[] {
	const starts: number[] = [];
	for (let at = 0; at + 4 <= picture.length; at += 1)
		if (picture[at] === 0 && picture[at + 1] === 0 && picture[at + 2] === 0 && picture[at + 3] === 1) starts.push(at);
	return starts.map((start, index) => picture.subarray(start + 4, starts[index + 1]));
}

let node: WebRtcNode;
let rtmp: ConnectionServer;
let port: number;
const publishers: RtmpPublisher[] = [];
beforeAll(async () => {
	node = await createWebRtcNode();
	rtmp = createRtmpServer({
		hub: node.hub,
		clock: systemClock,
		log: createLog((line) => node.lines.push(line)),
		maxConnections: 100,
	});
	port = await rtmp.listen({ port: 0, host: '127.0.0.1', variable: 'RTMP_PORT' });
});
afterAll(async () => {
	for (const publisher of publishers) publisher.kill();
	rtmp.close();
	await node.close();
	endWebRtc();
});

const start = async (
	name: string,
	source: Parameters<typeof publish>[0]['source'] = stream,
): Promise<RtmpPublisher> => {
	const publisher = await publish({ url: `rtmp://127.0.0.1:${port}/live/${name}`, source, loop: true });
	publishers.push(publisher);
	return publisher;
};
const stream = { codec: 'h264', accessUnits: pictures, frameRate: 30 } as const;

const play = async (name: string, loss = 0) => {
	const relay = await createUdpRelay(node.engine.port, createRandom(5));
	const peer = await createTestPeer({ direction: 'recvonly' });
	const session = await node.engine.play(mediaRequest(name, peer.offer));
	relay.loss = loss;
	await peer.connect(relay.reroute(session.answer));
	await session.connected;
	return { peer, session, relay };
};

/** Slices of the pictures, and their times, as a receiver puts them together. */
const received = (packets: readonly RtpPacket[]): { slices: string; timestamp: number }[] => {
	const depacketiser = createH264Depacketiser();
	return [...new Map(packets.map((packet) => [packet.sequence, packet])).values()]
		.sort((a, b) => a.sequence - b.sequence)
		.flatMap((packet) => depacketiser.push(packet))
		.filter(({ complete }) => complete)
		.map(({ payloads, timestamp }) => ({ slices: slicesOf(payloads()).join(), timestamp }));
};
const indexOf = (picture: { slices: string } | undefined): number => slices.indexOf(picture?.slices ?? '');

describe('a player of an RTMP stream', () => {
	it('gets the newest keyframe at once, every picture from the next on', async () => {
		await start('plain');
		await eventually('a keyframe', () => node.hub.newestKeyframe(parseStreamName('plain')));
		const { peer, session } = await play('plain');
		expect(session.answer).toContain(`a=rtpmap:${h264Format.payloadType} H264/90000`);
		await eventually('the still', () => peer.rtp.at(-1)?.marker, 1000);
		await eventually('motion', () => received(peer.rtp).length > groupSize / 2);
		const [still, ...moving] = received(peer.rtp);
		expect(indexOf(still)).toBe(0);
		const first = moving.findIndex((picture) => indexOf(picture) === 0);
		expect(first).toBe(0);
		// All keyframes are alike: numbers begin with the picture behind.
		const numbers = moving.slice(1).map(indexOf);
		expect(numbers).toEqual(numbers.map((_, index) => ((numbers[0] ?? 0) + index) % slices.length));
		// The next group of the loop begins a little later.
		const steps = moving
			.slice(1, groupSize - 1)
			.map(({ timestamp }, i) => (timestamp - (moving[i]?.timestamp ?? 0)) | 0);
		for (const step of steps) expect(Math.abs(step - 3000)).toBeLessThanOrEqual(90);
		const sequences = peer.rtp.map(({ sequence }) => sequence);
		expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0) + index));
		expect(new Set(peer.rtp.map(({ ssrc }) => ssrc)).size).toBe(1);
		expect(node.hub.status(parseStreamName('plain'))?.counters).toMatchObject({ players: 1 });
		expect(session.size()).toEqual({ width: expect.any(Number), height: expect.any(Number) });

		const started = performance.now();
		const second = await play('plain');
		const wanted = (indexOf(received(peer.rtp).at(-1)) + 1) % slices.length;
		await eventually('the live picture', () => received(second.peer.rtp).some((one) => indexOf(one) === wanted));
		expect(performance.now() - started).toBeLessThan(3000);
		const caught = received(second.peer.rtp);
		expect(indexOf(caught[0])).toBe(0);
		const live = caught.slice(1).map(indexOf);
		expect(live).toEqual(live.map((_, index) => ((live[0] ?? 0) + index) % slices.length));
		session.close('test');
		second.session.close('test');
		peer.close();
		second.peer.close();
	});

	it('gets back what the network loses, of the start as well', async () => {
		await start('lossy');
		await eventually('a keyframe', () => node.hub.newestKeyframe(parseStreamName('lossy')));
		const keeper = await play('lossy');
		await eventually('motion', () => received(keeper.peer.rtp).length > groupSize / 2);
		const { peer, session, relay } = await play('lossy', 0.1);
		const got = new Set<number>();
		const ask = setInterval(() => {
			const all = peer.rtp.map(({ sequence }) => sequence);
			const [low, high] = [Math.min(...all), Math.max(...all)];
			for (const one of all) got.add(one);
			const missing = Array.from({ length: high - low }, (_, i) => low + i).filter((one) => !got.has(one));
			if (missing.length > 0) peer.sendNack(peer.rtp[0]?.ssrc ?? 0, missing.slice(0, 200));
		}, 30);
		/** Pictures after the one that comes before them; all keyframes look like number 0. */
		const followers = (): number => {
			const numbers = received(peer.rtp).slice(0, 100).map(indexOf);
			const follows = (a: number, b: number): boolean => b === (a + 1) % slices.length || (a + 1) % groupSize === 0;
			return numbers.filter((one, i) => i > 0 && (numbers[i - 1] === 0 || follows(numbers[i - 1] ?? 0, one))).length;
		};
		await eventually('99 pictures in a row', () => followers() === 99).finally(() => clearInterval(ask));
		expect(relay.lost).toBeGreaterThan(20);
		keeper.session.close('test');
		session.close('test');
		relay.close();
	});

	it('is refused when the stream has B-frames, and told why', async () => {
		await start('reordered', { flv: readFileSync('local/demo-clip.flv') });
		await eventually('the obstacle', () => node.hub.playable(parseStreamName('reordered'))?.playable.obstacle);
		const peer = await createTestPeer({ direction: 'recvonly' });
		await expect(node.engine.play(mediaRequest('reordered', peer.offer))).rejects.toMatchObject({
			code: 'UNSUPPORTED_CODEC',
			message: expect.stringContaining('B-frames'),
		});
		expect(node.hub.newestKeyframe(parseStreamName('reordered'))).not.toBeNull();
	});

	it('ends with the stream', async () => {
		const publisher = await start('short');
		const { peer, session } = await play('short');
		await publisher.stop();
		expect(await session.closed).toBe('unpublished');
		peer.close();
	});
});

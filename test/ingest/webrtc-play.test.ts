import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createH264Depacketiser } from '../../ingest-node/protocols/rtp/h264-depacketiser.ts';
import { buildRtpPacket, type RtpPacket } from '../../ingest-node/protocols/rtp/packet.ts';
import { eventually } from './support/eventually.ts';
import { type Camera, createCamera, intraPicture, slicesOf } from './support/h264-camera.ts';
import { createRandom, createUdpRelay } from './support/udp-relay.ts';
import { createWebRtcNode, mediaRequest, type WebRtcNode } from './support/webrtc-node.ts';
import { createTestPeer, endWebRtc, type TestPeer, vp8Format } from './support/webrtc-peer.ts';

const pictures = ['cqm-8x8-cavlc', 'cqm-4x4-cavlc'].map(intraPicture);
const originals = new Set(pictures.map((nals) => slicesOf(nals).join()));

let node: WebRtcNode;
let publisher: TestPeer;
let camera: Camera;
let stop: () => void;
beforeAll(async () => {
	node = await createWebRtcNode();
	publisher = await createTestPeer({ direction: 'sendonly', audio: true });
	const session = await node.engine.publish(mediaRequest('live', publisher.offer));
	await publisher.connect(session.answer);
	camera = createCamera(publisher, pictures);
	const stopCamera = camera.run();
	let sequence = 0;
	const timer = setInterval(() => {
		sequence += 1;
		const fixed = { marker: false, payloadType: 111, ssrc: publisher.audioSsrc };
		publisher.sendAudio(
			buildRtpPacket({ ...fixed, sequence, timestamp: sequence * 960, payload: new Uint8Array(80).fill(sequence) }),
		);
	}, 20);
	stop = () => {
		stopCamera();
		clearInterval(timer);
	};
});
afterAll(async () => {
	stop();
	await node.close();
	endWebRtc();
});

const play = async (options: Partial<Parameters<typeof createTestPeer>[0]> = {}, loss = 0) => {
	const relay = await createUdpRelay(node.engine.port, createRandom(3));
	const peer = await createTestPeer({ direction: 'recvonly', audio: true, ...options });
	const session = await node.engine.play(mediaRequest('live', peer.offer));
	await peer.connect(relay.reroute(session.answer));
	await session.connected;
	relay.loss = loss;
	return { peer, session, relay };
};

const videoOf = (packets: readonly RtpPacket[]) => packets.filter(({ payloadType }) => payloadType === 102);

/** Keyframes in packets, as a receiver puts them together. */
const keyframesIn = (packets: readonly RtpPacket[]): string[] => {
	const depacketiser = createH264Depacketiser();
	const ordered = [...new Map(packets.map((packet) => [packet.sequence, packet])).values()].sort(
		(a, b) => a.sequence - b.sequence,
	);
	return ordered
		.flatMap((packet) => depacketiser.push(packet))
		.filter(({ complete, keyframe }) => complete && keyframe)
		.map(({ payloads }) => slicesOf(payloads()).join());
};

describe('play', () => {
	it('forwards video from a keyframe on, and audio, under sources of its own', async () => {
		const { peer, session } = await play();
		await eventually('video', () => videoOf(peer.rtp).length > 60);
		const video = videoOf(peer.rtp);
		const [first] = video;
		expect((first?.payload[0] ?? 0) & 31).toBe(7);
		expect(new Set(video.map(({ ssrc }) => ssrc)).size).toBe(1);
		expect(first?.ssrc).not.toBe(publisher.videoSsrc);
		const numbers = video.map(({ sequence }) => sequence - (first?.sequence ?? 0));
		expect(numbers).toEqual(numbers.map((_, index) => index));
		expect(originals).toContain(keyframesIn(video)[0]);
		expect(peer.rtp.filter(({ payloadType }) => payloadType === 111).length).toBeGreaterThan(5);
		expect(session.size()).not.toBeNull();
		session.close('test');
		expect(await session.closed).toBe('test');
		peer.close();
	});

	it('asks the publisher for a keyframe when a player needs one', async () => {
		const { peer, session } = await play();
		await eventually('video', () => videoOf(peer.rtp).length > 0);
		await new Promise((resolve) => setTimeout(resolve, 500));
		const before = camera.plis.length;
		peer.sendPli(videoOf(peer.rtp)[0]?.ssrc ?? 0);
		await eventually('a request', () => camera.plis.length > before, 1000);
		session.close('test');
		peer.close();
	});

	it('repeats packets that a player misses', async () => {
		const { peer, session, relay } = await play({}, 0.1);
		const received = new Set<number>();
		let highest: number | null = null;
		peer.onRtp = ({ payloadType, sequence, ssrc }) => {
			if (payloadType !== 102) return;
			received.add(sequence);
			const missing: number[] = [];
			for (let number = (highest ?? sequence) + 1; number < sequence; number += 1) missing.push(number);
			highest = Math.max(highest ?? 0, sequence);
			if (missing.length > 0) peer.sendNack(ssrc, missing);
		};
		await eventually('packets', () => received.size > 400);
		await new Promise((resolve) => setTimeout(resolve, 300));
		const all = [...received];
		const span = Math.max(...all) - Math.min(...all) + 1;
		expect(relay.lost).toBeGreaterThan(10);
		// A request or a repetition may get lost as well: one in five.
		expect(1 - received.size / span).toBeLessThan(0.05);
		session.close('test');
		peer.close();
		relay.close();
	});

	it('says what does not fit', async () => {
		const vp8 = await createTestPeer({ direction: 'recvonly', video: [vp8Format] });
		await expect(node.engine.play(mediaRequest('live', vp8.offer))).rejects.toMatchObject({
			code: 'UNSUPPORTED_CODEC',
		});
		await expect(node.engine.play(mediaRequest('nobody', vp8.offer))).rejects.toMatchObject({
			code: 'STREAM_NOT_FOUND',
		});
	});

	it('ends players with their stream', async () => {
		const peer = await createTestPeer({ direction: 'sendonly' });
		const published = await node.engine.publish(mediaRequest('short', peer.offer));
		await peer.connect(published.answer);
		const viewer = await createTestPeer({ direction: 'recvonly' });
		const played = await node.engine.play(mediaRequest('short', viewer.offer));
		await viewer.connect(played.answer);
		await played.connected;
		published.close('unpublished');
		expect(await played.closed).toBe('unpublished');
		expect(node.engine.sessions).toBeGreaterThan(0);
	});
});

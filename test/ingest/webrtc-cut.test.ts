/** Players whose network is cut or too slow: the node notices by itself, and nobody else does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildReceiverReport } from '../../ingest-node/protocols/rtp/rtcp/report.ts';
import { eventually } from './support/eventually.ts';
import { type Camera, createCamera, intraPicture } from './support/h264-camera.ts';
import { createRandom, createUdpRelay } from './support/udp-relay.ts';
import { createWebRtcNode, mediaRequest, type WebRtcNode } from './support/webrtc-node.ts';
import { createTestPeer, endWebRtc } from './support/webrtc-peer.ts';

let node: WebRtcNode;
let camera: Camera;
let stop: () => void;
beforeAll(async () => {
	// Keyframes come when they are asked for, and every two seconds.
	node = await createWebRtcNode();
	const publisher = await createTestPeer({ direction: 'sendonly' });
	const published = await node.engine.publish(mediaRequest('live', publisher.offer));
	await publisher.connect(published.answer);
	camera = createCamera(publisher, [intraPicture('cqm-8x8-cavlc')]);
	stop = camera.run();
});
afterAll(async () => {
	stop();
	await node.close();
	endWebRtc();
});

const play = async () => {
	const relay = await createUdpRelay(node.engine.port, createRandom(1));
	const peer = await createTestPeer({ direction: 'recvonly' });
	const session = await node.engine.play(mediaRequest('live', peer.offer));
	await peer.connect(relay.reroute(session.answer));
	await session.connected;
	await eventually('video', () => peer.rtp.length > 20);
	return { relay, peer, session, ssrc: peer.rtp[0]?.ssrc ?? 0 };
};

const reportOf = (ssrc: number, fractionLost: number): Uint8Array =>
	buildReceiverReport(1, [
		{
			ssrc,
			fractionLost,
			packetsLost: 0,
			highestSequence: 0,
			jitter: 0,
			lastSenderReport: 0,
			delaySinceLastSenderReport: 0,
		},
	]);

describe.concurrent('a player', () => {
	it('that reports, and is cut off, is gone within 17 s', async () => {
		const { relay, peer, session, ssrc } = await play();
		peer.sendRtcp(reportOf(ssrc, 0));
		await new Promise((resolve) => setTimeout(resolve, 300));
		relay.isCut = true;
		const cutAt = performance.now();
		expect(await session.closed).toMatch(/^Failed by RTP activity: nothing received for 1[5-7] s$/);
		expect(performance.now() - cutAt).toBeLessThan(18_000);
		relay.close();
	});

	it('that cannot keep up waits for keyframes, and burdens neither the publisher nor other players', async () => {
		const other = await play();
		const { relay, peer, session, ssrc } = await play();
		for (let turn = 0; turn < 2; turn += 1) peer.sendRtcp(reportOf(ssrc, 200));
		await new Promise((resolve) => setTimeout(resolve, 300));
		const [received, asked] = [peer.rtp.length, camera.plis.length];
		for (let turn = 0; turn < 5; turn += 1) peer.sendPli(ssrc);
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(peer.rtp.length).toBe(received);
		expect(camera.plis.length).toBe(asked);
		await eventually('the next keyframe', () => peer.rtp.length > received, 5000);
		const sequences = other.peer.rtp.map(({ sequence }) => sequence);
		expect(sequences).toEqual(sequences.map((_, index) => ((sequences[0] ?? 0) + index) & 0xffff));
		const own = peer.rtp.map(({ sequence }) => sequence);
		expect(own).toEqual(own.map((_, index) => ((own[0] ?? 0) + index) & 0xffff));
		for (const one of [session, other.session]) one.close('test');
		for (const one of [relay, other.relay]) one.close();
	});
});

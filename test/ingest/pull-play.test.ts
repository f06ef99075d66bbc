/** A camera that is pulled for its players, over real sockets. */
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../ingest-node/clock.ts';
import { createLog } from '../../ingest-node/log.ts';
import { createWebRtcEngine, type WebRtcEngine } from '../../ingest-node/servers/webrtc/engine.ts';
import { eventually } from './support/eventually.ts';
import { type PullNode, startPullNode } from './support/pull-node.ts';
import { type ScriptedCamera, startScriptedCamera } from './support/scripted-camera.ts';
import { mediaRequest } from './support/webrtc-node.ts';
import { createTestPeer, endWebRtc, h264Format, vp8Format } from './support/webrtc-peer.ts';

let node: PullNode;
let engine: WebRtcEngine;
let camera: ScriptedCamera;
beforeEach(async () => {
	node = startPullNode();
	camera = await startScriptedCamera();
	engine = await createWebRtcEngine({
		...{ hub: node.hub, clock: systemClock, log: createLog(() => {}), port: 0, host: '127.0.0.1' },
		...{ refreshInterval: 2000, maxBitrate: 2_500_000, videoCodecs: ['vp8'], maxConnections: 10 },
	});
});
afterEach(async () => {
	engine.close();
	await node.stop();
	camera.stop();
});
afterAll(endWebRtc);

it('is fetched when a player comes, kept as long as it plays, and let go afterwards', async () => {
	const source = node.pull(camera.uri, { onDemand: true });
	await eventually('the camera stands by', () => source.state === 'standby' && node.keyframes() === 0);
	const wrong = await createTestPeer({ direction: 'recvonly', video: [h264Format] });
	await expect(engine.play(mediaRequest('cam', wrong.offer))).rejects.toMatchObject({
		code: 'UNSUPPORTED_CODEC',
		message: 'No common codecs: the stream is vp8',
	});
	const peer = await createTestPeer({ direction: 'recvonly', video: [vp8Format] });
	const session = await engine.play(mediaRequest('cam', peer.offer));
	await peer.connect(session.answer);
	await session.connected;
	await eventually('video', () => peer.rtp.length > 20);
	// Longer than a camera is kept that nobody wants.
	await new Promise((resolve) => setTimeout(resolve, 2500));
	const received = peer.rtp.length;
	await eventually('more video', () => peer.rtp.length > received);
	expect(source.state).toBe('playing');
	session.close('test');
	await eventually('the camera is let go', () => source.state === 'standby', 5000);
	await eventually('TEARDOWN', () => camera.methods().includes('TEARDOWN'));
	peer.close();
	wrong.close();
});

it('takes its players along when it goes', async () => {
	node.pull(camera.uri);
	await eventually('a keyframe', () => (node.keyframes() ?? 0) > 0);
	const peer = await createTestPeer({ direction: 'recvonly', video: [vp8Format] });
	const session = await engine.play(mediaRequest('cam', peer.offer));
	await peer.connect(session.answer);
	await session.connected;
	camera.stop();
	expect(await session.closed).toBe('the stream has ended');
	peer.close();
});

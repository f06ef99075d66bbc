import { readdirSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { createCamera, intraPicture } from './support/h264-camera.ts';
import { createWebRtcNode, mediaRequest } from './support/webrtc-node.ts';
import { createTestPeer, endWebRtc } from './support/webrtc-peer.ts';

afterAll(endWebRtc);

const descriptors = (): number => readdirSync('/proc/self/fd').length;

it('connects and closes fifty times, and nothing stays behind', async () => {
	const node = await createWebRtcNode();
	const pictures = [intraPicture('size-318x214')];
	let before = 0;
	for (let cycle = 0; cycle < 50; cycle += 1) {
		if (cycle === 10) before = descriptors();
		const peer = await createTestPeer({ direction: 'sendonly' });
		const session = await node.engine.publish(mediaRequest('cycle', peer.offer));
		await peer.connect(session.answer);
		await session.connected;
		createCamera(peer, pictures).picture();
		const viewer = await createTestPeer({ direction: 'recvonly' });
		const played = await node.engine.play(mediaRequest('cycle', viewer.offer));
		await viewer.connect(played.answer);
		// Half of them are closed by the peer, half by us.
		if (cycle % 2 === 0) peer.close();
		else session.close('test');
		await session.closed;
		expect(await played.closed).toBe('stream ended');
		peer.close();
		viewer.close();
	}
	await eventually('all gone', () => node.engine.sessions === 0 && node.hub.streams().length === 0);
	await eventually('descriptors as before', () => descriptors() <= before + 5);
	await node.close();
}, 60_000);

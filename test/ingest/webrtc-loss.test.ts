import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { eventually } from './support/eventually.ts';
import { createCamera, intraPicture, slicesOf } from './support/h264-camera.ts';
import { createRandom, createUdpRelay } from './support/udp-relay.ts';
import { createWebRtcNode, mediaRequest, type WebRtcNode } from './support/webrtc-node.ts';
import { createTestPeer, endWebRtc } from './support/webrtc-peer.ts';

// Of different pictures: a keyframe that is put together from two of them would be noticed.
const pictures = ['cqm-8x8-cavlc', 'cqm-4x4-cavlc', 'cqpo-cavlc-m12', 'part-cavlc-dct80-none'].map(intraPicture);
const originals = new Set(pictures.map((nals) => slicesOf(nals).join()));

let node: WebRtcNode;
beforeAll(async () => {
	node = await createWebRtcNode({ refreshInterval: 250 });
});
afterAll(async () => {
	await node.close();
	endWebRtc();
});

const publishThrough = async (name: string) => {
	const relay = await createUdpRelay(node.engine.port, createRandom(7));
	const peer = await createTestPeer({ direction: 'sendonly' });
	const session = await node.engine.publish(mediaRequest(name, peer.offer));
	await peer.connect(relay.reroute(session.answer));
	await session.connected;
	return { relay, peer, session };
};

it.each([0.05, 0.15])('never shows a wrong keyframe at a loss of %d', async (loss) => {
	const name = `loss-${loss}`;
	const { relay, peer } = await publishThrough(name);
	relay.loss = loss;
	const camera = createCamera(peer, pictures);
	const stop = camera.run();
	const seen = new Set<number>();
	await eventually(
		'ten keyframes',
		() => {
			const found = node.hub.newestKeyframe(parseStreamName(name));
			if (found !== null && !seen.has(found.keyframe.sequence)) {
				seen.add(found.keyframe.sequence);
				expect(originals).toContain(slicesOf(found.keyframe.unit.payloads).join());
			}
			return seen.size >= 10;
		},
		20_000,
	);
	stop();
	expect(relay.lost).toBeGreaterThan(0);
	expect(camera.nacked).toBeGreaterThan(0);
	const [status] = node.hub.streams().filter((stream) => stream.name === name);
	expect(status?.counters.recovered).toBeGreaterThan(0);
	peer.close();
	relay.close();
});

it('frees the name when the network is cut', async () => {
	const { relay, peer, session } = await publishThrough('cut');
	const stop = createCamera(peer, pictures).run();
	await eventually('a keyframe', () => node.hub.newestKeyframe(parseStreamName('cut')));
	const at = performance.now();
	relay.isCut = true;
	expect(await session.closed).toMatch(/nothing received|lost/);
	expect(performance.now() - at).toBeLessThan(11_000);
	expect(node.hub.streams().some((stream) => stream.name === 'cut')).toBe(false);
	stop();
	peer.close();
	relay.close();
});

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { eventually } from './support/eventually.ts';
import { createRtpWriter, h264Payloads, nalsOf, vp8Payloads } from './support/rtp-clip.ts';
import { vp8Clip } from './support/vp8-clip.ts';
import { createWebRtcNode, mediaRequest, type WebRtcNode } from './support/webrtc-node.ts';
import { createTestPeer, endWebRtc, h264Format, vp8Format } from './support/webrtc-peer.ts';

/** SPS, PPS and slices of one intra picture. */
const nals = nalsOf(readFileSync('test/fixtures/h264/x264/size-318x214.264')).filter((nal) =>
	[1, 5, 7, 8].includes((nal[0] ?? 0) & 31),
);

let node: WebRtcNode;
beforeAll(async () => {
	node = await createWebRtcNode();
});
afterAll(async () => {
	await node.close();
	endWebRtc();
});

const publish = async (name: string, options: Partial<Parameters<typeof createTestPeer>[0]> = {}) => {
	const peer = await createTestPeer({ direction: 'sendonly', ...options });
	const session = await node.engine.publish(mediaRequest(name, peer.offer));
	await peer.connect(session.answer);
	await session.connected;
	return { peer, session };
};

const keyframeOf = (name: string) =>
	eventually('a keyframe', () => node.hub.newestKeyframe(parseStreamName(name))?.keyframe ?? null);

describe('publish', () => {
	it('turns H.264 packets into the keyframe that they carry', async () => {
		const { peer, session } = await publish('h264', { audio: true });
		const writer = createRtpWriter(peer.videoSsrc, h264Format.payloadType);
		for (const bytes of writer.picture(h264Payloads(nals))) peer.sendVideo(bytes);
		const { unit } = await keyframeOf('h264');
		expect(unit).toMatchObject({ codec: 'h264', width: 318, height: 214 });
		const slices = unit.payloads.filter((nal) => [1, 5].includes((nal[0] ?? 0) & 31));
		expect(slices.map((nal) => Buffer.from(nal))).toEqual(
			nals.filter((nal) => [1, 5].includes((nal[0] ?? 0) & 31)).map((nal) => Buffer.from(nal)),
		);
		expect(session.size()).toEqual({ width: 318, height: 214 });
		session.close('test');
		expect(await session.closed).toBe('test');
	});

	it('turns VP8 packets into the keyframe that they carry', async () => {
		const { peer } = await publish('vp8', { video: [vp8Format] });
		const [keyframe = new Uint8Array(0)] = vp8Clip(1, 1, 5000);
		const writer = createRtpWriter(peer.videoSsrc, vp8Format.payloadType);
		for (const bytes of writer.picture(vp8Payloads(keyframe))) peer.sendVideo(bytes);
		const { unit } = await keyframeOf('vp8');
		expect(unit.payloads.map((payload) => Buffer.from(payload))).toEqual([Buffer.from(keyframe)]);
		peer.close();
	});
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { infoOf } from '../../ingest-node/keyframe.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { eventually } from './support/eventually.ts';
import { createCamera, intraPicture, slicesOf } from './support/h264-camera.ts';
import { createRtpWriter, h264Payloads, vp8Payloads } from './support/rtp-clip.ts';
import { vp8Clip } from './support/vp8-clip.ts';
import { createWebRtcNode, mediaRequest, type WebRtcNode } from './support/webrtc-node.ts';
import { createTestPeer, endWebRtc, vp8Format } from './support/webrtc-peer.ts';

const pictures = ['size-318x214', 'cqm-8x8-cavlc'].map(intraPicture);

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

const newest = (name: string) => node.hub.newestKeyframe(parseStreamName(name));
const keyframeOf = (name: string, sequence = 1) =>
	eventually(`keyframe ${sequence}`, () => {
		const found = newest(name)?.keyframe;
		return found !== undefined && found.sequence >= sequence ? found : null;
	});

describe('publish', () => {
	it('turns H.264 packets into the keyframe that they carry', async () => {
		const { peer, session } = await publish('h264', { audio: true });
		createCamera(peer, pictures).picture();
		const { unit } = await keyframeOf('h264');
		expect(unit).toMatchObject({ codec: 'h264', width: 318, height: 214 });
		expect(slicesOf(unit.payloads)).toEqual(slicesOf(pictures[0] ?? []));
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

	it('notes how the camera was held', async () => {
		const { peer } = await publish('turned', { videoLines: ['a=extmap:4 urn:3gpp:video-orientation'] });
		createCamera(peer, pictures).picture({ orientation: 1 });
		const { unit } = await keyframeOf('turned');
		expect(unit.rotation).toBe(90);
		const found = newest('turned');
		expect(found && infoOf(found.session, found.keyframe, 0).rotation).toBe(90);
		peer.close();
	});

	it('asks for a keyframe at the start, when one is due and when somebody needs one', async () => {
		const { peer } = await publish('plis');
		const camera = createCamera(peer, pictures);
		await eventually('the first request', () => camera.plis.length > 0);
		const stop = camera.run();
		const { sequence } = await keyframeOf('plis');
		const before = camera.plis.length;
		const at = performance.now();
		const fresh = await node.hub.freshKeyframe(parseStreamName('plis'), {
			session: newest('plis')?.session.id ?? '',
			timeout: 2000,
		});
		expect(fresh?.keyframe?.sequence).toBeGreaterThan(sequence);
		expect(performance.now() - at).toBeLessThan(1000);
		expect(camera.plis.length).toBeGreaterThan(before);
		const { sequence: last } = await keyframeOf('plis');
		// Nobody asks: the refresh interval of 2 s does.
		await keyframeOf('plis', last + 1);
		stop();
		for (const [index, time] of camera.plis.slice(1).entries())
			expect(time - (camera.plis[index] ?? 0)).toBeGreaterThan(300);
		peer.close();
	});

	it('reports what it received and bounds the bitrate', async () => {
		const { peer } = await publish('reports');
		const stop = createCamera(peer, pictures).run();
		await eventually('a report', () =>
			peer.rtcp.some((packet) => packet.kind === 'receiverReport' && packet.blocks[0]?.ssrc === peer.videoSsrc),
		);
		const remb = await eventually('a REMB', () => peer.rtcp.find((packet) => packet.kind === 'remb'));
		expect(remb).toMatchObject({ mediaSsrcs: [peer.videoSsrc] });
		expect(remb.kind === 'remb' ? remb.bitrate : 0).toBeCloseTo(2_500_000, -2);
		stop();
		peer.close();
	});

	it('puts packets back into order', async () => {
		const { peer } = await publish('order');
		const writer = createRtpWriter(peer.videoSsrc, 102);
		const packets = writer.picture(h264Payloads(pictures[1] ?? []));
		const [first, second, third, ...rest] = packets;
		for (const bytes of [first, third, second, ...rest]) if (bytes !== undefined) peer.sendVideo(bytes);
		const { unit } = await keyframeOf('order');
		expect(slicesOf(unit.payloads)).toEqual(slicesOf(pictures[1] ?? []));
		peer.close();
	});
});

describe('the end of a publisher', () => {
	it('frees the name within a second when the peer closes', async () => {
		const { peer, session } = await publish('again');
		createCamera(peer, pictures).picture();
		await keyframeOf('again');
		peer.close();
		const at = performance.now();
		expect(await session.closed).toMatch(/closed the connection|goodbye/);
		const second = await publish('again');
		expect(performance.now() - at).toBeLessThan(1000);
		second.session.close('test');
	});

	it('frees the name of a peer that closes before its first packet', async () => {
		const { peer, session } = await publish('early');
		const at = performance.now();
		peer.close();
		expect(await session.closed).toMatch(/closed the connection|goodbye/);
		expect(performance.now() - at).toBeLessThan(1500);
	});

	it('ends when the hub says so', async () => {
		const own = await createWebRtcNode();
		const peer = await createTestPeer({ direction: 'sendonly' });
		const session = await own.engine.publish(mediaRequest('stopped', peer.offer));
		await peer.connect(session.answer);
		await own.close();
		expect(await session.closed).toBe('the ingest node is shutting down');
	});
});

describe('refusals', () => {
	it('lets one publisher have a name', async () => {
		const { peer, session } = await publish('taken');
		const offer = (await createTestPeer({ direction: 'sendonly' })).offer;
		await expect(node.engine.publish(mediaRequest('taken', offer))).rejects.toMatchObject({
			code: 'STREAM_NAME_IN_USE',
		});
		session.close('test');
		peer.close();
	});

	it('names a UDP port that is taken', async () => {
		await expect(createWebRtcNode({ port: node.engine.port })).rejects.toThrow(/WEBRTC_PORT/);
	});

	it('has a bound for connections', async () => {
		const small = await createWebRtcNode({ maxConnections: 1 });
		const { offer } = await createTestPeer({ direction: 'sendonly' });
		const session = await small.engine.publish(mediaRequest('one', offer));
		await expect(small.engine.publish(mediaRequest('two', offer))).rejects.toBeInstanceOf(LivestillError);
		session.close('test');
		await small.close();
	});
});

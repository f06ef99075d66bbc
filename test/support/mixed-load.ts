/** Publishers of three protocols that come and go, and visitors who take snapshots and previews of whatever there is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { takeSnapshot } from '../e2e/support/rest.ts';
import type { TestStack } from '../e2e/support/stack.ts';
import { openWhip } from '../e2e/support/whip-client.ts';
import { createCamera, intraPicture } from '../ingest/support/h264-camera.ts';
import { connectRtsp } from '../ingest/support/rtsp-publisher.ts';
import { createRandom } from '../ingest/support/udp-relay.ts';
import { publishClock } from './clock-publisher.ts';

export interface MixedLoad {
	/** What happened so far, by what it was. */
	readonly counts: ReadonlyMap<string, number>;
	/** What should not have happened. */
	readonly faults: readonly string[];
	stop(): Promise<void>;
}

/** Publishers at a time. */
const places = { rtmp: 6, rtsp: 4, webrtc: 3 } as const;
/** Milliseconds that a publisher stays. */
const shortestStay = 500;
const longestStay = 20_000;
/** Milliseconds between two visits. */
const visitInterval = 200;

const pictures = ['size-318x214', 'cqm-8x8-cavlc'].map(intraPicture);
const previewSizes = ['', '?width=320', '?width=160&height=90&fit=cover', '?width=640&quality=60'];
const previewFormats = ['png', 'jpg', 'webp', 'mp4'];
/** A stream that has just come or gone: not found, no keyframe yet; a codec that is no picture format. */
const expected = new Set([200, 404, 406, 500, 503]);

export const startMixedLoad = (stack: TestStack, seed: number): MixedLoad => {
	const random = createRandom(seed);
	const counts = new Map<string, number>();
	const faults: string[] = [];
	const names = new Set<string>();
	const http = stack.urls.ws?.replace('ws', 'http') ?? '';
	const rtspPort = Number(new URL(stack.rtsp.replace('rtsp', 'http')).port);
	let isOver = false;
	let last = 0;

	const count = (what: string): void => {
		counts.set(what, (counts.get(what) ?? 0) + 1);
	};
	const stay = (): Promise<void> => {
		const until = performance.now() + shortestStay + (longestStay - shortestStay) * random() ** 3;
		return (async () => {
			while (!isOver && performance.now() < until) await sleep(100);
		})();
	};

	const publishRtmp = async (name: string): Promise<void> => {
		const publisher = await publishClock({
			url: `${stack.rtmp}/${name}`,
			scale: 1 + Math.floor(4 * random()),
			interval: 100,
		});
		await stay();
		if (random() < 0.7) await publisher.stop();
		else publisher.kill();
	};
	const publishRtsp = async (name: string): Promise<void> => {
		const publisher = await connectRtsp(rtspPort, name);
		await publisher.record();
		publisher.stream();
		await stay();
		publisher.stop();
	};
	const publishWebRtc = async (name: string): Promise<void> => {
		const publisher = await openWhip('whip', { http, name, options: { audio: random() < 0.5, keepsPackets: false } });
		const stop = createCamera(publisher.peer, pictures).run(40);
		const player = random() < 0.4 ? await openWhip('whep', { http, name, options: { keepsPackets: false } }) : null;
		await stay();
		stop();
		if (random() < 0.5) await player?.end();
		if (random() < 0.7) await publisher.end();
		publisher.peer.close();
		player?.peer.close();
	};
	const ways = { rtmp: publishRtmp, rtsp: publishRtsp, webrtc: publishWebRtc } as const;

	const publishAgain = async (way: keyof typeof ways): Promise<void> => {
		while (!isOver) {
			last += 1;
			const name = `${way}-${last}`;
			names.add(name);
			try {
				await ways[way](name);
				count(way);
			} catch (error) {
				if (!isOver) faults.push(`${name}: ${error instanceof Error ? error.message : error}`);
			}
			names.delete(name);
			await sleep(200 * random());
		}
	};

	const visit = async (): Promise<void> => {
		const name = [...names][Math.floor(names.size * random())] ?? 'nobody';
		const format = previewFormats[Math.floor(4 * random())];
		const isPreview = random() < 0.5;
		// A film of one frame is as it was sent.
		const size = format === 'mp4' ? '' : previewSizes[Math.floor(4 * random())];
		const status = isPreview
			? await fetch(`${stack.rest}/preview/${name}.${format}${size}`).then(async (response) => {
					await response.arrayBuffer();
					return response.status;
				})
			: (await takeSnapshot(stack.rest, name)).status;
		count(`${isPreview ? 'preview' : 'snapshot'} ${status}`);
		if (!expected.has(status)) faults.push(`${name}: ${isPreview ? format : 'snapshot'} ${status}`);
	};
	const visitAgain = async (): Promise<void> => {
		while (!isOver) {
			await visit().catch((error: unknown) => faults.push(`a visit: ${error}`));
			await sleep(visitInterval);
		}
	};

	const running = [
		...(Object.keys(places) as (keyof typeof places)[]).flatMap((way) =>
			Array.from({ length: places[way] }, () => publishAgain(way)),
		),
		visitAgain(),
	];
	return {
		counts,
		faults,
		stop: async () => {
			isOver = true;
			await Promise.all(running);
		},
	};
};

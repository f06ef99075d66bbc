/** Publishers that come, are seen and played, and go again, in all the ways there are. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createCamera, intraPicture } from '../../ingest/support/h264-camera.ts';
import { createRandom } from '../../ingest/support/udp-relay.ts';
import { untilStatus } from './rest.ts';
import type { TestStack } from './stack.ts';
import { openWhip } from './whip-client.ts';

export interface CyclesOptions {
	readonly stack: TestStack;
	readonly count: number;
	readonly seed: number;
	/** Cycles at a time. */
	readonly parallel: number;
	/** Numbers the names: cycles of two calls must not meet. */
	readonly from?: number;
}

const pictures = ['size-318x214', 'cqm-8x8-cavlc'].map(intraPicture);

const cycle = async (stack: TestStack, name: string, random: () => number): Promise<void> => {
	const http = stack.urls.ws?.replace('ws', 'http') ?? '';
	const publisher = await openWhip('whip', { http, name, options: { audio: random() < 0.5 } });
	const stop = createCamera(publisher.peer, pictures).run(20);
	const player = random() < 0.5 ? await openWhip('whep', { http, name }) : null;
	if (random() < 0.3) await untilStatus(stack.rest, name, 200, 10_000);
	await sleep(100 * random());
	stop();
	const way = random();
	// By the player first, by DELETE, or with the goodbye of a peer that closes.
	if (way < 0.3) await player?.end();
	if (way < 0.6) await publisher.end();
	publisher.peer.close();
	player?.peer.close();
};

/** @throws Error of the first cycle that goes wrong */
export const runCycles = async ({ stack, count, seed, parallel, from = 0 }: CyclesOptions): Promise<void> => {
	const random = createRandom(seed);
	let next = 0;
	const work = async (): Promise<void> => {
		while (next < count) {
			next += 1;
			await cycle(stack, `cycle-${from + next}`, random);
		}
	};
	await Promise.all(Array.from({ length: parallel }, work));
};

/** Streams that the ingest node knows. */
export const streamsOf = async ({ urls }: TestStack): Promise<readonly { readonly name: string }[]> => {
	const health = await fetch(`${urls.control}/health`);
	return ((await health.json()) as { streams: { name: string }[] }).streams;
};

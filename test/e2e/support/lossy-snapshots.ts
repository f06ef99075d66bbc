/** Snapshots of a browser's clock over a bad network, each pixel of them judged. */
import { setTimeout as sleep } from 'node:timers/promises';
import { lagOf, readClock, wrongPixels } from './clock.ts';
import { publishClock } from './clock-publishers.ts';
import { decodePng } from './ffmpeg.ts';
import type { LossyStack } from './lossy-stack.ts';
import { takeSnapshot } from './rest.ts';

export interface LossyRun {
	readonly name: string;
	readonly codec: string;
	/** Share of packets that are lost, each way, from the first STUN packet on. */
	readonly loss: number;
	/** At least so long, and at least so many snapshots. */
	readonly seconds: number;
	readonly count: number;
	/** A snapshot every so many milliseconds. */
	readonly interval: number;
}

export interface LossyResult {
	/** Of all snapshots. */
	readonly statuses: readonly string[];
	/** Pictures that no clock can show: status 200 and not the world. */
	readonly broken: number;
	/** From the POST to the time shown, milliseconds: at least 0 is fresh. */
	readonly lags: readonly number[];
	/** Largest difference of the time shown to the time that the answer gives, milliseconds. */
	readonly untruth: number;
	/** What the node has counted: nacks, recovered, lost, keyframeRequests, … */
	readonly counters: Readonly<Record<string, number>>;
	/** Damaged keyframes and the like that the node has discarded. */
	readonly errors: number;
	/** Packets that the relay has dropped. */
	readonly dropped: number;
}

export const runLossy = async (node: LossyStack, run: LossyRun): Promise<LossyResult> => {
	const { name, codec, loss, seconds, count, interval } = run;
	const { stack, relay } = node;
	const droppedBefore = relay.lost;
	relay.loss = loss;
	const page = await publishClock(node, name, codec);
	const statuses: string[] = [];
	const lags: number[] = [];
	let broken = 0;
	let untruth = 0;
	const until = performance.now() + 1000 * seconds;
	while (statuses.length < count || performance.now() < until) {
		const asked = Date.now();
		const { status, code, png, width, height, timestamp } = await takeSnapshot(stack.rest, name);
		statuses.push(code ?? String(status));
		if (png !== null) {
			const picture = { rgb: await decodePng(png), width, height };
			const shown = readClock(picture);
			// Edges are blurred, by more where a bad network makes the browser send less.
			if (shown === null || wrongPixels(picture, shown) > 0.02) broken += 1;
			else {
				lags.push(lagOf(shown, asked));
				untruth = Math.max(untruth, Math.abs(lagOf(shown, timestamp)));
			}
		}
		await sleep(interval);
	}
	const health = await fetch(`${stack.urls.control}/health`);
	const { streams } = (await health.json()) as {
		streams: { name: string; counters: Record<string, number>; errors: number }[];
	};
	const { counters = {}, errors = 0 } = streams.find((stream) => stream.name === name) ?? {};
	await page.close();
	relay.loss = 0;
	return { statuses, broken, lags, untruth, counters, errors, dropped: relay.lost - droppedBefore };
};

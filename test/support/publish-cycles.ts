/** RTMP publishers that come and go by the hundred, on a node of its own, with its objects in a directory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startIngestAlone } from '../e2e/support/ingest-alone.ts';
import { type Held, heldBy, probeSettings } from '../e2e/support/ingest-memory.ts';
import { eventually } from '../ingest/support/eventually.ts';
import { createRandom } from '../ingest/support/udp-relay.ts';
import { publishClock } from './clock-publisher.ts';

export interface CyclesNode {
	/** Runs `count` cycles, eight at a time, on 40 names. @throws Error of the first one that goes wrong */
	run(count: number, seed: number): Promise<void>;
	/** What the node holds when no stream is left. */
	held(): Promise<Held>;
	stop(): Promise<void>;
}

const parallel = 8;
/** Names of one of those that work at the same time: each name is taken again and again. */
const namesEach = 5;

const cycle = async (url: string, random: () => number): Promise<void> => {
	const publisher = await publishClock({ url, scale: random() < 0.5 ? 1 : 2, interval: 20 });
	// Before, during and after the first write.
	await sleep(60 * random());
	if (random() < 0.6) await publisher.stop();
	else publisher.kill();
	await publisher.closed;
};

/** A publisher that was cut off may still have its name for a moment. */
const cycleUntilLetIn = async (url: string, random: () => number): Promise<void> => {
	for (let left = 200; ; left -= 1)
		try {
			return await cycle(url, random);
		} catch (error) {
			if (left === 0 || !String(error).includes('already in use')) throw error;
			await sleep(10);
		}
};

export const startCyclesNode = async (): Promise<CyclesNode> => {
	const folder = mkdtempSync(join(tmpdir(), 'livestill-cycles-'));
	const node = startIngestAlone({ ...probeSettings, STORE_DIR: folder });
	const ready = await node.logged('ingest node ready');
	const isIdle = async (): Promise<boolean> => {
		const health = (await (await fetch(`${ready.control}/health`)).json()) as { streams: unknown[] };
		return health.streams.length === 0;
	};
	return {
		run: async (count, seed) => {
			const random = createRandom(seed);
			let left = count;
			const work = async (worker: number): Promise<void> => {
				for (; left > 0; ) {
					left -= 1;
					const name = `cycle-${worker}-${Math.floor(random() * namesEach)}`;
					await cycleUntilLetIn(`${ready.rtmp}/live/${name}`, random);
				}
			};
			await Promise.all(Array.from({ length: parallel }, (_, worker) => work(worker)));
		},
		held: async () => {
			await eventually('all streams have ended', isIdle, 20_000);
			return heldBy({ ingestPid: () => node.process.pid });
		},
		stop: async () => {
			node.kill('SIGTERM');
			await node.ended;
			rmSync(folder, { recursive: true, force: true });
		},
	};
};

/** What WebRTC costs the ingest node: for each publisher, stores and keyframes included, and for each player. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestStack, type TestStack } from '../test/e2e/support/stack.ts';
import { processorTime } from './processor-time.ts';
import type { Section } from './report.ts';
import { median } from './statistics.ts';
import { clipPayloads, packetRate } from './webrtc-clip.ts';
import type { LoadOrder } from './webrtc-load.ts';

const rounds = 3;
const publisherCounts = [10, 50, 100];
const playerCounts = [0, 1, 10, 50];
/** Milliseconds before and while it is measured. */
const settle = 2500;
const span = 6000;

interface StreamHealth {
	readonly counters: Readonly<Record<string, number>>;
	readonly keyframes: number;
}

interface Measured {
	/** Milliseconds of the processor in each second. */
	readonly cpu: number;
	/** Megabytes. */
	readonly resident: number;
	/** In each second, all streams together. */
	readonly packets: number;
	readonly keyframes: number;
	/** Packets that had to be asked for again, in the whole span. */
	readonly nacks: number;
}

const sum = (streams: readonly StreamHealth[], value: (stream: StreamHealth) => number): number =>
	streams.reduce((total, stream) => total + value(stream), 0);

const measure = async (stack: TestStack): Promise<Measured> => {
	const pid = stack.ingestPid() ?? 0;
	const health = async (): Promise<readonly StreamHealth[]> => {
		const response = await fetch(`${stack.urls.control}/health`);
		return ((await response.json()) as { streams: StreamHealth[] }).streams;
	};
	await sleep(settle);
	const before = await health();
	const [began, cpu] = [performance.now(), processorTime(pid)];
	await sleep(span);
	const [used, seconds] = [processorTime(pid) - cpu, (performance.now() - began) / 1000];
	const after = await health();
	const grown = (value: (stream: StreamHealth) => number): number => sum(after, value) - sum(before, value);
	return {
		cpu: used / seconds,
		resident: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
		packets: grown(({ counters }) => counters.packets ?? 0) / seconds,
		keyframes: grown(({ keyframes }) => keyframes) / seconds,
		nacks: grown(({ counters }) => counters.nacks ?? 0),
	};
};

/** A load process; `order` resolves when the order is fulfilled. */
const startLoad = () => {
	const child = fork(new URL('webrtc-load.ts', import.meta.url), { stdio: 'inherit' });
	const ended = new Promise<never>((_, reject) => {
		child.once('exit', (code, signal) => reject(new Error(`the load ended: ${signal ?? code}`)));
	});
	ended.catch(() => {});
	const order = (wanted: LoadOrder): Promise<void> => {
		const done = new Promise<void>((resolve, reject) => {
			child.once('message', (answer: { error?: string }) =>
				answer.error === undefined ? resolve() : reject(new Error(answer.error)),
			);
			child.send(wanted);
		});
		return Promise.race([done, ended]);
	};
	return { order, stop: () => child.disconnect() };
};

const middle = (runs: readonly Measured[], value: (run: Measured) => number): number => median(runs.map(value));

export const benchWebRtc = async (hasFfmpeg: boolean): Promise<Section[]> => {
	if (!hasFfmpeg || process.platform !== 'linux') {
		console.warn('!!! WebRTC is measured on Linux, with a clip made by ffmpeg: not measured');
		return [];
	}
	// Rarer keyframes than by default: the simulated store on a small machine is the first to have enough.
	const stack = await startTestStack({ PUSH_INTERVAL: '10s' });
	const load = startLoad();
	const http = stack.urls.ws?.replace('ws', 'http') ?? '';
	/** Nothing when the machine is too busy for that many. */
	const run = async (publishers: number, players: number): Promise<Measured[]> => {
		console.error(`${publishers} publishers, ${players} players`);
		try {
			await load.order({ http, publishers, players });
			const measured = await measure(stack);
			const { cpu, packets } = measured;
			console.error(`  ${(cpu / 10).toFixed(1)} % of a core for ${packets.toFixed(0)} packets a second`);
			return [measured];
		} catch (error) {
			console.error(`left out: ${error instanceof Error ? error.message : error}`);
			return [];
		}
	};
	const publishing = new Map<number, Measured[]>(publisherCounts.map((count) => [count, []]));
	const playing = new Map<number, Measured[]>(playerCounts.map((count) => [count, []]));
	try {
		for (let round = 0; round < rounds; round += 1) {
			for (const [count, runs] of publishing) runs.push(...(await run(count, 0)));
			for (const [count, runs] of playing) runs.push(...(await run(1, count)));
		}
	} finally {
		load.stop();
		await stack.stop();
	}
	const full = packetRate(clipPayloads());
	const alone = middle(playing.get(0) ?? [], ({ cpu }) => cpu);
	return [
		{
			title: `WebRTC publishers, H.264 640x480 30/s 1.5 Mbit/s, a keyframe every 10 s: processor time of the ingest node, medians of ${rounds} rounds`,
			head: [
				'publishers',
				'% of a core',
				'load reached %',
				'us per packet',
				'publishers per core',
				'keyframes/s',
				'asked again',
				'MB',
			],
			rows: [...publishing].map(([count, runs]) => {
				const perPacket = middle(runs, ({ cpu, packets }) => (1000 * cpu) / packets);
				return [
					...[
						count,
						middle(runs, ({ cpu }) => cpu) / 10,
						(100 * middle(runs, ({ packets }) => packets)) / (count * full),
					],
					...[perPacket, 1e6 / (perPacket * full), middle(runs, ({ keyframes }) => keyframes)],
					...[middle(runs, ({ nacks }) => nacks), middle(runs, ({ resident }) => resident)],
				];
			}),
		},
		{
			title: `Players of one of these streams: medians of ${rounds} rounds, against the median without players`,
			head: ['players', '% of a core', 'us per packet and player', 'players per core'],
			rows: playerCounts
				.filter((count) => count > 0)
				.map((count) => {
					const runs = playing.get(count) ?? [];
					const more = middle(runs, ({ cpu, packets }) => (1000 * (cpu - alone)) / (count * packets));
					return [count, middle(runs, ({ cpu }) => cpu) / 10, more, 1e6 / (more * full)];
				}),
		},
	];
};

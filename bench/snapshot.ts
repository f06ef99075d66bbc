/** A whole POST through the real Worker, nothing cached, against a spawned ffmpeg; and the same POST repeated. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorker } from '../local/build-worker.ts';
import { type LocalEdge, startEdge } from '../local/edge.ts';
import { snapshotTime } from './libavcodec.ts';
import { childrenNamed, processorTime } from './processor-time.ts';
import { putFrame, streamName } from './put-frame.ts';
import type { Section } from './report.ts';
import { median, medianRatio } from './statistics.ts';
import { type BenchStream, benchStreams } from './streams.ts';

const rounds = 11;
// Until V8 has compiled what every request runs: a server that has answered fourteen requests is not warm.
const warmUps = 30;
const repeats = 50;

/** Sends one request. Returns its `Server-Timing`. @throws Error when there is no picture */
const post = async (edge: LocalEdge): Promise<string> => {
	const response = await fetch(`http://127.0.0.1:${edge.port}/rest-api/stream/snapshot`, {
		method: 'POST',
		body: JSON.stringify({ streamName }),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`POST answers ${response.status}: ${text.slice(0, 200)}`);
	return response.headers.get('server-timing') ?? '';
};

/** Milliseconds of a phase in a `Server-Timing` header. */
const phase = (timing: string, name: string): number => Number(new RegExp(`${name};dur=([0-9.]+)`).exec(timing)?.[1]);

interface Posts {
	/** Milliseconds per POST: on the clock, and of the processor in workerd, simulated R2 included. */
	readonly wall: number;
	readonly cpu: number;
	/** `Server-Timing` of the last one. */
	readonly timing: string;
}

const timePosts = async (edge: LocalEdge, pid: number, count: number): Promise<Posts> => {
	const cpu = processorTime(pid);
	const wall = performance.now();
	let timing = '';
	for (let index = 0; index < count; index++) timing = await post(edge);
	return { wall: (performance.now() - wall) / count, cpu: (processorTime(pid) - cpu) / count, timing };
};

const measure = async (edge: LocalEdge, pid: number, stream: BenchStream, hasFfmpeg: boolean, from: number) => {
	const uncached: Posts[] = [];
	const cached: Posts[] = [];
	const spawned: number[] = [];
	for (let round = -warmUps; round < rounds; round++) {
		const sequence = from + round + warmUps + 1;
		await putFrame(edge, stream, sequence);
		const fresh = await timePosts(edge, pid, 1);
		if (round < 0) continue;
		uncached.push(fresh);
		cached.push(await timePosts(edge, pid, repeats));
		if (hasFfmpeg) spawned.push(await snapshotTime(stream.frames[sequence % stream.frames.length] as Uint8Array));
	}
	return { uncached, cached, spawned };
};

export const benchSnapshot = async (hasFfmpeg: boolean): Promise<Section[]> => {
	const dataDir = mkdtempSync(join(tmpdir(), 'livestill-bench-'));
	const before = new Set(childrenNamed('workerd'));
	const edge = await startEdge({ port: 0, host: '127.0.0.1', dataDir, bundle: await buildWorker() });
	const pid = childrenNamed('workerd').find((child) => !before.has(child)) ?? 0;
	const streams = [
		...benchStreams('320x214', hasFfmpeg),
		...benchStreams('1280x720', hasFfmpeg).slice(0, 2),
		...benchStreams('1920x1080', hasFfmpeg).slice(0, 2),
	];
	const rows = [];
	const phaseRows = [];
	try {
		for (const [index, stream] of streams.entries()) {
			const { uncached, cached, spawned } = await measure(edge, pid, stream, hasFfmpeg, (index + 1) * 1000);
			const cpu = uncached.map((timing) => timing.cpu);
			const wall = uncached.map((timing) => timing.wall);
			const repeated = cached.map((timing) => timing.cpu);
			const lap = (name: string): number => median(uncached.map(({ timing }) => phase(timing, name)));
			phaseRows.push([stream.name, lap('fetch'), lap('decode'), lap('convert'), lap('encode')]);
			rows.push([
				...[stream.name, median(cpu), median(wall), median(spawned), medianRatio(cpu, spawned)],
				...[median(repeated), medianRatio(cpu, repeated)],
			]);
		}
	} finally {
		await edge.stop();
		rmSync(dataDir, { recursive: true, force: true });
	}
	return [
		{
			title: `POST /rest-api/stream/snapshot, warm, ms: medians of ${rounds} rounds, interleaved`,
			head: [
				'stream',
				'uncached cpu',
				'uncached wall',
				'spawned ffmpeg, wall',
				'cpu / ffmpeg',
				'repeated cpu',
				'repeated is faster',
			],
			rows,
		},
		{
			title: 'The same uncached POSTs by their Server-Timing, wall ms, medians',
			head: ['stream', 'fetch', 'decode', 'convert', 'encode'],
			rows: phaseRows,
		},
	];
};

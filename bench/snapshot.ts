/**
 * A whole POST through the real Worker, nothing cached, against a spawned ffmpeg, and against a Worker that only has the
 * same input and output; and the same POST repeated.
 *
 * Each round posts to as many streams as make a batch, whose keyframes are all new: while one is being put, workerd runs the
 * simulation of R2, and a POST right behind it would pay for caches that the simulation has filled.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorker, type WorkerBundle } from '../local/build-worker.ts';
import { type LocalEdge, startEdge } from '../local/edge.ts';
import { liveKey, parseStreamName } from '../src/shared/stream-name.ts';
import { bareWorker } from './bare-worker.ts';
import { snapshotTime } from './libavcodec.ts';
import { childrenNamed, processorTime } from './processor-time.ts';
import { putFrame } from './put-frame.ts';
import type { Section } from './report.ts';
import { mean, median, medianRatio } from './statistics.ts';
import { type BenchStream, benchStreams } from './streams.ts';

const rounds = 11;
/** POSTs of a round, each to a stream of its own. */
const batch = 10;
// Until V8 has compiled what every request runs: a server that has answered two hundred requests is not quite warm.
const warmUps = 25;
const repeats = 50;

/** A Worker in a workerd process of its own. */
interface Contender {
	readonly edge: LocalEdge;
	readonly pid: number;
}

interface Answer {
	readonly size: number;
	readonly timing: string;
}

const snapshotPath = '/rest-api/stream/snapshot';

const streamNames = Array.from({ length: batch }, (_, index) => `bench-${index}`);

/** Of the Worker that makes nothing. */
const barePath = (name: string, size: number): string =>
	`/?${new URLSearchParams({ key: liveKey(parseStreamName(name)), size: String(size) })}`;

/** Sends one request. @throws Error when there is no picture */
const post = async ({ edge }: Contender, path: string, streamName: string): Promise<Answer> => {
	const response = await fetch(`http://127.0.0.1:${edge.port}${path}`, {
		method: 'POST',
		body: JSON.stringify({ streamName }),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`POST answers ${response.status}: ${text.slice(0, 200)}`);
	return { size: text.length, timing: response.headers.get('server-timing') ?? '' };
};

/** Milliseconds of a phase in a `Server-Timing` header. */
const phase = (timing: string, name: string): number => Number(new RegExp(`${name};dur=([0-9.]+)`).exec(timing)?.[1]);

interface Posts {
	/** Milliseconds per POST: on the clock, and of the processor in workerd, simulated R2 included. */
	readonly wall: number;
	readonly cpu: number;
	readonly answers: readonly Answer[];
}

/** Sends `count` requests, to one stream after the other. @param pathOf by the stream's name and the number of the request */
const timePosts = async (
	contender: Contender,
	pathOf: (name: string, index: number) => string,
	count: number,
): Promise<Posts> => {
	const { pid } = contender;
	const answers: Answer[] = [];
	const cpu = processorTime(pid);
	const wall = performance.now();
	for (let index = 0; index < count; index++) {
		const name = streamNames[index % batch] as string;
		answers.push(await post(contender, pathOf(name, index), name));
	}
	return { answers, wall: (performance.now() - wall) / count, cpu: (processorTime(pid) - cpu) / count };
};

const putBatch = async ({ edge }: Contender, stream: BenchStream, first: number): Promise<void> => {
	for (const [index, name] of streamNames.entries()) await putFrame(edge, stream, first + index, name);
};

const measure = async (ours: Contender, bare: Contender, stream: BenchStream, hasFfmpeg: boolean, from: number) => {
	const uncached: Posts[] = [];
	const read: Posts[] = [];
	const cached: Posts[] = [];
	const spawned: number[] = [];
	for (let round = -warmUps; round < rounds; round++) {
		const first = from + (round + warmUps) * batch + 1;
		await putBatch(ours, stream, first);
		await putBatch(bare, stream, first);
		const fresh = await timePosts(ours, () => snapshotPath, batch);
		const only = await timePosts(bare, (name, index) => barePath(name, fresh.answers[index]?.size ?? 0), batch);
		if (round < 0) continue;
		uncached.push(fresh);
		read.push(only);
		cached.push(await timePosts(ours, () => snapshotPath, repeats));
		if (hasFfmpeg) spawned.push(await snapshotTime(stream.frames[first % stream.frames.length] as Uint8Array));
	}
	return { uncached, read, cached, spawned };
};

/** @param dataDir where its bucket is */
const startContender = async (bundle: WorkerBundle, dataDir: string): Promise<Contender> => {
	const before = new Set(childrenNamed('workerd'));
	const edge = await startEdge({ port: 0, host: '127.0.0.1', dataDir, bundle });
	return { edge, pid: childrenNamed('workerd').find((child) => !before.has(child)) ?? 0 };
};

export const benchSnapshot = async (hasFfmpeg: boolean): Promise<Section[]> => {
	const dataDir = mkdtempSync(join(tmpdir(), 'livestill-bench-'));
	const bundle = await buildWorker();
	const ours = await startContender(bundle, join(dataDir, 'ours'));
	const bare = await startContender(bareWorker(bundle), join(dataDir, 'bare'));
	const streams = [
		...benchStreams('320x214', hasFfmpeg),
		...benchStreams('1280x720', hasFfmpeg).slice(0, 2),
		...benchStreams('1920x1080', hasFfmpeg).slice(0, 2),
	];
	const rows = [];
	const phaseRows = [];
	try {
		for (const [index, stream] of streams.entries()) {
			const { uncached, read, cached, spawned } = await measure(ours, bare, stream, hasFfmpeg, (index + 1) * 1000);
			const cpu = uncached.map((timing) => timing.cpu);
			const net = uncached.map((timing, round) => timing.cpu - (read[round]?.cpu ?? 0));
			const wall = uncached.map((timing) => timing.wall);
			const repeated = cached.map((timing) => timing.cpu);
			// A clock of whole milliseconds: the mean says what each value does not.
			const lap = (name: string): number =>
				median(uncached.map(({ answers }) => mean(answers.map(({ timing }) => phase(timing, name)))));
			phaseRows.push([stream.name, lap('fetch'), lap('decode'), lap('convert'), lap('encode')]);
			rows.push([
				...[stream.name, median(cpu), median(read.map((timing) => timing.cpu)), median(net)],
				...[median(wall), median(spawned), medianRatio(cpu, spawned)],
				...[median(repeated), medianRatio(cpu, repeated)],
			]);
		}
	} finally {
		await ours.edge.stop();
		await bare.edge.stop();
		rmSync(dataDir, { recursive: true, force: true });
	}
	return [
		{
			title: `POST /rest-api/stream/snapshot, warm, ms: medians of ${rounds} rounds of ${batch} POSTs, interleaved`,
			head: [
				'stream',
				'uncached cpu',
				'cpu of a Worker with the same input and output',
				'difference',
				'uncached wall',
				'spawned ffmpeg, wall',
				'cpu / ffmpeg',
				'repeated cpu',
				'repeated is faster',
			],
			rows,
		},
		{
			title: 'The same uncached POSTs by their Server-Timing, wall ms',
			head: ['stream', 'fetch', 'decode', 'convert', 'encode'],
			rows: phaseRows,
		},
	];
};

/** What RTSP costs the ingest node: processor time for each stream that is pushed or pulled, stores and keyframes included. */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../local/config.ts';
import { type Stack, startStack } from '../local/stack.ts';
import { processorTime } from './processor-time.ts';
import type { Section } from './report.ts';
import type { LoadOrder } from './rtsp-load.ts';
import { median } from './statistics.ts';

/** A round is a minute and a half. `ROUNDS=3` for figures that are to be kept. */
const rounds = Number(process.env.ROUNDS ?? 1);
const counts = [40, 80];
/** Milliseconds before and while it is measured. */
const settle = 2500;
const span = 8000;

interface StreamHealth {
	readonly counters: Readonly<Record<string, number>>;
	readonly keyframes: number;
}

interface Measured {
	/** Seconds of the processor for a minute of a stream. */
	readonly cpu: number;
	/** Megabytes of the process. */
	readonly resident: number;
	/** Megabits a second of a stream. */
	readonly bitrate: number;
	/** Packets of all streams that were missing. */
	readonly lost: number;
	readonly keyframes: number;
}

const healthOf = async (stack: Stack): Promise<readonly StreamHealth[]> => {
	const response = await fetch(`${stack.urls.control}/health`);
	return ((await response.json()) as { streams: StreamHealth[] }).streams;
};

const measure = async (stack: Stack, count: number): Promise<Measured> => {
	const pid = stack.ingestPid() ?? 0;
	await sleep(settle);
	const before = await healthOf(stack);
	const [began, used] = [performance.now(), processorTime(pid)];
	await sleep(span);
	const [cpu, seconds] = [processorTime(pid) - used, (performance.now() - began) / 1000];
	const after = await healthOf(stack);
	if (after.length !== count) throw new Error(`${after.length} streams are left of ${count}`);
	const grown = (value: (stream: StreamHealth) => number): number =>
		after.reduce((sum, stream) => sum + value(stream), 0) - before.reduce((sum, stream) => sum + value(stream), 0);
	return {
		cpu: (cpu / 1000 / seconds / count) * 60,
		resident: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
		bitrate: (grown(({ counters }) => counters.bytes ?? 0) * 8) / 1e6 / seconds / count,
		lost: grown(({ counters }) => counters.lost ?? 0),
		keyframes: grown(({ keyframes }) => keyframes),
	};
};

/** Publishers in a process of their own, until they are stopped. */
const startLoad = async (order: LoadOrder): Promise<() => void> => {
	const child = fork(new URL('rtsp-load.ts', import.meta.url), { stdio: 'inherit' });
	const done = new Promise<void>((resolve, reject) => {
		child.once('exit', () => reject(new Error('the load has ended')));
		child.once('message', (answer: { error?: string }) =>
			answer.error === undefined ? resolve() : reject(new Error(answer.error)),
		);
	});
	child.send(order);
	await done;
	return () => child.disconnect();
};

/** Cameras in a process of their own, pulled until they are let go. */
const startCameras = async (stack: Stack, count: number, transport: 'tcp' | 'udp'): Promise<() => Promise<void>> => {
	const child = fork(new URL('rtsp-cameras.ts', import.meta.url), { stdio: 'inherit' });
	const port = await new Promise<number>((resolve, reject) => {
		child.once('exit', () => reject(new Error('the cameras have ended')));
		child.once('message', (answer: { port: number }) => resolve(answer.port));
		child.send({ start: true });
	});
	const rest = `${stack.urls.ws?.replace('ws', 'http')}/rest-api/rtsp`;
	const uris = Array.from({ length: count }, (_, index) => `rtsp://127.0.0.1:${port}/${index}`);
	const call = async (path: string, body: object): Promise<void> => {
		const response = await fetch(`${rest}/${path}`, {
			method: 'POST',
			body: JSON.stringify(body),
			// The node closes a connection that is idle while it is measured.
			headers: { connection: 'close' },
		});
		if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
	};
	for (const uri of uris) await call('startup', { uri, transport });
	while ((await healthOf(stack)).filter(({ keyframes }) => keyframes > 0).length < count) await sleep(100);
	return async () => {
		for (const uri of uris) await call('terminate', { uri });
		child.disconnect();
	};
};

const untilEmpty = async (stack: Stack): Promise<void> => {
	while ((await healthOf(stack)).length > 0) await sleep(100);
};

export const benchRtsp = async (hasFfmpeg: boolean): Promise<Section[]> => {
	if (!hasFfmpeg || process.platform !== 'linux') {
		console.warn('!!! RTSP is measured on Linux, with a clip made by ffmpeg: not measured');
		return [];
	}
	const dataDir = mkdtempSync(join(tmpdir(), 'livestill-bench-'));
	const ports = ['HTTP', 'HTTPS', 'RTMP', 'RTSP', 'RTSPS', 'WS', 'WSS', 'WEBRTC', 'CONTROL'];
	const env = {
		...{ PATH: process.env.PATH, HOST: '127.0.0.1', DATA_DIR: dataDir },
		...Object.fromEntries(ports.map((name) => [`${name}_PORT`, 'auto'])),
	};
	const stack = await startStack(readConfig(env), { env, log: console.error, output: 'ignore' });
	const port = Number(new URL(stack.urls.rtsp?.replace('rtsp', 'http') ?? '').port);
	try {
		const rows = [];
		const runs = new Map<string, Measured[]>();
		const note = (name: string, run: Measured): void => {
			runs.set(name, [...(runs.get(name) ?? []), run]);
		};
		for (let round = 0; round < rounds; round += 1)
			for (const lower of ['tcp', 'udp'] as const)
				for (const streams of counts) {
					const stop = await startLoad({ port, streams, lower });
					note(`pushed over ${lower.toUpperCase()}, ${streams} streams`, await measure(stack, streams));
					stop();
					await untilEmpty(stack);
					const letGo = await startCameras(stack, streams, lower);
					note(`pulled over ${lower.toUpperCase()}, ${streams} streams`, await measure(stack, streams));
					await letGo();
					await untilEmpty(stack);
				}
		for (const [name, all] of runs) {
			const middle = (value: (run: Measured) => number): number => median(all.map(value));
			const cpu = middle((run) => run.cpu);
			const figures = [cpu, 60 / cpu, middle((run) => run.resident), middle((run) => run.bitrate)];
			rows.push([name, ...figures, middle((run) => run.keyframes), middle((run) => run.lost)]);
		}
		return [
			{
				title: `RTSP, 720p H.264, a keyframe every 2 s: medians of ${rounds} rounds of ${span / 1000} s`,
				head: ['', 'cpu s per stream-minute', 'streams per core', 'MB resident', 'Mbit/s', 'keyframes', 'packets lost'],
				rows,
			},
		];
	} finally {
		await stack.stop();
		rmSync(dataDir, { recursive: true, force: true });
	}
};

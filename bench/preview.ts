/** Previews through the real Worker: the first request for a keyframe, the same again, another size of it, and 304. */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorker } from '../local/build-worker.ts';
import { startEdge } from '../local/edge.ts';
import { childrenNamed, processorTime } from './processor-time.ts';
import { putFrame, streamName } from './put-frame.ts';
import type { Section } from './report.ts';
import { median, medianRatio } from './statistics.ts';
import { benchStreams } from './streams.ts';

const rounds = 5;
const repeats = 200;
/** Requests on their way at a time: a page of pictures, not a queue. */
const together = 20;

interface Cost {
	/** Milliseconds per request: on the clock, and of the processor in workerd. */
	readonly wall: number;
	readonly cpu: number;
	/** Requests whose answer says that something was decoded. */
	readonly decodes: number;
}

interface Answered {
	readonly bytes: number;
	readonly header: (name: string) => string;
}

const agent = new Agent({ keepAlive: true, maxSockets: together });

/** One request, whose body is taken and thrown away: what `fetch` does with megabytes costs more than it costs workerd to send them. */
const ask = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answered> =>
	new Promise((resolve, reject) => {
		get(url, { agent, headers }, (response) => {
			let bytes = 0;
			response.on('data', (chunk: Buffer) => {
				bytes += chunk.length;
			});
			response.on('end', () => {
				const { statusCode = 0 } = response;
				if (statusCode !== 200 && statusCode !== 304) reject(new Error(`${url} answers ${statusCode}`));
				resolve({ bytes, header: (name) => String(response.headers[name] ?? '') });
			});
		}).on('error', reject);
	});

const timeRequests = async (
	pid: number,
	url: string,
	count: number,
	headers: Readonly<Record<string, string>> = {},
): Promise<Cost> => {
	const cpu = processorTime(pid);
	const wall = performance.now();
	let decodes = 0;
	for (let done = 0; done < count; done += together) {
		const answers = await Promise.all(
			Array.from({ length: Math.min(together, count - done) }, () => ask(url, headers)),
		);
		decodes += answers.filter(({ header }) => header('server-timing').includes('decode')).length;
	}
	return { wall: (performance.now() - wall) / count, cpu: (processorTime(pid) - cpu) / count, decodes };
};

export const benchPreview = async (hasFfmpeg: boolean): Promise<Section[]> => {
	const dataDir = mkdtempSync(join(tmpdir(), 'livestill-bench-'));
	const before = new Set(childrenNamed('workerd'));
	const edge = await startEdge({ port: 0, host: '127.0.0.1', dataDir, bundle: await buildWorker() });
	const pid = childrenNamed('workerd').find((child) => !before.has(child)) ?? 0;
	const rows = [];
	try {
		const [stream] = benchStreams('1280x720', hasFfmpeg);
		if (stream === undefined) throw new Error('there is no stream');
		let sequence = 0;
		for (const query of ['.jpg', '.jpg?width=480', '.webp?width=480', '.png', '.mp4']) {
			const url = `http://127.0.0.1:${edge.port}/preview/${streamName}${query}`;
			const costs: Cost[][] = [];
			let kilobytes = 0;
			for (let round = -1; round < rounds; round++) {
				sequence += 1;
				await putFrame(edge, stream, sequence);
				// Longer than the Worker remembers what the store has said.
				await new Promise((resolve) => setTimeout(resolve, 600));
				const first = await timeRequests(pid, url, 1);
				const again = await timeRequests(pid, url, repeats);
				const { header, bytes } = await ask(url);
				kilobytes = bytes / 1000;
				const unchanged = await timeRequests(pid, url, repeats, { 'If-None-Match': header('etag') });
				if (round >= 0) costs.push([first, again, unchanged]);
			}
			const of = (index: number, key: keyof Cost): number[] => costs.map((cost) => cost[index]?.[key] ?? Number.NaN);
			const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
			rows.push([
				...[query, kilobytes, median(of(0, 'wall')), median(of(0, 'cpu')), median(of(1, 'wall')), median(of(1, 'cpu'))],
				...[medianRatio(of(0, 'wall'), of(1, 'wall')), medianRatio(of(0, 'cpu'), of(1, 'cpu')), median(of(2, 'cpu'))],
				`${sum(of(0, 'decodes'))} / ${sum(of(1, 'decodes'))} / ${sum(of(2, 'decodes'))}`,
			]);
		}
	} finally {
		agent.destroy();
		await edge.stop();
		rmSync(dataDir, { recursive: true, force: true });
	}
	return [
		{
			title: `GET /preview of 720p, ms: medians of ${rounds} rounds; repeated: ${repeats} requests, ${together} at a time`,
			head: [
				...[
					'URL',
					'KB',
					'first wall',
					'first cpu',
					'repeated wall',
					'repeated cpu',
					'rate, wall',
					'rate, cpu',
					'304 cpu',
				],
				'decodes: first / repeated / 304',
			],
			rows,
		},
	];
};

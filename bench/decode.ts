/** H.264 and HEVC intra decoding: in workerd and in Node, warm, against libavcodec on one thread; and the first frame of all. */
import { h264Cores } from '../cli/h264-core.ts';
import { instantiateHevcCore } from '../cli/hevc-core.ts';
import { createDecoder } from '../src/decoder/index.ts';
import { startBenchWorker } from './bench-worker.ts';
import { decodeTime } from './libavcodec.ts';
import type { Section } from './report.ts';
import { median, medianRatio } from './statistics.ts';
import { type BenchStream, baselineStream, benchStreams, hevcStreams } from './streams.ts';
import { startTinyH264 } from './tinyh264.ts';

// Many short turns: the machine's speed changes from second to second, for whoever has the turn.
const rounds = 15;
const framesPerRound = 12;
const warmUpFrames = 36;
const freshStarts = 9;

const nodeDecoder = createDecoder({ h264: h264Cores, hevc: () => instantiateHevcCore('hevc') });

/** Processor milliseconds per frame in this process. */
const decodeInNode = ({ frames, codec }: BenchStream, count: number): number => {
	const since = process.cpuUsage();
	for (let index = 0; index < count; index++) nodeDecoder.decode(codec, frames[index % frames.length] as Uint8Array);
	const { user, system } = process.cpuUsage(since);
	return (user + system) / 1000 / count;
};

const warm = async (stream: BenchStream, hasFfmpeg: boolean) => {
	const worker = await startBenchWorker();
	try {
		await worker.load(stream.frames, stream.codec);
		await worker.run('decode', warmUpFrames);
		decodeInNode(stream, warmUpFrames);
		const cpu: number[] = [];
		const wall: number[] = [];
		const node: number[] = [];
		const libavcodec: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const timing = await worker.run('decode', framesPerRound);
			cpu.push(timing.cpu);
			wall.push(timing.wall);
			if (hasFfmpeg) libavcodec.push(await decodeTime(stream));
			node.push(decodeInNode(stream, framesPerRound));
		}
		return { cpu, wall, node, libavcodec };
	} finally {
		await worker.stop();
	}
};

/** Milliseconds of the first and the second frame in an isolate that has decoded nothing before. */
const cold = async (stream: BenchStream): Promise<{ first: number[]; second: number[] }> => {
	const first: number[] = [];
	const second: number[] = [];
	for (let start = 0; start < freshStarts; start++) {
		const worker = await startBenchWorker();
		try {
			await worker.load(stream.frames, stream.codec);
			first.push((await worker.run('decode', 1)).wall);
			second.push((await worker.run('decode', 1)).wall);
		} finally {
			await worker.stop();
		}
	}
	return { first, second };
};

/** Baseline, in this process: the one decoder of npm that can be compared, and libavcodec. */
const benchBaseline = async (stream: BenchStream): Promise<Section> => {
	const decodeTiny = await startTinyH264();
	const ours: number[] = [];
	const tiny: number[] = [];
	const libavcodec: number[] = [];
	const timeTiny = (): number => {
		const since = process.cpuUsage();
		for (const frame of stream.frames) decodeTiny(frame);
		const { user, system } = process.cpuUsage(since);
		return (user + system) / 1000 / stream.frames.length;
	};
	decodeInNode(stream, warmUpFrames);
	timeTiny();
	for (let round = 0; round < rounds; round++) {
		ours.push(decodeInNode(stream, stream.frames.length));
		tiny.push(timeTiny());
		libavcodec.push(await decodeTime(stream));
	}
	return {
		title: `Baseline in Node, warm, cpu ms per frame: medians of ${rounds} rounds, contenders interleaved`,
		head: ['stream', 'ours', 'tinyh264', 'tinyh264 / ours', 'libavcodec, 1 thread', 'ours / libavcodec'],
		rows: [
			[
				...[stream.name, median(ours), median(tiny), medianRatio(tiny, ours)],
				...[median(libavcodec), medianRatio(ours, libavcodec)],
			],
		],
	};
};

export const benchDecode = async (hasFfmpeg: boolean): Promise<Section[]> => {
	const streams = [
		...benchStreams('1280x720', hasFfmpeg),
		...benchStreams('1920x1080', hasFfmpeg),
		...hevcStreams('1280x720', hasFfmpeg),
		...hevcStreams('1920x1080', hasFfmpeg),
	];
	const warmRows = [];
	const coldRows = [];
	for (const stream of streams) {
		const { cpu, wall, node, libavcodec } = await warm(stream, hasFfmpeg);
		const ratio = medianRatio(cpu, libavcodec);
		warmRows.push([stream.name, median(libavcodec), median(cpu), ratio, median(wall), median(node)]);
		const { first, second } = await cold(stream);
		coldRows.push([stream.name, median(first), Math.max(...first), median(second)]);
	}
	const baseline = baselineStream(hasFfmpeg);
	return [
		...(baseline === null ? [] : [await benchBaseline(baseline)]),
		{
			title: `decode, warm, ms per frame: medians of ${rounds} rounds of ${framesPerRound} frames, contenders interleaved`,
			head: ['stream', 'libavcodec, 1 thread', 'workerd cpu', 'ratio', 'workerd wall', 'Node cpu'],
			rows: warmRows,
		},
		{
			title: `decode, fresh isolate, wall ms: ${freshStarts} new workerd processes`,
			head: ['stream', 'first frame, median', 'worst', 'second frame, median'],
			rows: coldRows,
		},
	];
};

/** Colour conversion and PNG: ours in workerd against stock upng-js in the same workerd and ffmpeg's encoder. */
import { h264Cores } from '../cli/h264-core.ts';
import { imageCore } from '../cli/image-core.ts';
import { createDecoder } from '../src/decoder/index.ts';
import { createRenderer } from '../src/image/render.ts';
import { startBenchWorker, type Timing } from './bench-worker.ts';
import { pngTime } from './libavcodec.ts';
import type { Section } from './report.ts';
import { median, medianRatio } from './statistics.ts';
import { type BenchStream, benchStreams } from './streams.ts';

const rounds = 5;
const perRound = 3;

const measure = async (stream: BenchStream, hasFfmpeg: boolean) => {
	const decoder = createDecoder({ h264: h264Cores });
	const { data, width, height } = createRenderer(imageCore)(decoder.decode('h264', stream.frames[0] as Uint8Array));
	const worker = await startBenchWorker();
	try {
		await worker.load(stream.frames);
		const first = await worker.run('planes', 1);
		await worker.run('stock', 1);
		const runs: Record<'png' | 'planes' | 'stock' | 'convert' | 'preview', Timing[]> = {
			png: [],
			planes: [],
			stock: [],
			convert: [],
			preview: [],
		};
		const native: { ms: number; bytes: number }[] = [];
		for (let round = 0; round < rounds; round++) {
			runs.png.push(await worker.run('png', perRound));
			runs.planes.push(await worker.run('planes', perRound));
			runs.stock.push(await worker.run('stock', 1));
			if (hasFfmpeg) native.push(await pngTime(data, width, height));
			runs.convert.push(await worker.run('convert', 10));
			runs.preview.push(await worker.run('preview', 10));
		}
		return { first, runs, native };
	} finally {
		await worker.stop();
	}
};

const cpu = (timings: readonly Timing[]): number[] => timings.map((timing) => timing.cpu);

export const benchPng = async (hasFfmpeg: boolean): Promise<Section[]> => {
	const streams = [
		...benchStreams('320x214', hasFfmpeg),
		...benchStreams('1280x720', hasFfmpeg),
		...benchStreams('1920x1080', hasFfmpeg).slice(0, 2),
	];
	const rows = [];
	const conversionRows = [];
	for (const stream of streams) {
		const { first, runs, native } = await measure(stream, hasFfmpeg);
		const ours = cpu(runs.png);
		const stock = cpu(runs.stock);
		const nativeTimes = native.map(({ ms }) => ms);
		const bytes = runs.png[0]?.bytes ?? 0;
		const stockBytes = runs.stock[0]?.bytes ?? 0;
		const growth = `${(100 * (bytes / stockBytes - 1)).toFixed(0)} %`;
		rows.push([
			...[stream.name, median(ours), median(stock), medianRatio(stock, ours)],
			...[
				bytes / 1000,
				growth,
				median(nativeTimes),
				medianRatio(ours, nativeTimes),
				(native[0]?.bytes ?? Number.NaN) / 1000,
			],
		]);
		const conversions = [runs.convert, runs.preview, runs.planes].map((timings) => median(cpu(timings)));
		conversionRows.push([stream.name, ...conversions, first.wall]);
	}
	return [
		{
			title: `PNG of RGBA, cpu ms: medians of ${rounds} rounds, contenders interleaved`,
			head: ['picture', 'ours', 'stock upng-js', 'faster', 'KB', 'bytes', 'ffmpeg png (zlib 1, Up)', 'ratio', 'its KB'],
			rows,
		},
		{
			title: 'Planes to RGBA, and to a PNG row by row, cpu ms; the first PNG of an isolate, wall ms, decoding included',
			head: ['picture', 'RGBA', 'RGBA, 320 wide', 'PNG', 'first PNG'],
			rows: conversionRows,
		},
	];
};

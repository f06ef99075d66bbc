/**
 * Keyframes to measure with: x264 High, CABAC, 8x8 transform, and x265 Main, of a fractal under moving noise, in sizes that cameras and
 * encoders send. Made by ffmpeg once and kept; without ffmpeg the conformance streams have to do.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface BenchStream {
	readonly name: string;
	readonly codec: 'h264' | 'hevc';
	readonly width: number;
	readonly height: number;
	/** Path of the stream, for ffmpeg. */
	readonly path: string;
	/** Its access units, each with its parameter sets: bodies of keyframe objects. */
	readonly frames: readonly Uint8Array[];
	/** Mean size of a frame. */
	readonly kilobytes: number;
}

const cache = fileURLToPath(new URL('../node_modules/.cache/bench/', import.meta.url));
const fixtures = fileURLToPath(new URL('../test/fixtures/h264/x264/', import.meta.url));
const frameCount = 12;

/** Every access unit of these streams begins with a parameter set, SPS in H.264 and VPS in HEVC: cut there. */
const cut = (stream: Uint8Array, codec: BenchStream['codec'] = 'h264'): Uint8Array[] => {
	const isFirst = (header: number): boolean => (codec === 'h264' ? (header & 31) === 7 : header >> 1 === 32);
	const starts: number[] = [];
	for (let at = 0; at + 4 < stream.length; at++)
		if (stream[at] === 0 && stream[at + 1] === 0 && stream[at + 2] === 1 && isFirst(stream[at + 3] ?? 0))
			starts.push(at > 0 && stream[at - 1] === 0 ? at - 1 : at);
	return starts.map((start, index) => stream.slice(start, starts[index + 1] ?? stream.length));
};

const open = (
	name: string,
	width: number,
	height: number,
	path: string,
	codec: BenchStream['codec'] = 'h264',
): BenchStream => {
	const frames = cut(new Uint8Array(readFileSync(path)), codec);
	const bytes = frames.reduce((sum, { length }) => sum + length, 0);
	return { name, codec, width, height, path, frames, kilobytes: bytes / frames.length / 1000 };
};

const encode = (size: string, crf: number, path: string, profile: 'high' | 'baseline'): void => {
	const source = `mandelbrot=s=${size}:r=25:start_scale=0.3,noise=alls=10:allf=t:all_seed=1,format=yuv420p`;
	mkdirSync(cache, { recursive: true });
	execFileSync('ffmpeg', [
		...['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-frames:v', String(frameCount + 1), '-c:v', 'libx264'],
		...['-preset', 'medium', '-profile:v', profile, '-g', '1', '-crf', String(crf), '-f', 'h264', `${path}.part`],
	]);
	// The rate control spends up to seven times as much on the first frame as on the others.
	const [, ...frames] = cut(new Uint8Array(readFileSync(`${path}.part`)));
	writeFileSync(`${path}.part`, Buffer.concat(frames));
	renameSync(`${path}.part`, path);
};

const recipes = {
	'320x214': [{ crf: 24 }],
	'1280x720': [{ crf: 25 }, { crf: 22.1 }, { crf: 18.6 }],
	'1920x1080': [{ crf: 29 }, { crf: 25 }, { crf: 22.3 }],
} as const;

const standIns = {
	'320x214': 'size-318x214',
	'1280x720': 'size-1280x720-slices',
	'1920x1080': 'size-1918x1078',
} as const;

/** The streams of a picture size, light ones first. */
export const benchStreams = (size: keyof typeof recipes, hasFfmpeg: boolean): BenchStream[] => {
	const [width = 0, height = 0] = size.split('x').map(Number);
	if (!hasFfmpeg) return [open(`${height}p (small stand-in)`, width, height, `${fixtures}${standIns[size]}.264`)];
	return recipes[size].map(({ crf }) => {
		const path = `${cache}${size}-crf${crf}-${frameCount}.264`;
		if (!existsSync(path)) encode(size, crf, path, 'high');
		const stream = open(`${height}p`, width, height, path);
		return { ...stream, name: `${height}p ${Math.round(stream.kilobytes)} KB` };
	});
};

/** The same pictures in Baseline, 720p: all that some decoders know. `null` without ffmpeg. */
export const baselineStream = (hasFfmpeg: boolean): BenchStream | null => {
	if (!hasFfmpeg) return null;
	const path = `${cache}1280x720-baseline-${frameCount}.264`;
	if (!existsSync(path)) encode('1280x720', 26, path, 'baseline');
	const stream = open('720p', 1280, 720, path);
	return { ...stream, name: `720p Baseline ${Math.round(stream.kilobytes)} KB` };
};

const encodeHevc = (size: string, crf: number, path: string): void => {
	const source = `mandelbrot=s=${size}:r=25:start_scale=0.3,noise=alls=10:allf=t:all_seed=1,format=yuv420p`;
	mkdirSync(cache, { recursive: true });
	execFileSync('ffmpeg', [
		...['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-frames:v', String(frameCount), '-c:v', 'libx265'],
		...['-preset', 'fast', '-x265-params', `keyint=1:crf=${crf}:repeat-headers=1:log-level=error`],
		...['-f', 'hevc', `${path}.part`],
	]);
	renameSync(`${path}.part`, path);
};

const hevcRecipes = { '1280x720': [{ crf: 30 }, { crf: 25 }], '1920x1080': [{ crf: 28 }] } as const;

/** The same pictures by x265; none without ffmpeg. */
export const hevcStreams = (size: keyof typeof hevcRecipes, hasFfmpeg: boolean): BenchStream[] => {
	const [width = 0, height = 0] = size.split('x').map(Number);
	if (!hasFfmpeg) return [];
	return hevcRecipes[size].map(({ crf }) => {
		const path = `${cache}${size}-crf${crf}-${frameCount}.265`;
		if (!existsSync(path)) encodeHevc(size, crf, path);
		const stream = open(`HEVC ${height}p`, width, height, path, 'hevc');
		return { ...stream, name: `HEVC ${height}p ${Math.round(stream.kilobytes)} KB` };
	});
};

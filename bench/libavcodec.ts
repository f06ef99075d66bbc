/** What ffmpeg needs for the same work, on one thread. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchStream } from './streams.ts';

/** First line of `ffmpeg -version`, or `null` when there is no ffmpeg. */
export const ffmpegVersion = (): string | null => {
	const { status, stdout } = spawnSync('ffmpeg', ['-version'], { encoding: 'utf8' });
	return status === 0 ? (stdout.split('\n')[0]?.replace(/ Copyright.*/, '') ?? null) : null;
};

// Not synchronous: a blocked process does not see that workerd has closed an idle connection, and uses it again.
const run = promisify(execFile);

/** Milliseconds of user time of an ffmpeg run, as ffmpeg counts them. */
const userTime = async (args: readonly string[]): Promise<number> => {
	const { stderr } = await run('ffmpeg', ['-benchmark', '-threads', '1', ...args]);
	const seconds = /bench: utime=([0-9.]+)s/.exec(stderr)?.[1];
	if (seconds === undefined) throw new Error(`ffmpeg says no time: ${stderr}`);
	return Number(seconds) * 1000;
};

/** Milliseconds per item: what `many` times the input cost more than `few` times, so that starting up is not counted. */
const perItem = async (
	path: string,
	items: number,
	[few, many]: readonly [few: number, many: number],
	args: (input: string) => readonly string[],
): Promise<number> => {
	const input = readFileSync(path);
	const repeated = (times: number): string => {
		const file = join(tmpdir(), `livestill-bench-${process.pid}-${times}`);
		writeFileSync(file, Buffer.concat(Array(times).fill(input)));
		return file;
	};
	const difference = (await userTime(args(repeated(many)))) - (await userTime(args(repeated(few))));
	return difference / ((many - few) * items);
};

/** Milliseconds per frame of libavcodec's decoder. */
export const decodeTime = ({ path, frames, codec }: BenchStream): Promise<number> =>
	perItem(path, frames.length, [1, 4], (input) => ['-f', codec, '-i', input, '-f', 'null', '-']);

/** Milliseconds and bytes of ffmpeg's PNG encoder (zlib level 1, Up) for one RGB picture. */
export const pngTime = async (
	rgba: Uint8Array,
	width: number,
	height: number,
): Promise<{ ms: number; bytes: number }> => {
	const path = join(tmpdir(), `livestill-bench-${process.pid}.rgb`);
	const rgb = new Uint8Array((rgba.length / 4) * 3);
	for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) rgb.set(rgba.subarray(from, from + 3), to);
	writeFileSync(path, rgb);
	const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-i'];
	const png = ['-threads', '1', '-c:v', 'png', '-compression_level', '1', '-pred', 'up', '-f', 'image2pipe'];
	const ms = await perItem(path, 1, [2, 8], (input) => [...raw, input, ...png, '-y', '/dev/null']);
	const args = ['-v', 'error', ...raw, path, ...png, '-'];
	const { stdout } = await run('ffmpeg', args, { maxBuffer: 1 << 28, encoding: 'buffer' });
	return { ms, bytes: stdout.length };
};

/** Wall milliseconds of what people run today: `ffmpeg -i key.h264 -frames:v 1 out.png`. */
export const snapshotTime = async (frame: Uint8Array): Promise<number> => {
	const [input, output] = [
		join(tmpdir(), `livestill-${process.pid}.h264`),
		join(tmpdir(), `livestill-${process.pid}.png`),
	];
	writeFileSync(input, frame);
	const since = performance.now();
	await run('ffmpeg', ['-v', 'error', '-y', '-i', input, '-frames:v', '1', output]);
	return performance.now() - since;
};

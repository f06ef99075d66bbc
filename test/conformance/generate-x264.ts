/**
 * Makes `test/fixtures/h264/x264`: one small Annex B stream per recipe and `manifest.json` with the MD5 of the cropped
 * planes of every intra picture, as libavcodec decodes them. Needs ffmpeg with libx264; run it as
 *
 *     ./node_modules/.bin/node test/conformance/generate-x264.ts [NAME ...]
 *
 * The streams are checked in, so the tests need none of this. Given names, only those streams are made again.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { contents } from './lavfi-content.ts';
import { type StreamRecipe, x264Streams } from './x264-stream-tables.ts';

const directory = new URL('../fixtures/h264/x264/', import.meta.url);
const manifest = new URL('manifest.json', directory);

const run = (command: string, args: readonly string[]): Buffer =>
	execFileSync(command, args, { maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'inherit'] });

/** FFmpeg's arguments for a recipe, without the output file. */
const encodeArguments = (recipe: StreamRecipe, seed: number): string[] => {
	const [width = 0, height = 0] = (recipe.size ?? '176x144').split('x').map(Number);
	const pixelFormat = recipe.pixelFormat ?? 'yuv420p';
	const graph = `${contents[recipe.content ?? 'mix'](width, height, seed)},setsar=1,format=${pixelFormat}${recipe.tag === undefined ? '' : `,${recipe.tag}`}`;
	const gop = recipe.x264?.includes('keyint=') ? '' : 'keyint=1:';
	const threads = recipe.x264?.includes('threads=') ? '' : 'threads=1:';
	return [
		...['-f', 'lavfi', '-i', graph, '-frames:v', String(recipe.frames ?? 2), '-c:v', 'libx264', '-preset', 'medium'],
		...(recipe.profile === undefined ? [] : ['-profile:v', recipe.profile]),
		...(recipe.range === undefined ? [] : ['-color_range', recipe.range]),
		...['-x264-params', `${gop}${threads}${recipe.x264 ?? ''}`],
		...(recipe.bitstreamFilter === undefined ? [] : ['-bsf:v', recipe.bitstreamFilter]),
		...['-f', 'h264'],
	];
};

interface ProbedFrame {
	readonly pict_type: string;
	readonly width: number;
	readonly height: number;
	readonly pix_fmt: string;
	readonly sample_aspect_ratio?: string;
	readonly color_range?: string;
	readonly color_space?: string;
	readonly chroma_location?: string;
}

// Without `unaligned` libavcodec rounds the left crop to what suits its SIMD.
const decoderFlags = ['-flags', 'unaligned'];

const probe = (file: string): ProbedFrame[] => {
	const json = run('ffprobe', [...decoderFlags, '-v', 'error', '-f', 'h264', '-show_frames', '-of', 'json', file]);
	return (JSON.parse(json.toString()) as { frames: ProbedFrame[] }).frames;
};

const describe = (recipe: StreamRecipe, seed: number): object => {
	const file = new URL(`${recipe.name}.264`, directory).pathname;
	const args = encodeArguments(recipe, seed);
	run('ffmpeg', ['-v', 'error', '-y', ...args, file]);
	// What is left without its intra picture is shown to nobody, so there is nothing to probe.
	const frames = recipe.bitstreamFilter === undefined ? probe(file) : [];
	const first = frames[0];
	const command = `ffmpeg ${args.map((word) => (/^[\w.:=,/-]+$/.test(word) ? word : `"${word}"`)).join(' ')} ${recipe.name}.264`;
	if (first === undefined)
		return { file: `${recipe.name}.264`, covers: recipe.covers, refusal: recipe.refusal, pictures: [], command };
	const gray = recipe.pixelFormat?.startsWith('gray') ?? false;
	const planes = run('ffmpeg', [
		...[...decoderFlags, '-v', 'error', '-f', 'h264', '-i', file, '-fps_mode', 'passthrough'],
		// libavcodec shows 4:0:0 as 4:2:0 with grey chroma, which is not in the stream.
		...(gray ? ['-vf', 'extractplanes=y'] : ['-pix_fmt', first.pix_fmt]),
		...['-f', 'rawvideo', '-'],
	]);
	if (planes.length % frames.length !== 0) throw new Error(`${recipe.name}: pictures of unequal size`);
	const pictureBytes = planes.length / frames.length;
	const pictures = frames.flatMap((frame, index) => {
		if (frame.pict_type !== 'I') return [];
		const picture = planes.subarray(index * pictureBytes, (index + 1) * pictureBytes);
		return [{ index, md5_all: createHash('md5').update(picture).digest('hex') }];
	});
	return {
		file: `${recipe.name}.264`,
		covers: recipe.covers,
		width: first.width,
		height: first.height,
		pix_fmt: gray ? recipe.pixelFormat : first.pix_fmt.replace('yuvj', 'yuv'),
		sample_aspect_ratio: first.sample_aspect_ratio ?? '1:1',
		color_space: first.color_space ?? 'unknown',
		color_range: first.color_range ?? 'unknown',
		...(recipe.refusal === undefined ? {} : { refusal: recipe.refusal }),
		frames: frames.length,
		pictures,
		command,
	};
};

const wanted = new Set(process.argv.slice(2));
const known = new Map<string, object>();
if (wanted.size > 0 && existsSync(manifest))
	for (const entry of JSON.parse(readFileSync(manifest, 'utf8')) as { file: string }[]) known.set(entry.file, entry);
mkdirSync(directory, { recursive: true });
const entries = x264Streams.map((recipe, seed) => {
	const kept = known.get(`${recipe.name}.264`);
	return kept !== undefined && !wanted.has(recipe.name) ? kept : describe(recipe, seed);
});
writeFileSync(manifest, `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
console.log(`${entries.length} streams`);

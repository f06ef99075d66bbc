/**
 * Makes `test/fixtures/{vp8,vp9,av1,jpeg}`: one keyframe per recipe, as an ingest node stores it, and a `manifest.json`
 * with the MD5 of its planes as another decoder gives them: libavcodec's own of VP8 and VP9, libaom of AV1, djpeg of
 * libjpeg-turbo. Run it as
 *
 *     ./node_modules/.bin/node test/conformance/generate-other-codecs.ts
 *
 * The keyframes are checked in, so the tests need none of this.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import encodeJpeg, { init } from '@jsquash/jpeg/encode.js';
import { contents } from './lavfi-content.ts';
import { type KeyframeRecipe, keyframeRecipes } from './other-codec-tables.ts';

const fixtures = new URL('../fixtures/', import.meta.url);
const { resolve } = createRequire(import.meta.url);

const run = (command: string, args: readonly string[], input?: Uint8Array): Buffer =>
	execFileSync(command, args, { maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'inherit'], ...(input && { input }) });

const encoders = { vp8: 'libvpx', vp9: 'libvpx-vp9', av1: 'libaom-av1', jpeg: 'mjpeg' } as const;
const referenceDecoders = { vp8: 'vp8', vp9: 'vp9', av1: 'libaom-av1' } as const;

const sizeOf = ({ size = '176x144' }: KeyframeRecipe): [number, number] => {
	const [width = 0, height = 0] = size.split('x').map(Number);
	return [width, height];
};

/** FFmpeg's arguments for a recipe, as far as the picture. */
const sourceArguments = (recipe: KeyframeRecipe, seed: number, pixelFormat: string): string[] => {
	const [width, height] = sizeOf(recipe);
	const even = [(width + 1) & ~1, (height + 1) & ~1] as const;
	const drawing = contents[recipe.content ?? 'mix'](...even, seed);
	const graph = `${drawing},format=gbrp,crop=${width}:${height}:0:0:exact=1,format=${pixelFormat},setsar=1`;
	return ['-f', 'lavfi', '-i', graph, '-frames:v', '1'];
};

const pixelFormatOf = ({ codec, pixelFormat = codec === 'jpeg' ? 'yuvj420p' : 'yuv420p' }: KeyframeRecipe): string =>
	pixelFormat;

/** The encoded keyframe, and the command that made it. */
const encode = async (recipe: KeyframeRecipe, seed: number): Promise<{ body: Uint8Array; command: string }> => {
	const { codec, options } = recipe;
	if (options.startsWith('progressive')) {
		// libavcodec writes no progressive files.
		const source = [...sourceArguments(recipe, seed, 'rgba'), '-f', 'rawvideo'];
		const [width, height] = sizeOf(recipe);
		const data = new Uint8ClampedArray(run('ffmpeg', ['-v', 'error', ...source, '-']));
		const chroma = options.endsWith('444') ? 1 : 2;
		const settings = { quality: 75, progressive: true, auto_subsample: false, chroma_subsample: chroma };
		const picture = { data, width, height, colorSpace: 'srgb' } as const;
		const body = new Uint8Array(await encodeJpeg(picture as Parameters<typeof encodeJpeg>[0], settings));
		return { body, command: `ffmpeg ${source.join(' ')}; @jsquash/jpeg ${JSON.stringify(settings)}` };
	}
	const encoder = ['-c:v', recipe.encoder ?? encoders[codec], ...options.split(' ')];
	const args = [...sourceArguments(recipe, seed, pixelFormatOf(recipe)), ...encoder];
	const format = codec === 'jpeg' ? 'mjpeg' : 'ivf';
	const output = run('ffmpeg', ['-v', 'error', ...args, '-f', format, '-']);
	// IVF: 32 bytes for the file, 12 for the frame, its size first.
	const body = codec === 'jpeg' ? output : output.subarray(44, 44 + output.readUInt32LE(32));
	return { body, command: `ffmpeg ${args.join(' ')}` };
};

const ivf = ({ codec }: KeyframeRecipe, body: Uint8Array, width: number, height: number): Buffer => {
	const header = Buffer.alloc(44);
	header.write('DKIF', 0);
	header.writeUInt16LE(32, 6);
	header.write({ vp8: 'VP80', vp9: 'VP90', av1: 'AV01', jpeg: '' }[codec], 8);
	header.writeUInt16LE(width, 12);
	header.writeUInt16LE(height, 14);
	header.writeUInt32LE(25, 16);
	header.writeUInt32LE(1, 20);
	header.writeUInt32LE(1, 24);
	header.writeUInt32LE(body.length, 32);
	return Buffer.concat([header, body]);
};

/** Planes of R, G, B pixels in the order of GBR video. */
const gbrPlanes = (rgb: Uint8Array): Buffer =>
	Buffer.concat([1, 2, 0].map((offset) => Buffer.from(rgb.filter((_, at) => at % 3 === offset))));

/** All planes, packed, by a decoder that is not ours. */
const referencePlanes = (recipe: KeyframeRecipe, body: Uint8Array): Buffer => {
	const [width, height] = sizeOf(recipe);
	if (recipe.codec !== 'jpeg') {
		const input = ['-f', 'ivf', '-c:v', referenceDecoders[recipe.codec], '-i', '-'];
		return run('ffmpeg', ['-v', 'error', ...input, '-f', 'rawvideo', '-'], ivf(recipe, body, width, height));
	}
	// PNM: a header of three lines, then R, G, B or grey.
	const pnm = run('djpeg', ['-pnm', '-dct', 'int'], body);
	const samples = pnm.subarray(-width * height * (pnm[1] === 0x35 ? 1 : 3));
	return pnm[1] === 0x35 ? samples : gbrPlanes(samples);
};

// Emscripten's glue in Node: it is asked not to look for its module, so it gets one.
await init(new WebAssembly.Module(readFileSync(resolve('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm'))));

for (const codec of ['vp8', 'vp9', 'av1', 'jpeg'] as const) {
	const folder = new URL(`${codec}/`, fixtures);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder);
	const entries: string[] = [];
	for (const [seed, recipe] of keyframeRecipes.entries()) {
		if (recipe.codec !== codec) continue;
		const { name, covers, refusal, matrix, fullRange } = recipe;
		const { body, command } = await encode(recipe, seed);
		const file = `${name}.${codec === 'jpeg' ? 'jpg' : codec}`;
		writeFileSync(new URL(file, folder), body);
		const [width, height] = sizeOf(recipe);
		const planes = refusal === undefined ? referencePlanes(recipe, body) : undefined;
		const md5 = planes && createHash('md5').update(planes).digest('hex');
		entries.push(JSON.stringify({ file, covers, width, height, md5, refusal, matrix, fullRange, command }));
	}
	writeFileSync(new URL('manifest.json', folder), `[\n${entries.join(',\n')}\n]\n`);
}

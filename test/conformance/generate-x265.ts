/**
 * Makes `test/fixtures/hevc/x265`: one small Annex B stream per recipe and `manifest.json` with the MD5 of the cropped
 * planes of every random access picture, as libavcodec decodes them. Needs ffmpeg with libx265; run it as
 *
 *     ./node_modules/.bin/node test/conformance/generate-x265.ts [NAME ...]
 *
 * The streams are checked in, so the tests need none of this. Given names, only those streams are made again. Every stream carries x265's own hashes of its planes in
 * SEI messages. Where libavcodec disagrees with them (it is known to be wrong about chroma SAO next to lossless coding units
 * and with 16x16 CTUs), the manifest says `libavcodec_differs`, and its hashes are those of x265, plane by plane.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { splitAnnexB } from '../../src/shared/h264/annex-b.ts';
import { removeEmulation } from '../../src/shared/h264/emulation-prevention.ts';
import { hevcNalTypeOf, isIntraRandomAccess } from '../../src/shared/hevc/nal.ts';
import { contents } from './lavfi-content.ts';
import { type HevcRecipe, x265Streams } from './x265-stream-tables.ts';

const directory = new URL('../fixtures/hevc/x265/', import.meta.url);

const run = (command: string, args: readonly string[]): Buffer =>
	execFileSync(command, args, { maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'inherit'] });

/** x265 waits for itself now and then, when its threads outnumber the processors: then it is tried again. */
const encode = (args: readonly string[]): void => {
	for (let attempt = 0; ; attempt++) {
		const { status } = spawnSync('ffmpeg', args, {
			stdio: ['ignore', 'ignore', 'inherit'],
			timeout: 20_000,
			killSignal: 'SIGKILL',
		});
		if (status === 0) return;
		if (attempt === 2) throw new Error(`ffmpeg ${args.join(' ')}: ${status}`);
	}
};

const encodeArguments = (recipe: HevcRecipe, seed: number): string[] => {
	const [width = 0, height = 0] = (recipe.size ?? '160x128').split('x').map(Number);
	const even = [(width + 1) & ~1, (height + 1) & ~1] as const;
	const drawing = contents[recipe.content ?? 'mix'](...even, seed);
	const pixelFormat = recipe.pixelFormat ?? 'yuv420p';
	const graph = `${drawing},format=gbrp,crop=${width}:${height}:0:0:exact=1,setsar=1,format=${pixelFormat}`;
	const isIntraOnly = !recipe.x265?.includes('keyint=');
	const common = `hash=1:info=0:log-level=error:frame-threads=1:${isIntraOnly ? 'keyint=1:' : ''}`;
	return [
		...['-f', 'lavfi', '-i', graph, '-frames:v', isIntraOnly ? '1' : '7', '-c:v', 'libx265'],
		...['-preset', recipe.preset ?? 'medium', '-x265-params', `${common}${recipe.x265 ?? ''}`, '-f', 'hevc'],
	];
};

const sequence = 39; // SEI suffix: prefix messages are type 39, suffix ones 40
const hashPayload = 132;

/** MD5s of the planes that a picture hash SEI message names. H.265 § D.2.19 */
const pictureHash = (nal: Uint8Array): string[] | null => {
	if (hevcNalTypeOf(nal) !== sequence + 1) return null;
	const sei = removeEmulation(nal, 2);
	if (sei[0] !== hashPayload || sei[2] !== 0) return null;
	const planes = Math.floor(((sei[1] ?? 0) - 1) / 16);
	return Array.from({ length: planes }, (_, i) => Buffer.from(sei.subarray(3 + 16 * i, 19 + 16 * i)).toString('hex'));
};

/** x265's hashes of the random access pictures. */
const hashesOf = (stream: Uint8Array): string[][] => {
	const found: string[][] = [];
	let isWanted = false;
	for (const nal of splitAnnexB(stream)) {
		const type = hevcNalTypeOf(nal);
		if (type < 32) isWanted = isIntraRandomAccess(type);
		const hash = pictureHash(nal);
		if (hash !== null && isWanted) found.push(hash);
	}
	return found;
};

interface ProbedFrame {
	readonly key_frame: number;
	readonly width: number;
	readonly height: number;
	readonly pix_fmt: string;
}

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** MD5s of the `count` planes of a picture; chroma planes are of equal size. */
const planeHashes = (picture: Buffer, count: number, { width, height, pix_fmt }: ProbedFrame): string[] => {
	const luma = width * height * (/1[02]le$/.test(pix_fmt) ? 2 : 1);
	const chroma = (picture.length - luma) / 2;
	const ends = [0, luma, luma + chroma, luma + 2 * chroma];
	return Array.from({ length: count }, (_, plane) => md5(picture.subarray(ends[plane], ends[plane + 1])));
};

const describe = (recipe: HevcRecipe, seed: number): object => {
	const name = `${recipe.name}.265`;
	const file = new URL(name, directory).pathname;
	const args = encodeArguments(recipe, seed);
	encode(['-v', 'error', '-y', ...args, file]);
	const stream = new Uint8Array(readFileSync(file));
	const input = ['-flags', 'unaligned', '-f', 'hevc', '-i', file];
	const probe = run('ffprobe', ['-v', 'error', ...input, '-show_frames', '-of', 'json']).toString();
	const { frames } = JSON.parse(probe) as { frames: ProbedFrame[] };
	const [first] = frames;
	if (first === undefined) throw new Error(`${name}: no picture`);
	const planes = run('ffmpeg', ['-v', 'error', ...input, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-']);
	const bytes = planes.length / frames.length;
	const hashes = hashesOf(stream);
	// x265 hashes what is there before cropping.
	const isCropped = first.width % 8 !== 0 || first.height % 8 !== 0;
	const keyframes = frames.flatMap(({ key_frame }, index) => (key_frame === 1 ? [index] : []));
	const pictureAt = (index: number): Buffer => planes.subarray(index * bytes, (index + 1) * bytes);
	const differs = keyframes.some((index, order) => {
		const own = planeHashes(pictureAt(index), hashes[order]?.length ?? 0, first);
		return !isCropped && own.some((hash, plane) => hash !== hashes[order]?.[plane]);
	});
	const pictures = keyframes.map((index, order) =>
		differs ? { index, md5_planes: hashes[order] } : { index, md5_all: md5(pictureAt(index)) },
	);
	const command = `ffmpeg ${args.map((word) => (/^[\w.:=,/-]+$/.test(word) ? word : `"${word}"`)).join(' ')} ${name}`;
	const { width, height, pix_fmt } = first;
	const facts = { file: name, covers: recipe.covers, width, height, pix_fmt };
	return { ...facts, ...(differs ? { libavcodec_differs: true } : {}), pictures, command };
};

const manifest = new URL('manifest.json', directory);
const wanted = new Set(process.argv.slice(2));
const known = new Map<string, object>();
if (wanted.size > 0)
	for (const entry of JSON.parse(readFileSync(manifest, 'utf8')) as { file: string }[]) known.set(entry.file, entry);
else rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
const entries = x265Streams.flatMap((recipe, seed) => {
	try {
		const kept = wanted.has(recipe.name) ? undefined : known.get(`${recipe.name}.265`);
		return [kept ?? describe(recipe, seed)];
	} catch (error) {
		console.error(`${recipe.name} is left out:`, error);
		return [];
	}
});
writeFileSync(
	new URL('manifest.json', directory),
	`[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`,
);
console.log(`${entries.length} streams`);

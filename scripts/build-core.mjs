// Makes the WebAssembly cores that no package has, when their sources are newer than the result: the H.264 and HEVC
// decoders (src/decoder/{h264,hevc}/core), PNG filters (src/image/core), and ogv's VP9 decoder with loop filters of ours
// (src/decoder/vp9/core).
// Runs on any Node from 20 on, because `npm install` calls it.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { mendVp9 } from './mend-vp9.mjs';

const self = fileURLToPath(import.meta.url);
const folderOf = (path) => fileURLToPath(new URL(`../src/${path}/core/`, import.meta.url));

/** Whether `output` is there and newer than all that it is made of. */
const isFresh = (output, inputs) => {
	try {
		const { mtimeMs } = statSync(output);
		return [self, ...inputs].every((input) => statSync(input).mtimeMs < mtimeMs);
	} catch {
		return false;
	}
};

const compile = async (output, args) => {
	const common = ['--runtime', 'stub', '-O3', '--noAssert', '--converge', '--use', 'abort='];
	const { error, stderr } = await asc.main([...args, '--outFile', output, ...common]);
	if (error) {
		console.error(stderr.toString());
		process.exit(1);
	}
};

const sourcesOf = (folder) =>
	readdirSync(folder, { recursive: true })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => folder + file);

// What several cores are made of.
const sharedFolder = folderOf('decoder/cabac');

const build = async (folder, name, entries, memory) => {
	const output = `${folder}${name}.wasm`;
	if (isFresh(output, [...sourcesOf(folder), ...sourcesOf(sharedFolder)])) return;
	await compile(output, [...entries.map((entry) => folder + entry), '--enable', 'simd,bulk-memory', ...memory]);
	console.log(`built ${name}.wasm, ${statSync(output).size} bytes`);
};

const pictureMemory = ['--initialMemory', '2', '--maximumMemory', '2048'];
const h264 = folderOf('decoder/h264');
await build(h264, 'h264', ['index.ts'], pictureMemory);
await build(h264, 'h264-high', ['index.ts', 'high-on.ts'], pictureMemory);
await build(h264, 'h264-coverage', ['index.ts', 'coverage-on.ts'], pictureMemory);
await build(h264, 'h264-high-coverage', ['index.ts', 'high-on.ts', 'coverage-on.ts'], pictureMemory);
await build(h264, 'h264-twins', ['twins.ts'], ['--initialMemory', '2']);
const hevc = folderOf('decoder/hevc');
await build(hevc, 'hevc', ['index.ts'], pictureMemory);
await build(hevc, 'hevc-coverage', ['index.ts', 'coverage-on.ts'], pictureMemory);
await build(folderOf('image'), 'image', ['index.ts'], ['--initialMemory', '17', '--maximumMemory', '17']);

const folder = folderOf('decoder/vp9');
const mender = fileURLToPath(new URL('mend-vp9.mjs', import.meta.url));
const { resolve } = createRequire(import.meta.url);

const buildVp9 = async () => {
	const [source, filters, output] = ['loop-filter.ts', 'loop-filter.wasm', 'vp9.wasm'].map((name) => folder + name);
	const broken = resolve('ogv/dist/ogv-decoder-video-vp9-wasm.wasm');
	if (isFresh(output, [source, broken, mender])) return;
	await compile(filters, [source, '--initialMemory', '1']);
	writeFileSync(output, mendVp9(readFileSync(broken), readFileSync(filters)));
	console.log(`mended vp9.wasm, ${statSync(output).size} bytes`);
};

await buildVp9();

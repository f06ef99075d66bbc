// Makes the WebAssembly cores that no package has, when their sources are newer than the result: the H.264 decoder
// (src/decoder/h264/core), and ogv's VP9 decoder with loop filters of ours (src/decoder/vp9/core).
// Runs on any Node from 20 on, because `npm install` calls it.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { mendVp9 } from './mend-vp9.mjs';

const self = fileURLToPath(import.meta.url);
const core = fileURLToPath(new URL('../src/decoder/h264/core/', import.meta.url));
const sources = readdirSync(core)
	.filter((name) => name.endsWith('.ts'))
	.map((name) => core + name);

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

const build = async (name, entries) => {
	const output = `${core}${name}.wasm`;
	if (isFresh(output, sources)) return;
	const memory = ['--initialMemory', '2', '--maximumMemory', '2048'];
	await compile(output, [...entries.map((entry) => core + entry), '--enable', 'simd,bulk-memory', ...memory]);
	console.log(`built ${name}.wasm, ${statSync(output).size} bytes`);
};

await build('h264', ['index.ts']);
await build('h264-coverage', ['index.ts', 'coverage-on.ts']);

const folder = fileURLToPath(new URL('../src/decoder/vp9/core/', import.meta.url));
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

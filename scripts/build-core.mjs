// Compiles the WebAssembly core of the H.264 decoder (src/decoder/h264/core) when its sources are newer than the result.
// Runs on any Node from 20 on, because `npm install` calls it.
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const core = fileURLToPath(new URL('../src/decoder/h264/core/', import.meta.url));
const sources = readdirSync(core).filter((name) => name.endsWith('.ts'));
const newest = Math.max(
	statSync(fileURLToPath(import.meta.url)).mtimeMs,
	...sources.map((name) => statSync(core + name).mtimeMs),
);

const isFresh = (path) => {
	try {
		return statSync(path).mtimeMs > newest;
	} catch {
		return false;
	}
};

const build = async (name, entries) => {
	const output = `${core}${name}.wasm`;
	if (isFresh(output)) return;
	const { error, stderr } = await asc.main([
		...entries.map((entry) => core + entry),
		...['--outFile', output, '--runtime', 'stub', '--enable', 'simd,bulk-memory', '-O3', '--noAssert', '--converge'],
		...['--initialMemory', '2', '--maximumMemory', '2048', '--use', 'abort='],
	]);
	if (error) {
		console.error(stderr.toString());
		process.exit(1);
	}
	console.log(`built ${name}.wasm, ${statSync(output).size} bytes`);
};

await build('h264', ['index.ts']);
await build('h264-coverage', ['index.ts', 'coverage-on.ts']);

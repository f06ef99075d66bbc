/** The decoder's WebAssembly core in Node: read and compiled once. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { H264Core } from '../src/decoder/h264/core.ts';

const coreUrl = (name: string): URL => new URL(`../src/decoder/h264/core/${name}.wasm`, import.meta.url);

/** Makes instances of the core that `npm install` built; `h264-coverage` is the build that counts coding tools. */
export const h264CoreFactory = (name: 'h264' | 'h264-coverage' = 'h264'): (() => H264Core) => {
	const path = fileURLToPath(coreUrl(name));
	const module = new WebAssembly.Module(readFileSync(path));
	return () => new WebAssembly.Instance(module, {}).exports as unknown as H264Core;
};

/** The HEVC decoder's WebAssembly core in Node: each build read and compiled once. */
import { readFileSync } from 'node:fs';
import type { HevcCore } from '../src/decoder/hevc/core.ts';

type Build = 'hevc' | 'hevc-coverage';

const modules = new Map<Build, WebAssembly.Module>();

/** A fresh instance of a build that `npm install` made; `hevc-coverage` counts what it runs through. */
export const instantiateHevcCore = (build: Build): HevcCore => {
	let module = modules.get(build);
	if (module === undefined) {
		module = new WebAssembly.Module(readFileSync(new URL(`../src/decoder/hevc/core/${build}.wasm`, import.meta.url)));
		modules.set(build, module);
	}
	return new WebAssembly.Instance(module, {}).exports as unknown as HevcCore;
};

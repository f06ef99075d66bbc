/** The decoder's WebAssembly core in Node: read and compiled once. */
import { readFileSync } from 'node:fs';
import type { H264Core } from '../src/decoder/h264/core.ts';

type Build = 'h264' | 'h264-coverage';

const modules = new Map<Build, WebAssembly.Module>();

/** A fresh instance of the core that `npm install` built; the build `h264-coverage` counts what it runs through. */
export const instantiateCore = (build: Build = 'h264'): H264Core => {
	let module = modules.get(build);
	if (module === undefined) {
		module = new WebAssembly.Module(readFileSync(new URL(`../src/decoder/h264/core/${build}.wasm`, import.meta.url)));
		modules.set(build, module);
	}
	return new WebAssembly.Instance(module, {}).exports as unknown as H264Core;
};

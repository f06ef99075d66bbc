/** The decoder's WebAssembly core in Node: each build read and compiled once. */
import { readFileSync } from 'node:fs';
import type { H264Core, H264Cores } from '../src/decoder/h264/core.ts';

type Build = 'h264' | 'h264-high' | 'h264-coverage' | 'h264-high-coverage';

const modules = new Map<Build, WebAssembly.Module>();

/** A fresh instance of a build that `npm install` made; those named coverage count what they run through. */
export const instantiateCore = (build: Build): H264Core => {
	let module = modules.get(build);
	if (module === undefined) {
		module = new WebAssembly.Module(readFileSync(new URL(`../src/decoder/h264/core/${build}.wasm`, import.meta.url)));
		modules.set(build, module);
	}
	return new WebAssembly.Instance(module, {}).exports as unknown as H264Core;
};

export const h264Cores: H264Cores = {
	standard: () => instantiateCore('h264'),
	high: () => instantiateCore('h264-high'),
};

/** The H.264 core as Node instantiates it, for tests. */
import { readFileSync } from 'node:fs';
import type { H264Core } from '../../src/decoder/h264/core.ts';

const directory = new URL('../../src/decoder/h264/core/', import.meta.url);
const modules = new Map<string, WebAssembly.Module>();

/** A fresh instance of the core; the build `h264-coverage` counts what it runs through. */
export const instantiateCore = (build: 'h264' | 'h264-coverage' = 'h264'): H264Core => {
	let module = modules.get(build);
	if (module === undefined) {
		module = new WebAssembly.Module(readFileSync(new URL(`${build}.wasm`, directory)));
		modules.set(build, module);
	}
	return new WebAssembly.Instance(module, {}).exports as unknown as H264Core;
};

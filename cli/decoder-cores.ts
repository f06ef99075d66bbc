/** The WebAssembly cores of all decoders in Node: each read and compiled when it is first needed. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { DecoderCores } from '../src/decoder/index.ts';
import type { Instantiate } from '../src/decoder/instantiate.ts';
import { h264Cores } from './h264-core.ts';
import { instantiateHevcCore } from './hevc-core.ts';

const { resolve } = createRequire(import.meta.url);

const core = (path: string): Instantiate => {
	let module: WebAssembly.Module | null = null;
	return (imports) => {
		module ??= new WebAssembly.Module(readFileSync(resolve(path)));
		return new WebAssembly.Instance(module, imports);
	};
};

export const decoderCores: DecoderCores = {
	h264: h264Cores,
	hevc: () => instantiateHevcCore('hevc'),
	vp8: core('ogv/dist/ogv-decoder-video-vp8-wasm.wasm'),
	vp9: core('../src/decoder/vp9/core/vp9.wasm'),
	av1: core('ogv/dist/ogv-decoder-video-av1-simd-wasm.wasm'),
	jpeg: core('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'),
};

/** The decoder's WebAssembly core in Node. */
import type { H264Core, H264Cores } from '../src/decoder/h264/core.ts';
import { instantiateBuilt } from './built-core.ts';

type Build = 'h264' | 'h264-high' | 'h264-coverage' | 'h264-high-coverage';

/** A fresh instance of a build that `npm install` made; those named coverage count what they run through. */
export const instantiateCore = (build: Build): H264Core =>
	instantiateBuilt(`decoder/h264/core/${build}.wasm`) as H264Core;

export const h264Cores: H264Cores = {
	standard: () => instantiateCore('h264'),
	high: () => instantiateCore('h264-high'),
};

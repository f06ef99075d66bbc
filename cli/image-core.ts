/** The WebAssembly core of `src/image` in Node. */
import { readFileSync } from 'node:fs';
import type { ImageCore } from '../src/image/png-filter.ts';

/** A fresh instance of the core that `npm install` built. */
export const instantiateImageCore = (): ImageCore => {
	const module = new WebAssembly.Module(readFileSync(new URL('../src/image/core/image.wasm', import.meta.url)));
	return new WebAssembly.Instance(module, {}).exports as unknown as ImageCore;
};

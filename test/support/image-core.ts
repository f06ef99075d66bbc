/** The core of `src/image` as Node instantiates it, for tests. */
import { readFileSync } from 'node:fs';
import type { ImageCore } from '../../src/image/png-filter.ts';

export const instantiateImageCore = (): ImageCore => {
	const path = new URL('../../src/image/core/image.wasm', import.meta.url);
	const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)), {});
	return instance.exports as unknown as ImageCore;
};

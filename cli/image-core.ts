/** The WebAssembly core of `src/image` in Node. */
import type { ImageCore } from '../src/image/png-filter.ts';
import { instantiateBuilt } from './built-core.ts';

/** A fresh instance of the core that `npm install` built. */
export const instantiateImageCore = (): ImageCore => instantiateBuilt('image/core/image.wasm') as ImageCore;

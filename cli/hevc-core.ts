/** The HEVC decoder's WebAssembly core in Node. */
import type { HevcCore } from '../src/decoder/hevc/core.ts';
import { instantiateBuilt } from './built-core.ts';

type Build = 'hevc' | 'hevc-coverage';

/** A fresh instance of a build that `npm install` made; `hevc-coverage` counts what it runs through. */
export const instantiateHevcCore = (build: Build): HevcCore =>
	instantiateBuilt(`decoder/hevc/core/${build}.wasm`) as HevcCore;

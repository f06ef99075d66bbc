/** The WebAssembly core of `src/image` in Node. */
import { type ImageCore, onFirstUse } from '../src/image/image-core.ts';
import { instantiateBuilt } from './built-core.ts';

/** The core that `npm install` built. */
export const imageCore = onFirstUse(() => instantiateBuilt('image/core/image.wasm') as ImageCore);

/**
 * Run as `node --expose-gc sequence-memory.mjs FILE WIDTH HEIGHT animation|sprite`: makes an answer of as many keyframes as one may
 * have, all of them this file, as the edge does, and prints the most live megabytes at any step as JSON; what counts is what
 * `snapshot-memory.mjs` says.
 */
import { readFileSync } from 'node:fs';

const live = () => {
	globalThis.gc();
	globalThis.gc();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
};
// Node 24 has none.
Uint8Array.prototype.toHex ??= function toHex() {
	return Buffer.from(this).toString('hex');
};
const { decoderCores } = await import('../../../cli/decoder-cores.ts');
const { imageCore } = await import('../../../cli/image-core.ts');
const { createDecoder } = await import('../../../src/decoder/index.ts');
const { createAnimator } = await import('../../../src/image/apng.ts');
const { createPngEncoder } = await import('../../../src/image/png.ts');
const { createRenderer } = await import('../../../src/image/render.ts');
const { createSprite } = await import('../../../src/image/sprite.ts');
const { createSequenceTaker } = await import('../../../src/preview/sequence.ts');
const { parseSequenceQuery } = await import('../../../src/shared/preview/sequence-query.ts');
const { createStopwatch } = await import('../../../src/snapshot/stopwatch.ts');

const [file, width, height, kind] = process.argv.slice(2);
const body = new Uint8Array(readFileSync(file));
const info = {
	...{ codec: 'h264', width: Number(width), height: Number(height), rotation: 0, session: '', publishedAt: 0 },
	...{ capturedAt: 0, sequence: 1, protocol: 'rtmp', node: '', leaseUntil: 0, keyframeInterval: 10_000 },
};
let most = 0;
let frames = 0;
const seen = (value) => {
	most = Math.max(most, live());
	return value;
};
const toRgba = createRenderer(imageCore);
const encodePng = createPngEncoder(imageCore);
const startAnimation = createAnimator(imageCore);
const decoder = createDecoder(decoderCores);
const query = parseSequenceQuery(kind === 'animation' ? 'from=0&width=640' : 'from=0&width=320', kind);
const list = Array.from({ length: 100 }, (_, index) => ({ capturedAt: index * 10_000, size: body.length }));
const before = live();
const take = createSequenceTaker({
	now: () => 1e12,
	keyframes: { newest: async () => null },
	history: {
		list: async () => list,
		kept: async () => ({ info, size: body.length, read: async () => body.slice(), discard: () => {} }),
	},
	decoder: {
		decode: (...call) => {
			frames += 1;
			return seen(decoder.decode(...call));
		},
	},
	imaging: {
		toRgba: (...call) => seen(toRgba(...call)),
		encode: (_format, image) => seen(encodePng(image)),
		createSprite,
		startAnimation: (...size) => {
			const animation = startAnimation(...size);
			const { add, finish } = animation;
			return { ...animation, add: (rgba) => seen(add(rgba)), finish: (delay) => seen(finish(delay)) };
		},
	},
	pictures: { find: async () => null, held: () => null, keep: () => {} },
	failures: { get: () => null, note: () => {} },
});
const path = kind === 'animation' ? { kind, name: 'a' } : { kind, name: 'a', format: 'png' };
const { picture } = await take({ path, query, has: () => false }, createStopwatch(Date.now));
console.log(JSON.stringify({ megabytes: (most - before) / 1e6, frames, bytes: picture.bytes.length }));

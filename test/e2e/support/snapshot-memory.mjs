/**
 * Run as `node --expose-gc snapshot-memory.mjs FILE [WIDTH]`: takes a snapshot of a keyframe as the edge does, and prints the live
 * bytes at each step as JSON: JavaScript heap and array buffers after a garbage collection, WebAssembly memory, which is one of
 * the buffers, included. Garbage does not count: an isolate that comes near its limit collects it.
 */
import { readFileSync } from 'node:fs';

const live = () => {
	// Twice: array buffers found dead by the first are freed beside it.
	globalThis.gc();
	globalThis.gc();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
};
const steps = {};
const { decoderCores } = await import('../../../cli/decoder-cores.ts');
const { imageCore } = await import('../../../cli/image-core.ts');
const { createDecoder } = await import('../../../src/decoder/index.ts');
const { createPngEncoder } = await import('../../../src/image/png.ts');
const { createRenderer } = await import('../../../src/image/render.ts');

const [file, width] = process.argv.slice(2);
const core = imageCore();
let deflated = 0;
// The moment when most is held at once: scanlines and their deflated pieces, which are about to be copied into one.
const deflateBlock = (size, isLast) => {
	const count = core.deflateBlock(size, isLast);
	deflated += count;
	if (isLast) steps.deflate = Math.max(steps.deflate ?? 0, live() + deflated);
	return count;
};
const getCore = () => ({ ...core, deflateBlock });
const encodePng = createPngEncoder(getCore);
const toRgba = createRenderer(getCore);
const decoder = createDecoder(decoderCores);
const before = live();
const body = new Uint8Array(readFileSync(file));
const picture = decoder.decode('h264', body);
steps.decode = live();
const rgba = toRgba(picture, width === undefined ? {} : { width: Number(width) });
steps.convert = live();
const png = encodePng(rgba.data, rgba.width, rgba.height);
steps.encode = live();
const answer = JSON.stringify({ data: Buffer.from(png).toString('base64') });
steps.answer = live();
const megabytes = Object.fromEntries(Object.entries(steps).map(([step, bytes]) => [step, (bytes - before) / 1e6]));
// Named here so that all of it is alive until the end, as it may be in the edge.
const sizes = [body, picture.crop, rgba.data, png, answer].map(({ length, width: across }) => length ?? across);
console.log(JSON.stringify({ megabytes, sizes }));

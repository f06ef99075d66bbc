/**
 * Run as `node --expose-gc snapshot-memory.mjs FILE [OPTIONS as JSON]`: takes a snapshot of a keyframe as the edge does, and prints the live
 * bytes at each step as JSON: JavaScript heap and array buffers after a garbage collection, WebAssembly memory, which is one of
 * the buffers, included. Garbage does not count: an isolate that comes near its limit collects it.
 */
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

const live = () => {
	// Twice: array buffers found dead by the first are freed beside it.
	globalThis.gc();
	globalThis.gc();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
};
const steps = {};
// Where zlib searches all scanlines are there at once. What it is tried on before is small.
const { deflateSync } = zlib;
zlib.deflateSync = (bytes, options) => {
	const deflated = deflateSync(bytes, options);
	if (bytes.length > 2e6) steps.search = live();
	return deflated;
};
syncBuiltinESMExports();
const { decoderCores } = await import('../../../cli/decoder-cores.ts');
const { imageCore } = await import('../../../cli/image-core.ts');
const { createDecoder } = await import('../../../src/decoder/index.ts');
const { createPngEncoder } = await import('../../../src/image/png.ts');
const { createRenderer } = await import('../../../src/image/render.ts');

const [file, options = '{}'] = process.argv.slice(2);
const core = imageCore();
// When the last row has been deflated all pieces are there, and where there is an RGBA it is there, too.
const deflateWaiting = (isLast) => {
	const count = core.deflateWaiting(isLast);
	if (isLast) steps.deflate = live();
	return count;
};
const getCore = () => ({ ...core, deflateWaiting });
const encodePng = createPngEncoder(getCore);
const toRgba = createRenderer(getCore);
const decoder = createDecoder(decoderCores);
const before = live();
const body = new Uint8Array(readFileSync(file));
const picture = decoder.decode('h264', body);
steps.decode = live();
const image = toRgba(picture, JSON.parse(options));
steps.convert = live();
const png = encodePng(image);
steps.encode = live();
const answer = JSON.stringify({ data: Buffer.from(png).toString('base64') });
steps.answer = live();
const megabytes = Object.fromEntries(Object.entries(steps).map(([step, bytes]) => [step, (bytes - before) / 1e6]));
// Named here so that all of it is alive until the end, as it may be in the edge.
const sizes = [body, picture.crop, image, png, answer].map(({ length, width: across }) => length ?? across);
console.log(JSON.stringify({ megabytes, sizes, bytes: png.length }));

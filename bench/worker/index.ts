/**
 * Times decoder and encoder inside workerd. Local workerd lets the clock run while code computes; a deployed Worker would
 * not. `POST /load` takes what the next calls work on; `GET /{work}?count=N` answers `{ ms, bytes }`: wall milliseconds of N runs
 * together, bytes of the last result.
 */

// First: it has to see upng-js before src/image/png.ts does.
import './stock-upng.ts';

import h264Core from '../../src/decoder/h264/core/h264.wasm';
import h264HighCore from '../../src/decoder/h264/core/h264-high.wasm';
import type { H264Core } from '../../src/decoder/h264/core.ts';
import hevcCore from '../../src/decoder/hevc/core/hevc.wasm';
import type { HevcCore } from '../../src/decoder/hevc/core.ts';
import { createDecoder } from '../../src/decoder/index.ts';
import type { Picture } from '../../src/decoder/picture.ts';
import imageCoreModule from '../../src/image/core/image.wasm';
import { type ImageCore, onFirstUse } from '../../src/image/image-core.ts';
import { createPngEncoder } from '../../src/image/png.ts';
import { createRenderer } from '../../src/image/render.ts';
import type { RgbaImage } from '../../src/image/rgba-image.ts';
import type { Codec } from '../../src/shared/codec.ts';
import { encodeStock } from './stock-upng.ts';

const newDecoder = () =>
	createDecoder({
		h264: {
			standard: () => new WebAssembly.Instance(h264Core).exports as unknown as H264Core,
			high: () => new WebAssembly.Instance(h264HighCore).exports as unknown as H264Core,
		},
		hevc: () => new WebAssembly.Instance(hevcCore).exports as unknown as HevcCore,
	});

const imageCore = onFirstUse(() => new WebAssembly.Instance(imageCoreModule).exports as unknown as ImageCore);
const encodePng = createPngEncoder(imageCore);
const toRgba = createRenderer(imageCore);

let decoder: ReturnType<typeof newDecoder> | null = null;
let frames: Uint8Array[] = [];
let codec: Codec = 'h264';
let picture: Picture | null = null;
let rgba: RgbaImage | null = null;

/** Frames one behind the other, each behind its size in 32 bits, little endian. */
const load = (body: ArrayBuffer): void => {
	const view = new DataView(body);
	frames = [];
	picture = null;
	rgba = null;
	for (let at = 0; at < body.byteLength; ) {
		const size = view.getUint32(at, true);
		frames.push(new Uint8Array(body, at + 4, size));
		at += 4 + size;
	}
};

const frame = (index: number): Uint8Array => frames[index % frames.length] ?? new Uint8Array();

const decode = (index: number): Picture => {
	decoder ??= newDecoder();
	return decoder.decode(codec, frame(index));
};

const works: Readonly<Record<string, (index: number) => number>> = {
	decode: (index) => decode(index).crop.width,
	convert: () => {
		picture ??= decode(0);
		return toRgba(picture).data.length;
	},
	preview: () => {
		picture ??= decode(0);
		return toRgba(picture, { width: 320 }).data.length;
	},
	png: () => {
		rgba ??= toRgba(decode(0));
		const { data, width, height } = rgba;
		// A copy, because the encoder may overwrite what it is given.
		return encodePng({ data: data.slice(), width, height }).length;
	},
	// Converted row by row, as the edge does.
	planes: () => {
		picture ??= decode(0);
		return encodePng(toRgba(picture)).length;
	},
	stock: () => {
		rgba ??= toRgba(decode(0));
		return encodeStock(rgba.data.buffer, rgba.width, rgba.height).byteLength;
	},
};

export default {
	async fetch(request: Request): Promise<Response> {
		const { pathname, searchParams } = new URL(request.url);
		if (pathname === '/load') {
			load(await request.arrayBuffer());
			codec = searchParams.get('codec') === 'hevc' ? 'hevc' : 'h264';
			return Response.json({ ms: 0, bytes: frames.length });
		}
		const work = works[pathname.slice(1)];
		if (work === undefined) return new Response(null, { status: 404 });
		const count = Number(searchParams.get('count') ?? 1);
		let bytes = 0;
		const since = performance.now();
		for (let index = 0; index < count; index++) bytes = work(index);
		return Response.json({ ms: performance.now() - since, bytes });
	},
};

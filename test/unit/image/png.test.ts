import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { imageCore } from '../../../cli/image-core.ts';
import { createPngEncoder } from '../../../src/image/png.ts';
import { filterRows } from '../../../src/image/png-filter.ts';
import { rowsOfData } from '../../../src/image/rgba-image.ts';
import { noise } from '../../support/make-picture.ts';

interface Upng {
	encode(frames: ArrayBuffer[], width: number, height: number, colours: number): ArrayBuffer;
	decode(file: ArrayBuffer): object;
	toRGBA8(image: object): ArrayBuffer[];
}

const encodePng = createPngEncoder(imageCore);

/** A second copy of upng-js, which our hook has not touched. */
const stock = ((): Upng => {
	const require = createRequire(import.meta.url);
	const path = require.resolve('upng-js');
	delete require.cache[path];
	return require(path) as Upng;
})();

const draw = (width: number, height: number, colour: (x: number, y: number) => number): Uint8Array<ArrayBuffer> => {
	const data = new Uint8Array(width * height * 4);
	const pixels = new Uint32Array(data.buffer);
	for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels[y * width + x] = 0xff000000 | colour(x, y);
	return data;
};

const photo = (x: number, y: number): number => ((x * 3 + y * 2 + noise(9, x, y)) & 255) * 0x10001 + ((x * y) & 0xff00);
const grey = (x: number, y: number): number => ((x + y + noise(7, x, y)) & 255) * 0x010101;
const pictures = [
	{ name: 'photo', width: 64, height: 48, colour: photo },
	{ name: 'photo, rows not a multiple of 4 bytes', width: 63, height: 31, colour: photo },
	{ name: 'photo of one row', width: 400, height: 1, colour: photo },
	{ name: 'photo of one column', width: 1, height: 400, colour: photo },
	{ name: 'noise', width: 50, height: 40, colour: (x: number, y: number) => noise(1 << 24, x, y) },
	{ name: 'grey', width: 70, height: 50, colour: grey },
	{ name: 'two colours', width: 33, height: 17, colour: (x: number, y: number) => ((x ^ y) & 4 ? 0xff : 0x8000) },
	{
		name: 'as many colours as pixels',
		width: 16,
		height: 15,
		colour: (x: number, y: number) => 0x10000 * x + 0x100 * y,
	},
	{
		name: 'two colours, large',
		width: 133,
		height: 57,
		colour: (x: number, y: number) => ((x ^ y) & 4 ? 0xff : 0x8000),
	},
	{ name: 'black', width: 16, height: 16, colour: () => 0 },
	{ name: 'one pixel', width: 1, height: 1, colour: () => 0x123456 },
];

/** Colour type and inflated scanlines of a PNG as upng-js writes it: one IDAT. */
const open = (file: Uint8Array) => {
	const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
	for (let at = 8; at < file.length; ) {
		const size = view.getUint32(at);
		if (String.fromCharCode(...file.subarray(at + 4, at + 8)) === 'IDAT') {
			const zlib = file.subarray(at + 8, at + 8 + size);
			return { colourType: file[25], zlib, scanlines: new Uint8Array(inflateSync(zlib)) };
		}
		at += 12 + size;
	}
	throw new Error('no IDAT');
};

/** Scanlines of RGB, one byte at a time. */
const plainPaeth = (rgba: Uint8Array, width: number): Uint8Array => {
	const at = (x: number, y: number, c: number): number =>
		x < 0 || y < 0 ? 0 : (rgba[(y * width + x) * 4 + c] as number);
	const bytes: number[] = [];
	for (let y = 0; y < rgba.length / 4 / width; y++) {
		bytes.push(4);
		for (let x = 0; x < width; x++)
			for (let c = 0; c < 3; c++) {
				const [left, up, upLeft] = [at(x - 1, y, c), at(x, y - 1, c), at(x - 1, y - 1, c)];
				const [pa, pb, pc] = [left, up, upLeft].map((value) => Math.abs(left + up - upLeft - value)) as [
					number,
					number,
					number,
				];
				const predictor = pa <= pb && pa <= pc ? left : pb <= pc ? up : upLeft;
				bytes.push((at(x, y, c) - predictor) & 255);
			}
	}
	return Uint8Array.from(bytes);
};

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

for (const { name, width, height, colour } of pictures)
	describe(name, () => {
		const rgba = draw(width, height, colour);
		const file = encodePng({ data: rgba.slice(), width, height });

		const decode = (png: ArrayBuffer) => new Uint8Array(stock.toRGBA8(stock.decode(png))[0] ?? new ArrayBuffer());

		it('is the same picture after decoding', () => expect(decode(file.buffer)).toEqual(rgba));

		// Smaller palette pictures overrun the buffer of stock upng-js and come out broken.
		if (width * height >= 1024)
			it('is the picture that stock upng-js writes', () => {
				expect(decode(stock.encode([rgba.slice().buffer], width, height, 0))).toEqual(decode(file.buffer));
			});

		it.skipIf(!hasFfmpeg)('is the same picture in ffmpeg', () => {
			const args = ['-v', 'error', '-f', 'png_pipe', '-i', '-', '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'];
			const { stdout } = spawnSync('ffmpeg', args, { input: file });
			expect(new Uint8Array(stdout)).toEqual(rgba);
		});
	});

it.each([255, 256, 257])('%i colours come back, the last one in the last pixel', (colours) => {
	const [width, height] = [64, 40];
	const last = width * height - 1;
	const data = draw(width, height, (x, y) => {
		const at = y * width + x;
		return (at === last ? colours - 1 : at % (colours - 1)) * 0x10307;
	});
	const file = encodePng({ data: data.slice(), width, height });
	expect(open(file).colourType).toBe(colours <= 256 ? 3 : 2);
	const back = stock.toRGBA8(stock.decode(file.buffer))[0] ?? new ArrayBuffer();
	expect(Buffer.compare(new Uint8Array(back), data)).toBe(0);
});

it('refuses what is no picture of its size', () => {
	const data = draw(20, 10, photo);
	expect(() => encodePng({ data: data.subarray(80), width: 20, height: 10 })).toThrow(RangeError);
	expect(() => encodePng({ data, width: Number.NaN, height: 10 })).toThrow(RangeError);
});

describe('rows that begin in the middle of a picture', () => {
	it.each([0, 1, 2, 5])('from row %i on are filtered as in the whole', (from) => {
		const [width, height] = [33, 9];
		const rgba = draw(width, height, photo);
		const drawRow = rowsOfData({ data: rgba, width, height })(imageCore());
		const scanlines = new Uint8Array((height - from) * (3 * width + 1));
		filterRows(imageCore(), drawRow, width, [from, height], scanlines, 0);
		expect(Buffer.compare(scanlines, plainPaeth(rgba, width).subarray(from * (3 * width + 1)))).toBe(0);
	});
});

describe('the hook in upng-js', () => {
	it('deflates fast', () => {
		const { colourType, zlib } = open(encodePng({ data: draw(64, 48, photo), width: 64, height: 48 }));
		expect(colourType).toBe(2);
		expect([...zlib.subarray(0, 2)]).toEqual([0x78, 0x01]);
	});

	it.each([1, 2, 3, 4, 5, 15, 16, 17, 63, 64])('filters %i wide as the plain Paeth of PNG § 9.4 does', (width) => {
		const height = 300;
		// Few levels try the ties between neighbours, all levels everything else; a palette would be enough for neither.
		for (const mask of [0xc0c0c0, 0xf0f0f0, 0xffffff]) {
			const rgba = draw(
				width,
				height,
				(x, y) => (noise(1 << 24, x, y) & mask) | (x + y * width < 300 ? x + y * width : 0),
			);
			const { scanlines } = open(encodePng({ data: rgba.slice(), width, height }));
			expect(Buffer.compare(scanlines, plainPaeth(rgba, width))).toBe(0);
		}
	});

	it('leaves palettes to upng-js: few colours are few bytes', () => {
		const file = encodePng({ data: draw(1280, 720, () => 0x336699), width: 1280, height: 720 });
		expect(open(file).colourType).toBe(3);
		expect(file.length).toBeLessThan(1000);
		expect(open(encodePng({ data: draw(70, 50, grey), width: 70, height: 50 })).colourType).toBe(3);
	});

	it('costs few bytes more than stock upng-js on a picture with detail', () => {
		const rgba = draw(320, 240, photo);
		const theirs = stock.encode([rgba.slice().buffer], 320, 240, 0).byteLength;
		expect(encodePng({ data: rgba, width: 320, height: 240 }).length).toBeLessThan(1.35 * theirs);
	});
});

it('reads its pixels from a part of a buffer, too, and leaves the rest of it as it is', () => {
	const rgba = draw(20, 10, photo);
	const holder = new Uint8Array(rgba.length + 12);
	holder.set(rgba, 8);
	const size = { width: 20, height: 10 };
	expect(encodePng({ data: holder.subarray(8, 8 + rgba.length), ...size })).toEqual(
		encodePng({ data: rgba.slice(), ...size }),
	);
	expect([...holder.subarray(0, 8), ...holder.subarray(-4)]).toEqual(Array(12).fill(0));
});

import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageCore } from '../../../cli/image-core.ts';
import { type Drawing, deflatePicture, deflateRuns, isWorthSearching } from '../../../src/image/png-deflate.ts';
import { filterRows } from '../../../src/image/png-filter.ts';
import { rowsOfData } from '../../../src/image/rgba-image.ts';
import { noise } from '../../support/make-picture.ts';

const bytes = (length: number, byte: (at: number) => number): Uint8Array =>
	Uint8Array.from({ length }, (_, at) => byte(at));

const words = ['snapshot', 'keyframe', 'stream', 'camera', 'publisher', 'edge', 'picture', 'live'];
const text = new TextEncoder().encode(
	Array.from({ length: 40_000 }, (_, at) => words[noise(words.length, at, 1)]).join(' '),
);

const contents = [
	{ name: 'nothing', content: new Uint8Array() },
	{ name: 'one byte', content: Uint8Array.of(7) },
	{ name: 'noise', content: bytes(300_000, (at) => noise(256, at, 3)) },
	{ name: 'noise of few levels', content: bytes(300_000, (at) => noise(9, at, 3) - 4) },
	{ name: 'runs', content: bytes(300_000, (at) => (at >> 9) & 255) },
	{ name: 'text', content: text },
	{ name: 'half runs, half text', content: bytes(200_000, (at) => (at < 100_000 ? 3 : (text[at] as number))) },
];

/** A picture whose channels are the contents, again and again. */
const drawingOf = (content: Uint8Array, width: number, height: number): Drawing => {
	const channel = (at: number): number => content[at % Math.max(1, content.length)] ?? 0;
	const data = bytes(width * height * 4, (at) => (at % 4 === 3 ? 255 : channel((at >> 2) * 3 + (at % 4))));
	return { width, height, draw: rowsOfData({ data: data as Uint8Array<ArrayBuffer>, width, height })(imageCore()) };
};

const scanlinesOf = ({ width, height, draw }: Drawing): Uint8Array => {
	const scanlines = new Uint8Array(height * (3 * width + 1));
	filterRows(imageCore(), draw, width, [0, height], scanlines, 0);
	return scanlines;
};

describe.each(contents)('a picture of $name', ({ content }) => {
	// More than a block, and all of it in the sample; rows longer than a sample's piece; a row without end.
	const sizes = [
		[320, 240],
		[1, 3],
		[61, 2000],
		[9001, 9],
		[16384, 5],
	] as const;

	it.each(sizes)('comes back, %i × %i', (width, height) => {
		const drawing = drawingOf(content, width, height);
		const back = inflateSync(Buffer.concat(deflatePicture(imageCore(), drawing)));
		expect(Buffer.compare(back, scanlinesOf(drawing))).toBe(0);
	});

	it('is hardly longer than by the search of level 1', () => {
		const drawing = drawingOf(content, 320, 240);
		const searched = deflateSync(scanlinesOf(drawing), { level: 1 });
		expect(Buffer.concat(deflatePicture(imageCore(), drawing)).length).toBeLessThanOrEqual(1.06 * searched.length + 16);
	});
});

it('has nothing of a drawing that was broken off', () => {
	const good = drawingOf(contents[3]?.content as Uint8Array, 100, 80);
	const before = Buffer.concat(deflatePicture(imageCore(), good));
	let rows = 0;
	const draw: Drawing['draw'] = (row, parity) => {
		// Behind the sample.
		if (++rows > 40) throw new Error('broken off');
		good.draw(row, parity);
	};
	expect(() => deflatePicture(imageCore(), { ...good, draw })).toThrow('broken off');
	expect(Buffer.compare(Buffer.concat(deflatePicture(imageCore(), good)), before)).toBe(0);
});

it('writes scanlines over pixels that nobody needs any more', () => {
	const [width, height] = [512, 96];
	const data = bytes(width * height * 4, (at) =>
		at % 4 === 3 ? 255 : ((at >> 2) % 37) * 5,
	) as Uint8Array<ArrayBuffer>;
	const draw = rowsOfData({ data, width, height })(imageCore());
	const scanlines = scanlinesOf({ width, height, draw });
	expect(isWorthSearching(imageCore(), scanlines)).toBe(true);
	const back = inflateSync(Buffer.concat(deflatePicture(imageCore(), { width, height, draw, spent: data })));
	expect(Buffer.compare(back, scanlines)).toBe(0);
	expect(Buffer.compare(data.subarray(0, scanlines.length), scanlines)).toBe(0);
});

it('searches where a search pays', () => {
	expect(isWorthSearching(imageCore(), text.subarray(0, 20_000))).toBe(true);
	expect(isWorthSearching(imageCore(), contents[2]?.content.subarray(0, 20_000) as Uint8Array)).toBe(false);
	// Tiles of noise, side by side: what a search is for.
	const width = 640;
	const tile = bytes(3 * 64, (at) => noise(256, at, 9));
	const drawing = drawingOf(tile, width, 300);
	expect(Buffer.concat(deflatePicture(imageCore(), drawing)).length).toBeLessThan(scanlinesOf(drawing).length / 4);
});

describe('runs and Huffman codes', () => {
	const runsOf = (content: Uint8Array): Buffer => Buffer.concat(deflateRuns(imageCore(), content));

	const comesBack = (content: Uint8Array): void => {
		expect(Buffer.compare(inflateSync(runsOf(content)), content)).toBe(0);
	};

	it('come back, whatever they are', () => {
		const run = fc.record({ byte: fc.nat(255), length: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.nat(70_000)) });
		const literals = fc.uint8Array({ maxLength: 400 });
		const piece = fc.oneof(
			run.map(({ byte, length }) => new Uint8Array(length).fill(byte)),
			literals,
		);
		fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => comesBack(Buffer.concat(pieces))));
	});

	it('come back at every length near those of a vector, a run and a block', () => {
		const block = imageCore().blockSize();
		for (const near of [0, 16, 32, 258, 516, block, 2 * block])
			for (let length = Math.max(0, near - 5); length <= near + 21; length++) {
				comesBack(new Uint8Array(length));
				comesBack(bytes(length, (at) => noise(3, at >> 2, 4)));
			}
	});

	it('have no codes longer than four that fit a word, also where Huffman would make them', () => {
		// Each byte occurs 1.7 times as often as the one before: each code is a bit longer than the next one. The six rarest stand together,
		// so that four of the longest codes do.
		const [rare, common]: [number[], number[]] = [[], []];
		for (let byte = 0, times = 1; byte < 19; byte++, times = Math.ceil(times * 1.7))
			for (let time = 0; time < times; time++) (byte < 6 ? rare : common).push(byte * 11);
		const shuffled = (list: readonly number[]): number[] =>
			list
				.map((byte, at) => ({ byte, key: noise(1 << 24, at, list.length) }))
				.sort((one, other) => one.key - other.key)
				.map(({ byte }) => byte);
		const [rest, mixed] = [shuffled(common), shuffled(rare)];
		expect(rest.length + mixed.length).toBeLessThan(imageCore().blockSize());
		for (let at = 30; at < 46; at++) comesBack(Uint8Array.from([...rest.slice(0, at), ...mixed, ...rest.slice(at)]));
	});

	it('end where the bytes do, whatever was there before them', () => {
		const core = imageCore();
		for (let literals = 0; literals < 40; literals++)
			for (let run = 1; run < 20; run++) {
				new Uint8Array(core.memory.buffer).fill(7, core.blockAddress(), core.blockAddress() + 200);
				comesBack(bytes(literals + run, (at) => (at < literals ? (at * 37 + 11) & 255 : 7)));
			}
	});

	it('take next to nothing for a run, and as many bits as symbols need without one', () => {
		expect(runsOf(bytes(60_000, (at) => at & 1)).length).toBeLessThan((1.5 * 60_000) / 8 + 64);
		expect(runsOf(new Uint8Array(60_000)).length).toBeLessThan(160);
	});
});

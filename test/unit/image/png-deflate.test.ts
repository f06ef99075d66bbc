import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageCore } from '../../../cli/image-core.ts';
import { deflateColours, deflateRuns } from '../../../src/image/png-deflate.ts';
import { noise } from '../../support/make-picture.ts';

// Of a picture 1280 wide.
const rowBytes = 3841;

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

describe.each(contents)('$name', ({ content }) => {
	it('comes back', () =>
		expect(new Uint8Array(inflateSync(deflateColours(imageCore(), content, rowBytes)))).toEqual(content));

	it('is hardly longer than by the search of level 1', () =>
		expect(deflateColours(imageCore(), content, rowBytes).length).toBeLessThanOrEqual(
			1.06 * deflateSync(content, { level: 1 }).length + 16,
		));
});

it('searches where a search pays', () => {
	const [noisy, wordy] = [contents[2]?.content, text].map(
		(content) => deflateColours(imageCore(), content as Uint8Array, rowBytes).length,
	);
	expect(noisy).toBeGreaterThan(299_000);
	expect(wordy).toBeLessThan(text.length / 2);
});

describe('runs and Huffman codes', () => {
	const comesBack = (content: Uint8Array): void => {
		expect(Buffer.compare(inflateSync(deflateRuns(imageCore(), content)), content)).toBe(0);
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
		// Byte n occurs as often as the nth Fibonacci number: each code is a bit longer than the next one.
		const skewed: number[] = [];
		for (let byte = 0, now = 1, next = 1; byte < 22; byte++, [now, next] = [next, now + next])
			for (let times = 0; times < now; times++) skewed.push(byte);
		// In an order without runs.
		skewed.sort((a, b) => noise(1 << 20, a, 1) - noise(1 << 20, b, 1));
		const mixed = Uint8Array.from({ length: skewed.length }, (_, at) => skewed[(at * 10_007) % skewed.length] ?? 0);
		expect(mixed.length).toBeLessThan(imageCore().blockSize());
		comesBack(mixed);
	});

	it('take next to nothing for a run, and as many bits as symbols need without one', () => {
		expect(
			deflateRuns(
				imageCore(),
				bytes(60_000, (at) => at & 1),
			).length,
		).toBeLessThan((1.5 * 60_000) / 8 + 64);
		expect(deflateRuns(imageCore(), new Uint8Array(60_000)).length).toBeLessThan(160);
	});
});

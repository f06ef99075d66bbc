import { deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deflateColours } from '../../../src/image/png-deflate.ts';
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
	it('comes back', () => expect(new Uint8Array(inflateSync(deflateColours(content, rowBytes)))).toEqual(content));

	it('is hardly longer than by the search of level 1', () =>
		expect(deflateColours(content, rowBytes).length).toBeLessThanOrEqual(
			1.02 * deflateSync(content, { level: 1 }).length + 16,
		));
});

it('searches where a search pays', () => {
	const [noisy, wordy] = [contents[2]?.content, text].map(
		(content) => deflateColours(content as Uint8Array, rowBytes).length,
	);
	expect(noisy).toBeGreaterThan(299_000);
	expect(wordy).toBeLessThan(text.length / 2);
});

/** Codecs that take longer to decode than H.264 have fewer pictures in one answer. */
import { describe, expect, test } from 'vitest';
import type { Codec } from '../../src/shared/codec.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import { startApp } from './support/app.ts';
import { freshName, keep } from './support/store.ts';

const base = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;

const keepMany = async (codec: Codec): Promise<StreamName> => {
	const name = freshName();
	const info = { codec, width: 1920, height: 1088 };
	await Promise.all(
		Array.from({ length: 70 }, (_, index) =>
			keep(name, { ...info, capturedAt: base + index * 10_000, sequence: index + 1 }),
		),
	);
	return name;
};

describe('a storyboard of 1080p', () => {
	test.each([
		['h264', 64],
		['hevc', 32],
		['vp8', 32],
		['jpeg', 32],
		['vp9', 21],
		['av1', 12],
	] as const)('%s has %i tiles at most', async (codec, most) => {
		const name = await keepMany(codec);
		const { request } = startApp();
		const ask = (tiles: number): Promise<Response> =>
			request(`/preview/${name}/storyboard.jpg?from=${base / 1000}&interval=10&width=64&tiles=${tiles}`);
		const refused = await ask(most + 1);
		expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('tiles')]);
		// The stub of the decoder knows H.264 only: it was asked.
		expect((await ask(most)).status).toBe(codec === 'h264' ? 200 : 501);
		const free = await request(`/preview/${name}/storyboard.vtt?from=${base / 1000}&interval=10&width=64`);
		const tiles = (Number(free.headers.get('X-Snapshot-To')) - base) / 10_000;
		expect(tiles).toBe(Math.min(25, Math.floor(0.8 * (64 / Math.floor(64 / most)))));
	});
});

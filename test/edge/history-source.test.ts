/** The history port over R2 in workerd. */
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import type { StreamName } from '../../src/shared/stream-name.ts';
import { createR2KeyframeHistory } from '../../src/store/r2.ts';
import { freshName, keep, publish } from './support/store.ts';

const history = createR2KeyframeHistory(env.KEYFRAMES);
const timesOf = async (...range: Parameters<typeof history.list>) =>
	(await history.list(...range)).map(({ capturedAt }) => capturedAt);
const base = 1_790_000_000_000;

describe('kept keyframes', () => {
	test('are listed from a moment on, earliest first', async () => {
		const name = freshName();
		for (const offset of [20_000, 0, 10_000, 30_000]) await keep(name, { capturedAt: base + offset });
		await keep(`${name}/x` as StreamName, { capturedAt: base + 15_000 });
		expect(await timesOf(name, 0, 1000)).toEqual([0, 10_000, 20_000, 30_000].map((offset) => base + offset));
		expect((await history.list(name, base, 1))[0]).toEqual({ capturedAt: base, size: 1 });
		expect(await timesOf(name, base + 10_000, 2)).toEqual([base + 10_000, base + 20_000]);
		expect(await timesOf(name, base + 10_000.5, 1)).toEqual([base + 20_000]);
		expect(await timesOf(name, base + 30_001, 1)).toEqual([]);
		expect(await timesOf(name, Number.MAX_SAFE_INTEGER, 1)).toEqual([]);
		expect(await timesOf(freshName(), -5, 1)).toEqual([]);
	});

	test('are read by their time', async () => {
		const name = freshName();
		await keep(name, { capturedAt: base }, Uint8Array.of(1, 2));
		const found = await history.kept(name, base);
		expect(found?.info.capturedAt).toBe(base);
		expect(await found?.read()).toEqual(Uint8Array.of(1, 2));
		expect(await history.kept(name, base + 1)).toBeNull();
	});

	test('are not the live one', async () => {
		const { name, info } = await publish();
		expect(await timesOf(name, 0, 10)).toEqual([]);
		expect(await history.kept(name, info.capturedAt)).toBeNull();
	});
});

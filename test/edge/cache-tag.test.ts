/** `Cache-Tag`: by which caches that purge by tag find what shows a stream. */
import { describe, expect, test } from 'vitest';
import type { StreamName } from '../../src/shared/stream-name.ts';
import { startApp } from './support/app.ts';
import { freshName, keep, publish } from './support/store.ts';

const base = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
const range = `from=${base / 1000}&to=${base / 1000 + 30}`;

describe('Cache-Tag', () => {
	test('names the stream on everything that shows it', async () => {
		const odd = `${freshName()}/ü, x` as StreamName;
		const tag = `name-${odd.split('/').map(encodeURIComponent).join('/')}`;
		for (const offset of [0, 10_000, 20_000])
			await keep(odd, { capturedAt: base + offset, sequence: 1 + offset / 10_000 });
		const { request } = startApp();
		const path = `/preview/${odd.split('/').map(encodeURIComponent).join('/')}`;
		for (const end of ['.apng', '/storyboard.jpg', '/storyboard.vtt'])
			expect((await request(`${path}${end}?${range}`)).headers.get('Cache-Tag')).toBe(tag);
		const kept = await request(`${path}.jpg?time=${base / 1000}`);
		expect(kept.headers.get('Cache-Tag')).toMatch(/^stream-[0-9a-f-]{36},name-/);
		expect(kept.headers.get('Cache-Tag')).toContain(`,${tag}`);
		expect(tag).toMatch(/^[!-~]+$/);
		expect(tag).not.toContain(',');
	});

	test('names publish and stream on a live picture', async () => {
		const { name, info } = await publish();
		const response = await startApp().request(`/preview/${name}.jpg`);
		expect(response.headers.get('Cache-Tag')).toBe(`stream-${info.session},name-${name}`);
	});
});

/** `exp` ends what caches may keep, also where nobody checks signatures. */
import { describe, expect, test } from 'vitest';
import { startApp, verdict } from './support/app.ts';
import { publish } from './support/store.ts';

describe('exp', () => {
	test.each(['abc', '-1', '1.5', '0', '', '1e9', '999999999999'])('=%s is refused, signed or not', async (exp) => {
		const { request } = startApp();
		for (const path of [
			'/preview/a.jpg',
			'/preview/a.apng',
			'/preview/a/storyboard.jpg',
			'/preview/a/storyboard.vtt',
		]) {
			const response = await request(`${path}?exp=${exp}`);
			expect(await response.clone().text()).toContain('exp');
			expect([path, await verdict(response)]).toEqual([path, { status: 400, code: 'INVALID_PARAMETER' }]);
		}
	});

	test('of a URL that need not be signed ends what caches may keep', async () => {
		const { name } = await publish({ keyframeInterval: 10_000 });
		const { request } = startApp();
		const ageFor = async (seconds: number): Promise<string | null> => {
			const exp = Math.floor(Date.now() / 1000) + seconds;
			return (await request(`/preview/${name}.jpg?exp=${exp}`)).headers.get('Cache-Control');
		};
		expect(await ageFor(100)).toBe('public, max-age=10, stale-while-revalidate=10, stale-if-error=10');
		expect(await ageFor(-100)).toBe('public, max-age=0, stale-while-revalidate=0, stale-if-error=0');
	});
});

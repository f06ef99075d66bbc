/** Previews that are refused before their route: they keep the contract of previews. */
import { describe, expect, test } from 'vitest';
import { createApiAccess } from '../../src/access/api-access.ts';
import { createIsolateLimit } from '../../src/access/rate-limit.ts';
import type { Guard } from '../../src/http/guard.ts';
import { startApp, verdict } from './support/app.ts';

const open: Guard = { api: createApiAccess(null), rateLimit: null, obstacles: [] };

const guards: readonly [code: string, status: number, guard: () => Guard, retryAfter: string | null][] = [
	['NOT_CONFIGURED', 503, () => ({ ...open, obstacles: ['API_TOKENS is not set.'] }), null],
	[
		...(['TOO_MANY_REQUESTS', 429] as const),
		() => {
			const limit = createIsolateLimit(1 / 7, () => 0);
			return { ...open, rateLimit: limit };
		},
		'7',
	],
];

describe('a preview that is refused by the guard', () => {
	test.each(guards)('says %s in its header, as JSON and as a picture', async (code, status, guard, retryAfter) => {
		const { request } = startApp({ guard: guard() });
		// The first one of a caller that is limited.
		await request('/preview/nobody.jpg');
		for (const path of ['/preview/a.jpg', '/preview/a/storyboard.vtt', '/preview/a.apng', '/preview/a']) {
			const plain = await request(path);
			expect([path, plain.headers.get('X-Snapshot-Error')]).toEqual([path, code]);
			expect(plain.headers.get('Retry-After')).toBe(retryAfter);
			expect(plain.headers.get('Cache-Control')).toBe('no-store');
			expect(await verdict(plain)).toEqual({ status, code });
			const drawn = await request(`${path}?placeholder=1`);
			expect([drawn.status, drawn.headers.get('Content-Type')]).toEqual([status, 'image/svg+xml']);
			expect(drawn.headers.get('X-Snapshot-Error')).toBe(code);
			expect(drawn.headers.get('Retry-After')).toBe(retryAfter);
			expect(await drawn.text()).toContain(code);
		}
	});

	test.each(guards)('and nothing else says %s like that', async (code, status, guard) => {
		const { request } = startApp({ guard: guard() });
		await request('/api');
		const response = await request('/rest-api/stream/find_all?placeholder=1');
		expect(response.headers.get('X-Snapshot-Error')).toBeNull();
		expect(await verdict(response)).toEqual({ status, code });
	});
});

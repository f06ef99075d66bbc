/** Moments of the past are at most 13 digits of milliseconds, as keys of kept keyframes have it. */
import { describe, expect, test } from 'vitest';
import { startApp, verdict } from './support/app.ts';
import { publish } from './support/store.ts';

const history = { interval: 10_000, retention: 3_600_000 };

describe('a moment that no key of a kept keyframe can hold', () => {
	test.each(['99999999999', '10000000000', '9999-12-31T23:59:59Z'])('%s is refused', async (time) => {
		const { name, info } = await publish({ history });
		const { request } = startApp();
		for (const path of [
			`/preview/${name}.jpg?time=${time}`,
			`/preview/${name}/${info.session}-1.jpg?time=${time}`,
			`/preview/${name}.apng?from=${time}`,
			`/preview/${name}/storyboard.vtt?to=${time}`,
		])
			expect([path, await verdict(await request(path))]).toEqual([path, { status: 400, code: 'INVALID_PARAMETER' }]);
	});

	test('9999999999999 is the last that is not', async () => {
		const { name, info } = await publish({ history });
		const { request } = startApp();
		for (const path of [`${name}.jpg`, `${name}/${info.session}-2.jpg`])
			expect(await verdict(await request(`/preview/${path}?time=9999999999999`))).toEqual({
				...{ status: 404, code: 'FRAME_NOT_FOUND' },
			});
	});
});

/** `/streams` without a name. */
import { expect, test } from 'vitest';
import { startApp } from './support/app.ts';

test.each(['/streams', '/streams/'])('%s leads to the wall, with the grant that it was asked with', async (path) => {
	const { request } = startApp();
	for (const query of ['', '?exp=1790000000&kid=k&prefix=a%2F&sig=x']) {
		const response = await request(path + query);
		expect([response.status, response.headers.get('Location')]).toEqual([302, `/${query}`]);
		expect(response.headers.get('Cache-Control')).toBe('no-store');
	}
	expect((await request(`${path}?next=//evil.example`)).headers.get('Location')).toBe('/?next=//evil.example');
});

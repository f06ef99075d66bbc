/** What the OpenAPI document says of `find`. */
import { expect, test } from 'vitest';
import { startApp, verdict } from './support/app.ts';
import { freshName, putRaw } from './support/store.ts';

interface Described {
	readonly responses: Readonly<Record<string, { readonly description: string }>>;
	readonly parameters?: readonly { readonly description: string }[];
	readonly requestBody?: {
		readonly content: Readonly<
			Record<string, { readonly schema: { readonly properties: Readonly<Record<string, { description: string }>> } }>
		>;
	};
}

const describedFind = async (): Promise<{ readonly get: Described; readonly post: Described }> => {
	const document = (await (await startApp().request('/openapi.json')).json()) as {
		paths: Record<string, { get: Described; post: Described }>;
	};
	return document.paths['/rest-api/stream/find'] as { get: Described; post: Described };
};

test('every error of a body is described, where there is one', async () => {
	const path = '/rest-api/stream/find';
	const { request } = startApp();
	const name = freshName();
	await putRaw(name, 'x', { format: '999' });
	const { get, post } = await describedFind();
	for (const [body, status, code] of [
		['{', 400, 'INVALID_JSON'],
		['x'.repeat(20_000), 413, 'BODY_TOO_LARGE'],
		['{"name":7}', 400, 'INVALID_PARAMETER'],
		[JSON.stringify({ name }), 500, 'OBJECT_INVALID'],
	] as const) {
		expect(await verdict(await request(path, { method: 'POST', body }))).toEqual({ status, code });
		expect(post.responses[status]?.description).toContain(code);
	}
	expect(post.responses['408']?.description).toContain('REQUEST_TIMEOUT');
	expect(get.responses['413']).toBeUndefined();
	expect(await verdict(await request(`${path}?name=${name}`))).toEqual({ status: 500, code: 'OBJECT_INVALID' });
	expect(get.responses['500']?.description).toContain('OBJECT_INVALID');
});

test('each filter says what it means', async () => {
	const { get, post } = await describedFind();
	const ofQuery = (get.parameters ?? []).map(({ description }) => description);
	const { properties = {} } = post.requestBody?.content['application/json']?.schema ?? {};
	const ofBody = Object.values(properties).map(({ description }) => description);
	expect(ofQuery).toEqual(ofBody);
	expect(new Set(ofBody).size).toBe(5);
	for (const description of ofBody) expect(description?.length).toBeGreaterThan(10);
});

/** Answers against the OpenAPI document: what comes is described, and what is described as required comes. */
import { Validator } from '@cfworker/json-schema';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Imaging } from '../../src/snapshot/take.ts';
import { damagedByte, flawedBytes, startApp } from './support/app.ts';
import { clearBucket, keep, publish, publishWithoutKeyframe, put } from './support/store.ts';

type Json = { readonly [key: string]: Json };

interface Answered {
	readonly path: string;
	readonly method?: 'get' | 'post';
	readonly response: Response;
}

let document: Json;
beforeAll(async () => {
	document = (await (await startApp().request('/openapi.json')).json()) as Json;
});

/** The same schema, in which an object has nothing that is not named: a new field has to be described. */
const strict = (schema: unknown): unknown => {
	if (Array.isArray(schema)) return schema.map(strict);
	if (typeof schema !== 'object' || schema === null) return schema;
	const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
	return 'properties' in copy ? { ...copy, additionalProperties: false } : copy;
};

const answersOf = ({ path, method = 'get' }: Answered): Json | undefined => document.paths?.[path]?.[method]?.responses;

/** What is wrong with an answer, by its description; nothing when all is well. */
const faults = async (answered: Answered): Promise<unknown[]> => {
	const { response } = answered;
	const described = answersOf(answered)?.[String(response.status)];
	if (described === undefined) return [`${answered.path}: status ${response.status} is not described`];
	const found: unknown[] = [];
	const known = Object.keys(described.headers ?? {}).map((name) => name.toLowerCase());
	for (const [name] of response.headers)
		if (name.startsWith('x-snapshot-') && !known.includes(name)) found.push(`header ${name} is not described`);
	if (response.status === 304) return found;
	const type = (response.headers.get('Content-Type') ?? '').split(';')[0] ?? '';
	const content = described.content?.[type];
	if (content === undefined) return [...found, `content type ${type} is not described`];
	if (type !== 'application/json') {
		await response.body?.cancel();
		return found;
	}
	const components = strict(document.components);
	const schema = { ...(strict(content.schema) as object), components };
	const { errors } = new Validator(schema as never, '2020-12', false).validate(await response.json());
	return [...found, ...errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`)];
};

const hdr: Imaging = {
	toRgba: () => ({ data: new Uint8Array(4), width: 1, height: 1, toneMapped: 'pq' }),
	encodePng: () => Uint8Array.of(1),
};

test('the check notices what is not described, and what is missing', async () => {
	const path = '/rest-api/stream/snapshot';
	const json = (body: object, status = 200) => Response.json(body, { status });
	const good = { data: '', timestamp: 1, width: 1, height: 1, contentType: 'image/png' };
	const ask = (response: Response) => faults({ path, method: 'post', response });
	expect(await ask(json(good))).toEqual([]);
	expect(await ask(json({ ...good, surprise: 1 }))).not.toEqual([]);
	expect(await ask(json({ ...good, width: '1' }))).not.toEqual([]);
	expect(await ask(json({ ...good, damage: { missing: 1 } }))).not.toEqual([]);
	expect(await ask(json({ data: '' }))).not.toEqual([]);
	expect(await ask(json(good, 418))).not.toEqual([]);
	expect(await ask(new Response('x', { headers: { 'X-Snapshot-New': '1' } }))).not.toEqual([]);
});

describe('POST /rest-api/stream/snapshot', () => {
	const path = '/rest-api/stream/snapshot';
	const method = 'post';
	test('pictures', async () => {
		const { name } = await publish();
		const { name: damaged } = await publish({}, Uint8Array.of(damagedByte));
		const responses = [
			await startApp().snapshot({ streamName: name, width: 32 }),
			await startApp({ imaging: hdr }).snapshot({ streamName: name, height: 1 }),
			await startApp().snapshot({ streamName: damaged, acceptDamaged: true }),
		];
		for (const response of responses) {
			expect(response.status).toBe(200);
			expect(await faults({ path, method, response })).toEqual([]);
		}
	});

	test('errors', async () => {
		const { snapshot, request } = startApp({ clock: { now: Date.now, sleep: async () => {} } });
		const { name: vp9 } = await publish({ codec: 'vp9' });
		const { name: damaged } = await publish({}, Uint8Array.of(damagedByte));
		const { name: old } = await publish({ capturedAt: Date.now() - 20_000 });
		const responses = [
			...[await snapshot({}), await snapshot({ streamName: '../x' }), await snapshot({ streamName: 'nobody' })],
			...[await snapshot({ streamName: vp9 }), await snapshot({ streamName: damaged })],
			...[await snapshot({ streamName: old, maxAge: 1 }), await request(path, { method: 'POST', body: '{' })],
			await request(path, { method: 'POST', body: 'x'.repeat(20_000) }),
		];
		expect(responses.map(({ status }) => status)).toEqual([400, 400, 404, 500, 500, 500, 400, 413]);
		for (const response of responses) expect(await faults({ path, method, response })).toEqual([]);
	});
});

describe('previews', () => {
	const path = '/preview/{streamName}.{format}';
	test('pictures, whatever their headers say', async () => {
		const { request } = startApp({
			previewImaging: {
				toRgba: () => ({ data: Uint8Array.of(0x7b, 0x7d), width: 1, height: 1, toneMapped: 'hlg' }),
			},
		});
		const { name, info } = await publish({ capturedAt: Date.now() - 20_000 });
		const first = await request(`/preview/${name}.jpg`);
		const etag = first.headers.get('ETag') ?? '';
		const seen = new Set([...first.headers.keys()]);
		await put(name, { info: { ...info, sequence: 2 }, body: Uint8Array.of(flawedBytes.black) });
		const responses = [
			...[first, await request(`/preview/${name}.png?width=16`), await request(`/preview/${name}.webp`)],
			...[await startApp().request(`/preview/${name}.png`)],
			await request(`/preview/${name}.jpg`, { headers: { 'If-None-Match': etag } }),
		];
		expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 304]);
		for (const response of responses) expect(await faults({ path, response })).toEqual([]);
		for (const header of ['chosen', 'tone-mapped', 'stale', 'timestamp'])
			expect(seen).toContain(`x-snapshot-${header}`);
		const one = await request(`/preview/${name}/${info.session}-1.jpg`);
		expect(await faults({ path: '/preview/{streamName}/{keyframe}.{format}', response: one })).toEqual([]);
		expect(await faults({ path: '/preview/{streamName}', response: await request(`/preview/${name}`) })).toEqual([]);
	});

	test('errors', async () => {
		const { request } = startApp({ clock: { now: Date.now, sleep: async () => {} }, previewKeys: undefined as never });
		const closed = startApp({ previewKeys: new Map([['k', 'x'.repeat(32)]]) });
		const { name } = await publish();
		const { name: vp9 } = await publish({ codec: 'vp9' });
		const { name: none } = await publishWithoutKeyframe();
		const { name: damaged } = await publish({}, Uint8Array.of(damagedByte));
		const responses = await Promise.all([
			...[request(`/preview/${name}.png?width=x`), request('/preview/a//b.png'), request('/preview/nobody.png')],
			...[request(`/preview/${vp9}.png`), request(`/preview/${none}.png`), request(`/preview/${damaged}.png`)],
			closed.request(`/preview/${name}.png`),
		]);
		expect(responses.map(({ status }) => status)).toEqual([400, 400, 404, 501, 503, 500, 403]);
		for (const response of responses) expect(await faults({ path, response })).toEqual([]);
	});

	test('animations and storyboards', async () => {
		const { request } = startApp();
		const { name } = await publish();
		const time = Math.floor(Date.now() / 1000) * 1000 - 60_000;
		for (const age of [0, 10_000, 20_000]) await keep(name, { capturedAt: time - age });
		for (const [path, url] of [
			['/preview/{streamName}.apng', `/preview/${name}.apng`],
			['/preview/{streamName}/storyboard.{format}', `/preview/${name}/storyboard.webp`],
			['/preview/{streamName}/storyboard.vtt', `/preview/${name}/storyboard.vtt`],
		] as const) {
			const response = await request(`${url}?to=${time / 1000}`);
			const etag = response.headers.get('ETag') ?? '';
			const responses = [
				...[response, await request(`${url}?to=${time / 1000}`, { headers: { 'If-None-Match': etag } })],
				...[await request(`${url}?latest=1`), await request(url.replace(name, 'nobody'))],
			];
			expect(responses.map(({ status }) => status)).toEqual([200, 304, 400, 404]);
			for (const response of responses) expect(await faults({ path, response })).toEqual([]);
		}
	});

	test('every header of ours may be read by pages of other origins', async () => {
		const exposed = (await startApp().request('/health')).headers.get('Access-Control-Expose-Headers') ?? '';
		const list = exposed.toLowerCase().split(', ');
		const documented = Object.entries(document.paths ?? {}).flatMap(([, methods]) =>
			Object.values(methods).flatMap(({ responses }) =>
				Object.values(responses ?? {}).flatMap(({ headers }) => Object.keys(headers ?? {})),
			),
		);
		expect(documented.length).toBeGreaterThan(10);
		for (const name of new Set(documented)) expect(list).toContain(name.toLowerCase());
	});
});

test('lists of streams, and health', async () => {
	await clearBucket();
	const { request } = startApp();
	const none = await request('/rest-api/stream/find_all');
	expect(await faults({ path: '/rest-api/stream/find_all', response: none })).toEqual([]);
	await publish({ rotation: 90 });
	await publishWithoutKeyframe();
	for (const path of ['/rest-api/stream/find', '/rest-api/stream/find_all'])
		for (const method of ['get', 'post'] as const) {
			const response = await request(path, method === 'post' ? { method: 'POST', body: '{}' } : {});
			expect(response.status).toBe(200);
			expect(await faults({ path, method, response })).toEqual([]);
		}
	expect(await faults({ path: '/health', response: await request('/health') })).toEqual([]);
});

/** Thousands of bodies and headers that nobody meant well, from a seed; and bodies that do not come. */
import { expect, test } from 'vitest';
import { createApiAccess } from '../../src/access/api-access.ts';
import { readJsonObject } from '../../src/http/body.ts';
import { mutate, randomSource } from '../support/mutate.ts';
import { startApp } from './support/app.ts';
import { publish } from './support/store.ts';

const utf8 = new TextEncoder();

const bodies = (name: string): Uint8Array[] =>
	[
		`{"streamName":"${name}","width":320,"height":240,"maxAge":1.5,"format":"png","acceptDamaged":true}`,
		`{"streamName":"nobody/\\u00e9","width":null,"__proto__":{"width":1},"constructor":7}`,
		`{"name":"${name}","mediaSessionId":"90011569-190d-4825-bc11-d35a34b8e2c1","status":"PUBLISHING","published":true}`,
		'{"streamName":["a",{"b":[[[[[[[[]]]]]]]]}],"width":1e999,"maxAge":-0}',
	].map((text) => utf8.encode(text));

const words = [
	'null',
	'true',
	'[]',
	'{}',
	'"',
	'\\u0000',
	'\\ud800',
	'1e999',
	'-1',
	'16385',
	'0.5',
	'"../.."',
	'"a//b"',
	'\0',
	'\ufeff',
	',,',
	'}',
];

const authorizations = ['', 'Bearer ', 'Basic ', 'Basic dTpw', 'Bearer lst_x', 'Digest a="b"', 'Basic ////'];

test('bodies and headers give 200, 400, 401, 404 or 413, in one shape, and cost few decodes', async () => {
	const random = randomSource(20261122);
	const { name } = await publish({ leaseUntil: Date.now() + 3_600_000 });
	const seeds = bodies(name);
	const open = startApp();
	const closed = startApp({ guard: { api: createApiAccess([]), rateLimit: null, obstacles: [] } });
	const paths = ['snapshot', 'find', 'find_all'];
	const seen = new Map<number, number>();
	for (let round = 0; round < 4000; round++) {
		let body = seeds[random() % seeds.length] ?? utf8.encode('');
		for (let changes = random() % 3; changes > 0; changes--) {
			const at = random() % Math.max(1, body.length);
			const word = utf8.encode(words[random() % words.length]);
			if (random() % 2 === 0)
				body = Uint8Array.from([...body.subarray(0, at), ...word, ...body.subarray(at + (random() % 8))]);
			else if (body.length > 0) body = mutate(body, random);
		}
		const { request } = round % 8 === 0 ? closed : open;
		const Authorization = `${authorizations[random() % authorizations.length]}${random() % 3 === 0 ? btoa(String(random())) : ''}`;
		const response = await request(`/rest-api/stream/${paths[random() % paths.length]}`, {
			method: 'POST',
			body: body as Uint8Array<ArrayBuffer>,
			headers: { Authorization, 'Content-Type': 'application/json' },
		});
		const { status } = response;
		seen.set(status, (seen.get(status) ?? 0) + 1);
		const answer = (await response.json()) as { error?: { status: number; requestId: string } };
		if (status !== 200) expect(answer.error).toMatchObject({ status, requestId: response.headers.get('X-Request-Id') });
		if (round % 8 === 0) expect(status).toBe(401);
	}
	for (const status of seen.keys()) expect([200, 400, 401, 404, 413, 500]).toContain(status);
	for (const status of [200, 400, 401, 404]) expect(seen.get(status) ?? 0).toBeGreaterThan(50);
	// 500 is a keyframe that is older than maxAge says, and nothing else.
	expect(seen.get(500) ?? 0).toBeLessThan(200);
}, 60_000);

test('a body that comes a byte now and then is not waited for', async () => {
	let isCancelled = false;
	const body = new ReadableStream<Uint8Array>({
		pull: async (controller) => {
			await new Promise((resolve) => setTimeout(resolve, 50));
			controller.enqueue(utf8.encode(' '));
		},
		cancel: () => {
			isCancelled = true;
		},
	});
	const request = new Request('http://livestill.test/', { method: 'POST', body });
	await expect(readJsonObject(request, 300)).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
	expect(isCancelled).toBe(true);
});

/** What becomes of cached pictures when their stream ends. */
import { expect, test } from 'vitest';
import { createPictureMemory } from '../../src/store/picture-memory.ts';
import { startApp, verdict } from './support/app.ts';
import { publish, put, unpublish } from './support/store.ts';

const later = () => {
	let now = Date.now();
	return {
		clock: { now: () => now, sleep: async () => {} },
		pass: (ms: number) => {
			now += ms;
		},
	};
};

/** Whether the cache of the data centre has it. */
const isCached = async (url: string): Promise<boolean> => {
	const found = await caches.default.match(url);
	await found?.body?.cancel();
	return found !== undefined;
};
const urlOf = (etag: string): string => {
	const [, session, sequence, shape] = /^"([0-9a-f-]{36})-(\d+)-(.+)"$/.exec(etag) ?? [];
	return `https://pictures.livestill.invalid/${session}/${sequence}/${shape}`;
};

const start = async () => {
	const { clock, pass } = later();
	const memory = createPictureMemory(1_000_000);
	const app = startApp({ clock, memory });
	const { name, info } = await publish({ leaseUntil: clock.now() + 60_000, capturedAt: clock.now() });
	const urls: string[] = [];
	for (const query of ['.jpg', '.png?width=320', '.webp'])
		urls.push(urlOf((await app.request(`/preview/${name}${query}`)).headers.get('ETag') ?? ''));
	const good = `https://keyframes.livestill.invalid/good/${info.session}`;
	for (const url of [...urls, good]) expect([url, await isCached(url)]).toEqual([url, true]);
	return { ...app, name, info, urls, good, pass, clock, memory };
};

test('a stream that has ended leaves nothing in this place that this isolate knows of', async () => {
	const { request, name, info, urls, good, pass, memory } = await start();
	const { name: other, info: otherInfo } = await publish({ leaseUntil: Date.now() + 60_000 });
	const kept = urlOf((await request(`/preview/${other}.jpg`)).headers.get('ETag') ?? '');
	await unpublish(name, info);
	pass(501);
	expect(await verdict(await request(`/preview/${name}.jpg`))).toEqual({ status: 404, code: 'STREAM_NOT_FOUND' });
	for (const url of [...urls, good]) expect([url, await isCached(url)]).toEqual([url, false]);
	expect(memory.drop(`${info.session}/`)).toEqual([]);
	expect(await isCached(kept)).toBe(true);
	expect(memory.drop(`${otherInfo.session}/`).length).toBe(1);
});

test('so does a session whose name another one has', async () => {
	const { request, name, info, urls, pass, clock } = await start();
	await put(name, { info: { ...info, session: crypto.randomUUID(), capturedAt: clock.now() }, body: Uint8Array.of(2) });
	pass(501);
	expect((await request(`/preview/${name}.jpg`)).status).toBe(200);
	for (const url of urls) expect(await isCached(url)).toBe(false);
});

test('a store that does not answer ends nothing', async () => {
	const { name, info, urls, pass, clock, memory } = await start();
	const bucket = { get: () => Promise.reject(new Error('down')) } as unknown as R2Bucket;
	pass(501);
	const { request } = startApp({ clock, memory, bucket });
	expect((await request(`/preview/${name}.jpg`)).status).toBe(503);
	for (const url of urls) expect(await isCached(url)).toBe(true);
	expect(memory.drop(`${info.session}/`).length).toBe(3);
});

test('what another isolate has cached stays, and is not shown: the object is read first', async () => {
	const { name, info, urls, pass, clock } = await start();
	await unpublish(name, info);
	pass(501);
	const other = startApp({ clock });
	for (const path of [`/preview/${name}.jpg`, `/preview/${name}/${info.session}-1.jpg`])
		expect(await verdict(await other.request(path))).toEqual({ status: 404, code: 'STREAM_NOT_FOUND' });
	expect(await isCached(urls[0] ?? '')).toBe(true);
});

test('a cache that cannot delete does not fail the request', async () => {
	const broken = {
		match: async () => undefined,
		put: async () => {},
		delete: () => {
			throw new Error('down');
		},
	} as unknown as Cache;
	const { clock, pass } = later();
	const { request } = startApp({ clock, cache: broken });
	const { name, info } = await publish({ leaseUntil: clock.now() + 60_000 });
	expect((await request(`/preview/${name}.jpg`)).status).toBe(200);
	await unpublish(name, info);
	pass(501);
	expect((await request(`/preview/${name}.jpg`)).status).toBe(404);
});

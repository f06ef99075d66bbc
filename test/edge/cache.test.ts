import { env } from 'cloudflare:workers';
import { expect, test, vi } from 'vitest';
import { createPictureMemory } from '../../src/store/picture-memory.ts';
import { startApp, verdict } from './support/app.ts';
import { publish, put } from './support/store.ts';

const cacheOf = (response: Response): string | undefined =>
	/cache;desc=(\w+)/.exec(response.headers.get('Server-Timing') ?? '')?.[1];

test('a keyframe is decoded once', async () => {
	const { snapshot, counts } = startApp();
	const { name } = await publish();
	const first = await snapshot({ streamName: name });
	const second = await snapshot({ streamName: name });
	expect([cacheOf(first), cacheOf(second)]).toEqual(['miss', 'hit']);
	expect(second.headers.get('Server-Timing')).not.toContain('decode');
	expect(await second.text()).toBe(await first.text());
	expect(counts.decodes).toBe(1);
});

test('another isolate finds the picture in the Cache API', async () => {
	const { name } = await publish();
	const first = await startApp().snapshot({ streamName: name, width: 32 });
	const other = startApp();
	const second = await other.snapshot({ streamName: name, width: 32 });
	expect(cacheOf(second)).toBe('hit');
	expect(await second.text()).toBe(await first.text());
	expect(other.counts.decodes).toBe(0);
});

test('another keyframe, session or size is another picture', async () => {
	const { snapshot, counts } = startApp();
	const { name, info } = await publish();
	const body = Uint8Array.of(1);
	await snapshot({ streamName: name });
	await snapshot({ streamName: name, width: 32 });
	await put(name, { info: { ...info, sequence: 2 }, body });
	await snapshot({ streamName: name });
	await put(name, { info: { ...info, session: crypto.randomUUID() }, body });
	await snapshot({ streamName: name });
	expect(counts.decodes).toBe(4);
});

test('maxAge is no part of the identity', async () => {
	const { snapshot, counts } = startApp();
	const { name } = await publish();
	await snapshot({ streamName: name });
	expect(cacheOf(await snapshot({ streamName: name, maxAge: 60, extra: 1 }))).toBe('hit');
	expect(counts.decodes).toBe(1);
});

test('requests that arrive together share one decode', async () => {
	const { snapshot, counts } = startApp();
	const { name } = await publish();
	const answers = await Promise.all(Array.from({ length: 8 }, () => snapshot({ streamName: name })));
	expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
	expect(counts.decodes).toBe(1);
});

test('a keyframe that gives no picture is decoded once as well, in any size', async () => {
	const { snapshot, counts } = startApp();
	const { name, info } = await publish({ codec: 'vp9' });
	const first = await snapshot({ streamName: name });
	const second = await snapshot({ streamName: name, width: 32 });
	expect([cacheOf(first), cacheOf(second), counts.decodes]).toEqual(['miss', 'hit', 1]);
	expect(await verdict(second)).toEqual(await verdict(first));
	await put(name, { info: { ...info, codec: 'h264', sequence: 2 }, body: Uint8Array.of(1) });
	expect((await snapshot({ streamName: name })).status).toBe(200);
});

test('a fault of ours is not remembered', async () => {
	const log = vi.spyOn(console, 'error').mockImplementation(() => {});
	let decodes = 0;
	const decode = (): never => {
		decodes += 1;
		throw new TypeError('a bug');
	};
	const { snapshot } = startApp({ decoder: { decode } });
	const { name } = await publish();
	await snapshot({ streamName: name });
	await snapshot({ streamName: name });
	expect(decodes).toBe(2);
	log.mockRestore();
});

test('a cache that throws, rejects or holds garbage does not fail the request', async () => {
	const garbage = { match: async () => new Response('?'), put: () => Promise.reject(new Error('full')) };
	const broken = {
		match: () => Promise.reject(new Error('down')),
		put: () => {
			throw new Error('down');
		},
	};
	for (const cache of [garbage, broken] as unknown as Cache[]) {
		const { name } = await publish();
		const { snapshot } = startApp({ cache });
		const response = await snapshot({ streamName: name });
		expect([response.status, cacheOf(response)]).toEqual([200, 'miss']);
	}
});

test('a store that fails is 503', async () => {
	const log = vi.spyOn(console, 'error').mockImplementation(() => {});
	const bucket = { get: () => Promise.reject(new Error('secret detail')) } as unknown as R2Bucket;
	const { name } = await publish();
	const response = await startApp({ bucket }).snapshot({ streamName: name });
	expect(response.headers.get('Retry-After')).toBe('1');
	expect(await response.clone().text()).not.toContain('secret');
	expect(await verdict(response)).toEqual({ status: 503, code: 'STORE_UNAVAILABLE' });
	expect(log).toHaveBeenCalledOnce();
	log.mockRestore();
});

test('a hit leaves the body of the object unread', async () => {
	const { name } = await publish({}, new Uint8Array(5000));
	const cancelled: boolean[] = [];
	const bucket = {
		get: async (key: string) => {
			const object = await env.KEYFRAMES.get(key);
			const cancel = object?.body.cancel.bind(object.body);
			if (object !== null)
				object.body.cancel = (reason) => {
					cancelled.push(object.bodyUsed);
					return cancel?.(reason) ?? Promise.resolve();
				};
			return object;
		},
	} as unknown as R2Bucket;
	const { snapshot } = startApp({ bucket });
	await snapshot({ streamName: name });
	expect(cancelled).toEqual([]);
	await snapshot({ streamName: name });
	expect(cancelled).toEqual([false]);
});

test('memory drops what was used longest ago', () => {
	const memory = createPictureMemory(10);
	const picture = (bytes: number) => ({
		...{ bytes: new Uint8Array(bytes), type: 'image/png', width: 1, height: 1, capturedAt: 1 },
	});
	memory.set('a', picture(4));
	memory.set('b', picture(4));
	memory.get('a');
	memory.set('c', picture(4));
	expect(['a', 'b', 'c'].map((key) => memory.get(key) !== null)).toEqual([true, false, true]);
	memory.set('huge', picture(11));
	memory.set('a', picture(5));
	expect(['a', 'c', 'huge'].map((key) => memory.get(key)?.bytes.length)).toEqual([5, 4, undefined]);
});

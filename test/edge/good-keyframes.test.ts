/** The memory of good keyframes, and the Cache API behind it: what is too large for the memory is in the cache all the same. */
import { describe, expect, test } from 'vitest';
import { createGoodKeyframes, createHeldKeyframes } from '../../src/store/good-keyframes.ts';
import { keyframeInfo } from './support/store.ts';

const keyframe = (session: string, sequence: number, bytes: number) => ({
	info: keyframeInfo({ session, sequence }),
	body: new Uint8Array(bytes).fill(sequence),
});

const start = (bytes: number) => {
	const writes: string[] = [];
	const pending: Promise<unknown>[] = [];
	const { default: real } = caches;
	const cache = {
		match: (url: string) => real.match(url),
		delete: (url: string) => real.delete(url),
		put: (url: string, response: Response) => {
			writes.push(url);
			return real.put(url, response);
		},
	} as unknown as Cache;
	const memory = createHeldKeyframes(bytes);
	const good = createGoodKeyframes({ cache, memory, waitUntil: (promise) => pending.push(promise) });
	const keep = async (kept: ReturnType<typeof keyframe>): Promise<void> => {
		good.keep(kept);
		await Promise.all(pending.splice(0));
	};
	return { good, keep, writes };
};

describe('a keyframe that is larger than the memory', () => {
	test('is found in the cache, written once, and drives nobody out', async () => {
		const [small, large] = [crypto.randomUUID(), crypto.randomUUID()];
		const { good, keep, writes } = start(1000);
		await keep(keyframe(small, 1, 600));
		for (let shape = 0; shape < 3; shape += 1) await keep(keyframe(large, 7, 1001));
		expect(good.held(small)?.info.sequence).toBe(1);
		expect(good.held(large)).toBeNull();
		expect((await good.find(large))?.body).toEqual(new Uint8Array(1001).fill(7));
		expect(writes.filter((url) => url.endsWith(large))).toHaveLength(1);
		await keep(keyframe(large, 8, 1002));
		expect((await good.find(large))?.info.sequence).toBe(8);
	});

	test('takes the place of an earlier one of its session, and gives way to a later one', async () => {
		const session = crypto.randomUUID();
		const { good, keep } = start(1000);
		await keep(keyframe(session, 1, 10));
		await keep(keyframe(session, 2, 5000));
		expect((await good.find(session))?.info.sequence).toBe(2);
		await keep(keyframe(session, 1, 10));
		expect((await good.find(session))?.info.sequence).toBe(2);
		await keep(keyframe(session, 3, 10));
		expect(good.held(session)?.info.sequence).toBe(3);
	});

	test('is forgotten with its session', async () => {
		const session = crypto.randomUUID();
		const { good, keep } = start(1000);
		await keep(keyframe(session, 2, 5000));
		good.forget(session);
		expect(await good.find(session)).toBeNull();
		await keep(keyframe(session, 1, 10));
		expect(good.held(session)?.info.sequence).toBe(1);
	});
});

test('many that are too large leave no more behind than so many bytes', () => {
	const memory = createHeldKeyframes(64 * 1024);
	const first = keyframe(crypto.randomUUID(), 5, 70_000);
	expect(memory.set(first)).toBe(true);
	expect(memory.set(first)).toBe(false);
	for (let index = 0; index < 1000; index += 1) memory.set(keyframe(crypto.randomUUID(), 5, 70_000));
	// It is not known any more that it was there.
	expect(memory.set(first)).toBe(true);
});

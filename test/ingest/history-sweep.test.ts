/** What is deleted when, and above all what is not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sweepHistory } from '../../ingest-node/history/sweep.ts';
import { startSweeper } from '../../ingest-node/history/sweeper.ts';
import { createMemoryStore } from '../../ingest-node/store/memory.ts';
import { mostKeys, type NewObject, type ObjectStore, StoreError } from '../../ingest-node/store/port.ts';
import { historyKey, parseHistoryKey } from '../../src/shared/history-key.ts';
import { liveKey, type ObjectKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { createFakeClock } from './support/fake-clock.ts';

const object: NewObject = { body: Uint8Array.of(1), contentType: 'video/h264', metadata: {} };
const time = 1_790_000_000_000;

/** A store with these keys; it counts lists and refuses what the port does not promise. */
const storeWith = async (keys: readonly string[], pageSize = mostKeys) => {
	const memory = createMemoryStore();
	for (const key of new Set(keys)) await memory.put(key as ObjectKey, object, 'absent');
	const counts = { lists: 0, removes: 0 };
	const store: ObjectStore = {
		...memory,
		list: (prefix, { after, limit }) => {
			counts.lists += 1;
			return memory.list(prefix, { after, limit: Math.min(limit, pageSize) });
		},
		remove: (keys) => {
			counts.removes += 1;
			if (keys.length > mostKeys) throw new Error('too many keys');
			return memory.remove(keys);
		},
	};
	return { store, counts, keys: () => [...memory.objects.keys()].sort() };
};

const sweepAll = async (store: ObjectStore, before: number, mostLists = 3): Promise<number> => {
	let deleted = 0;
	for (let cursor: string | undefined; ; ) {
		const swept = await sweepHistory({ store, before, cursor, mostLists });
		deleted += swept.deleted;
		cursor = swept.cursor;
		if (cursor === undefined) return deleted;
	}
};

const historyOf = (name: string, count: number, every = 10_000): string[] =>
	Array.from({ length: count }, (_, index) => historyKey(parseStreamName(name), time + index * every));

describe('a sweep', () => {
	it('deletes what is too old, of all streams', async () => {
		const { store, keys } = await storeWith([...historyOf('a', 5), ...historyOf('a/b', 5), ...historyOf('é', 5)]);
		expect(await sweepAll(store, time + 20_000)).toBe(6);
		expect(keys().map((key) => parseHistoryKey(key)?.capturedAt)).toEqual(
			Array.from({ length: 3 }, () => [time + 20_000, time + 30_000, time + 40_000]).flat(),
		);
	});

	it('needs one list for each long stream, not all of its keys', async () => {
		const streams = ['a', 'b', 'c'].flatMap((name) => historyOf(name, 5000));
		const { store, counts, keys } = await storeWith(streams);
		expect(await sweepAll(store, time + 360 * 10_000, 100)).toBe(3 * 360);
		expect(counts).toEqual({ lists: 4, removes: 3 });
		expect(keys()).toHaveLength(15_000 - 3 * 360);
	});

	it('needs one list for a thousand short ones', async () => {
		const names = Array.from({ length: 300 }, (_, index) => `cam-${index}`);
		const { store, counts } = await storeWith(names.flatMap((name) => historyOf(name, 3)));
		expect(await sweepAll(store, time + 10_000)).toBe(300);
		expect(counts.lists).toBe(1);
	});

	it('stops after so many lists and goes on where it was', async () => {
		const { store, counts } = await storeWith(historyOf('a', 4500));
		const first = await sweepHistory({ store, before: time * 2, cursor: undefined, mostLists: 2 });
		expect(first).toMatchObject({ deleted: 2000, cursor: expect.any(String) });
		expect(counts.lists).toBe(2);
		expect(await sweepHistory({ store, before: time * 2, cursor: first.cursor, mostLists: 9 })).toEqual({
			...{ deleted: 2500, cursor: undefined },
		});
	});

	it('never deletes a live object, or anything else that is no kept keyframe', () =>
		fc.assert(
			fc.asyncProperty(
				fc.array(fc.constantFrom('a', 'b', '/', '_', '~', '0', 'frames', 'live', String(time), 'é', ' '), {
					...{ minLength: 1, maxLength: 5 },
				}),
				fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }),
				fc.array(fc.string(), { maxLength: 8 }),
				fc.integer({ min: 1, max: 5 }),
				fc.integer({ min: 0, max: 40 }),
				async (parts, offsets, foreign, pageSize, cut) => {
					const names = parts
						.map((_, index) => parts.slice(0, index + 1).join(''))
						.flatMap((text) => {
							try {
								return [parseStreamName(text)];
							} catch {
								return [];
							}
						});
					const live = names.map(liveKey);
					const kept = names.flatMap((name) => offsets.map((offset) => historyKey(name, time + offset)));
					const others = [
						...foreign,
						`frames/${time}`,
						'frames/a/b/1',
						`frames/a_b/${time}`,
						`probe/${time}`,
						'frames/',
					];
					const { store, keys } = await storeWith([...live, ...kept, ...others], pageSize);
					await sweepAll(store, time + cut);
					const left = new Set([...live, ...others, ...kept.filter((key) => Number(key.slice(-13)) >= time + cut)]);
					expect(keys()).toEqual([...left].sort());
				},
			),
			{ numRuns: 300 },
		));
});

describe('the sweeper', () => {
	const start = (store: ObjectStore, retention: number) => {
		const clock = createFakeClock();
		clock.shiftWallClock(time);
		const swept: unknown[] = [];
		const stop = startSweeper({
			...{ store, clock, retention, random: () => 1 },
			onSwept: (deleted, error) => swept.push(error instanceof StoreError ? error.failure : deleted),
		});
		return { clock, swept, stop };
	};

	it('sweeps soon after the start, whatever node has written it, and then again', async () => {
		const { store, keys } = await storeWith(historyOf('of-a-dead-node', 30, 60_000));
		const { clock, swept, stop } = start(store, 600_000);
		// The clock began at epoch second 1,000,000: what is there is that much too old.
		await clock.advance(20_000);
		expect(swept).toEqual([30]);
		expect(keys()).toEqual([]);
		await store.put(historyKey(parseStreamName('x'), clock.now()), object, 'absent');
		await clock.advance(590_000);
		expect(keys()).toHaveLength(1);
		await clock.advance(80_000);
		expect(keys()).toHaveLength(0);
		stop();
		expect(clock.pendingTimers).toBe(0);
	});

	it('tries again after a failure', async () => {
		const { store } = await storeWith(historyOf('a', 3));
		let isDown = true;
		const failing: ObjectStore = {
			...store,
			list: (...args) => (isDown ? Promise.reject(new StoreError('unavailable', 'away')) : store.list(...args)),
		};
		const { clock, swept } = start(failing, 60_000);
		await clock.advance(10_000);
		isDown = false;
		await clock.advance(10_000);
		expect(swept).toEqual(['unavailable', 3]);
	});

	it('goes on soon when there is much to do', async () => {
		const { store, keys } = await storeWith(historyOf('a', 1200, 1), 5);
		const { clock, stop } = start(store, 86_400_000);
		// In small steps: a sweep of a hundred lists needs many turns of the event loop.
		for (let second = 0; second < 120; second += 1) await clock.advance(500);
		expect(keys()).toEqual([]);
		stop();
	});
});

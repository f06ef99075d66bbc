/** Lists of the keys of a directory: in the order of the keys, which is not that of the folders, and without a look at all of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sweepHistory } from '../../ingest-node/history/sweep.ts';
import { listKeysOf } from '../../ingest-node/store/disk-keys.ts';
import { pathOfKey } from '../../ingest-node/store/disk-path.ts';
import { endOfHistory, historyKey } from '../../src/shared/history-key.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';

/** Folders as `disk.ts` lays them out, in memory. */
const createFolders = (keys: readonly string[]) => {
	const folders = new Map<string, Set<string>>([['', new Set(['.new'])]]);
	const add = (path: string, name: string): unknown =>
		folders.get(path)?.add(name) ?? folders.set(path, new Set([name]));
	for (const key of keys) {
		let path = '';
		for (const name of `${pathOfKey(key)}/@7`.split('/')) {
			add(path, name);
			path = path === '' ? name : `${path}/${name}`;
		}
	}
	const state = { reads: 0 };
	const read = async (path: string): Promise<string[]> => {
		state.reads += 1;
		return [...(folders.get(path) ?? [])].reverse();
	};
	return { state, read };
};

const segment = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '0', '_'), minLength: 1, maxLength: 3 }),
	},
	{ weight: 1, arbitrary: fc.constant('.new') },
	{ weight: 1, arbitrary: fc.constantFrom(199, 200, 201, 400, 401).map((length) => 'a'.repeat(length)) },
	{ weight: 1, arbitrary: fc.constantFrom('-', '.', '0').map((last) => `${'a'.repeat(200)}${last}`) },
);
const key = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => `live/${segments.join('/')}`);

it('is what a plain list of the keys gives, from wherever, however long', async () => {
	const bound = fc.oneof(key, fc.constantFrom('', 'live/', 'live/a', 'live/a/', 'live/b/~'));
	const property = fc.asyncProperty(
		fc.uniqueArray(key, { maxLength: 12 }),
		bound,
		bound,
		fc.integer({ min: 1, max: 8 }),
		async (keys, prefix, after, limit) => {
			const wanted = keys.filter((each) => each.startsWith(prefix) && each > after).sort();
			const page = { keys: wanted.slice(0, limit), isTruncated: wanted.length > limit };
			expect(await listKeysOf(createFolders(keys).read, prefix, { after, limit })).toEqual(page);
		},
	);
	await fc.assert(property, { numRuns: 1000 });
});

describe('of many kept keyframes', () => {
	const names = Array.from({ length: 20 }, (_, index) => parseStreamName(`cam ${index}/door`));
	const times = Array.from({ length: 1000 }, (_, index) => 1_700_000_000_000 + index);
	const keys = names.flatMap((name) => times.map((time) => historyKey(name, time)));

	it('only those folders are read that a page needs', async () => {
		const { state, read } = createFolders([...keys, 'live/a', 'probe/b']);
		const { keys: found } = await listKeysOf(read, 'frames/', { after: endOfHistory(names[5] as never), limit: 100 });
		expect(found).toHaveLength(100);
		expect(state.reads).toBeLessThan(250);
	});

	it('all that are old are found by a sweep', async () => {
		const { read } = createFolders(keys);
		const removed: string[] = [];
		const store = {
			list: (prefix: string, options: { after?: string | undefined; limit: number }) =>
				listKeysOf(read, prefix, options),
			remove: async (old: readonly string[]) => void removed.push(...old),
		};
		await sweepHistory({ store, before: (times[10] as number) + 1, cursor: undefined, mostLists: 100 });
		expect(removed).toHaveLength(20 * 11);
	});
});

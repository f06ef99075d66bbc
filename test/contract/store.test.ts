/** One contract for every store adapter: what `ingest-node/store/port.ts` promises. */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepHistory } from '../../ingest-node/history/sweep.ts';
import { createDiskStore } from '../../ingest-node/store/disk.ts';
import { createMemoryStore } from '../../ingest-node/store/memory.ts';
import type { NewObject, ObjectStore } from '../../ingest-node/store/port.ts';
import { createS3Store } from '../../ingest-node/store/s3.ts';
import { checkS3 } from '../../ingest-node/store/s3-check.ts';
import { createS3Requests, type S3Requests } from '../../ingest-node/store/s3-requests.ts';
import { serveStore } from '../../ingest-node/store/serve-store.ts';
import { endOfHistory, historyKey, historyPrefix, justBefore } from '../../src/shared/history-key.ts';
import { buildMetadata, parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { isRadosgwMissing, type Radosgw, startRadosgw } from '../support/radosgw.ts';
import { type MiniflareR2, startMiniflareR2 } from './support/miniflare-r2.ts';
import { proxyStore } from './support/store-proxy.ts';

interface Adapter {
	readonly name: string;
	readonly isMissing?: () => boolean;
	/** A view of a larger buffer, or a Node Buffer, must do as a body. */
	open(): Promise<ObjectStore>;
	close(): Promise<void>;
}

let miniflare: MiniflareR2;
let folder = '';
let child: ChildProcess;
let radosgw: Radosgw;
let requests: S3Requests;

const adapters: readonly Adapter[] = [
	{ name: 'memory', open: async () => createMemoryStore(), close: async () => {} },
	{
		name: 'a directory',
		open: async () => {
			folder = await mkdtemp(join(tmpdir(), 'livestill-store-'));
			return createDiskStore(folder);
		},
		close: () => rm(folder, { recursive: true, force: true }),
	},
	{
		name: 'a directory, in another process',
		open: async () => {
			folder = await mkdtemp(join(tmpdir(), 'livestill-store-'));
			child = fork(new URL('./support/store-child.ts', import.meta.url), [folder], { serialization: 'advanced' });
			return proxyStore(child);
		},
		close: async () => {
			child.kill();
			await rm(folder, { recursive: true, force: true });
		},
	},
	{
		name: 'R2 in Miniflare',
		open: async () => {
			miniflare = await startMiniflareR2();
			return miniflare.store;
		},
		close: () => miniflare.stop(),
	},
	{
		name: 'the parent process, over R2 in Miniflare',
		open: async () => {
			miniflare = await startMiniflareR2();
			child = fork(new URL('./support/store-child.ts', import.meta.url), { serialization: 'advanced' });
			serveStore(child, miniflare.store);
			return proxyStore(child);
		},
		close: async () => {
			child.kill();
			await miniflare.stop();
		},
	},
	{
		name: 'S3, radosgw',
		isMissing: isRadosgwMissing,
		open: async () => {
			radosgw = await startRadosgw();
			requests = createS3Requests(radosgw.config);
			return Object.assign(createS3Store(requests), { etagStyle: await checkS3(requests) });
		},
		close: async () => {
			await requests.close();
			await radosgw.stop();
		},
	},
];

const key = (): ReturnType<typeof liveKey> => liveKey(parseStreamName(`contract/${randomUUID()}`));

const info = {
	codec: 'h264',
	width: 98,
	height: 66,
	rotation: 0,
	capturedAt: 1_700_000_000_000,
	publishedAt: 1_700_000_000_000,
	session: randomUUID(),
	sequence: 1,
	protocol: 'rtmp',
	node: 'http://127.0.0.1:8082',
	leaseUntil: 1_700_000_030_000,
	keyframeInterval: 1000,
} as const;

const object = (text: string): NewObject => ({
	body: new TextEncoder().encode(text),
	contentType: 'video/h264',
	metadata: buildMetadata(info),
});

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
	call.then(
		() => 'none',
		(error: unknown) => (error instanceof Error && 'failure' in error ? error.failure : error),
	);

const present = adapters.filter(({ isMissing }) => !isMissing?.());

describe.each(present)('$name', ({ open, close }) => {
	let store: ObjectStore;
	beforeAll(async () => {
		store = await open();
	}, 60_000);
	afterAll(close);

	it('finds nothing where nothing was written', async () => {
		const empty = key();
		expect(await store.get(empty)).toBeNull();
		expect(await store.head(empty)).toBeNull();
	});

	it('gives back what it was given', async () => {
		const at = key();
		const written = object('first');
		const etag = await store.put(at, written, 'absent');
		expect(etag).toBe(md5(written.body));
		const found = await store.get(at);
		expect(found?.etag).toBe(etag);
		expect(new Uint8Array(found?.body ?? [])).toEqual(written.body);
		expect(parseMetadata(found?.metadata ?? {})).toEqual(info);
		const head = await store.head(at);
		expect(head).toEqual({ etag, metadata: written.metadata });
	});

	it('gives back metadata that a reader understands when the node has no address', async () => {
		const at = key();
		const unreachable = { ...info, node: '' };
		await store.put(at, { ...object('pushed only'), metadata: buildMetadata(unreachable) }, 'absent');
		expect(parseMetadata((await store.head(at))?.metadata ?? {})).toEqual(unreachable);
	});

	it('takes keys of all characters that keys have', async () => {
		const at = liveKey(parseStreamName(`rtsp://camera.local:554/A b/ä~${randomUUID()}`));
		const etag = await store.put(at, object('odd'), 'absent');
		expect((await store.get(at))?.etag).toBe(etag);
	});

	it('takes views of larger buffers and Node Buffers, bytes of all values, and no byte', async () => {
		const all = Uint8Array.from({ length: 300 }, (_, index) => index);
		for (const body of [all.subarray(20, 290), Buffer.from(all), new Uint8Array(0)]) {
			const at = key();
			await store.put(at, { ...object(''), body }, 'absent');
			expect(new Uint8Array((await store.get(at))?.body ?? [1])).toEqual(new Uint8Array(body));
		}
	});

	it('takes a keyframe of a megabyte', async () => {
		const at = key();
		const body = new Uint8Array(1024 * 1024).map((_, index) => (index * 7) & 255);
		expect(await store.put(at, { ...object(''), body }, 'absent')).toBe(md5(body));
		expect(md5((await store.get(at))?.body ?? new Uint8Array(0))).toBe(md5(body));
	});

	it('creates only where nothing is', async () => {
		const at = key();
		await store.put(at, object('first'), 'absent');
		expect(await failureOf(store.put(at, object('second'), 'absent'))).toBe('precondition-failed');
		expect((await store.head(at))?.etag).toBe(md5(object('first').body));
	});

	it('replaces only the object with the ETag', async () => {
		const at = key();
		const first = await store.put(at, object('first'), 'absent');
		const second = await store.put(at, object('second'), { etag: first });
		expect(await failureOf(store.put(at, object('third'), { etag: first }))).toBe('precondition-failed');
		expect((await store.head(at))?.etag).toBe(second);
		expect(await failureOf(store.put(key(), object('fourth'), { etag: first }))).toBe('precondition-failed');
	});

	it('replaces the metadata with the body, even when the body is the same', async () => {
		const at = key();
		const etag = await store.put(at, object('same'), 'absent');
		const renewed = { ...object('same'), metadata: buildMetadata({ ...info, leaseUntil: info.leaseUntil + 1 }) };
		expect(await store.put(at, renewed, { etag })).toBe(etag);
		expect(parseMetadata((await store.head(at))?.metadata ?? {}).leaseUntil).toBe(info.leaseUntil + 1);
	});

	it('lets one of many win who create at once', async () => {
		const at = key();
		const outcomes = await Promise.all(
			Array.from({ length: 8 }, (_, index) => failureOf(store.put(at, object(`racer ${index}`), 'absent'))),
		);
		expect(outcomes.filter((outcome) => outcome === 'none')).toHaveLength(1);
		expect(outcomes.filter((outcome) => outcome === 'precondition-failed')).toHaveLength(7);
	});

	it('lets one of many win who replace at once', async () => {
		const at = key();
		const etag = await store.put(at, object('before'), 'absent');
		const outcomes = await Promise.all(
			Array.from({ length: 8 }, (_, index) => failureOf(store.put(at, object(`successor ${index}`), { etag }))),
		);
		expect(outcomes.filter((outcome) => outcome === 'none')).toHaveLength(1);
		// radosgw answers some of those who lose with 500.
		for (const outcome of outcomes) expect(['none', 'precondition-failed', 'unavailable']).toContain(outcome);
	});

	it('lists keys in the order of their bytes, from where it is told, as many as it is told', async () => {
		const name = parseStreamName(`contract list/${randomUUID()}`);
		const times = [1_700_000_003_000, 999, 1_700_000_001_000, 1_700_000_002_000, 0];
		for (const time of times) await store.put(historyKey(name, time), object(String(time)), 'absent');
		const keys = times.toSorted((a, b) => a - b).map((time) => historyKey(name, time));
		const prefix = historyPrefix(name);
		expect(await store.list(prefix, { limit: 1000 })).toEqual({ keys, isTruncated: false });
		expect(await store.list(prefix, { limit: 2 })).toEqual({ keys: keys.slice(0, 2), isTruncated: true });
		expect((await store.list(prefix, { after: keys[1], limit: 2 })).keys).toEqual(keys.slice(2, 4));
		expect((await store.list(prefix, { after: justBefore(name, 1_700_000_002_000), limit: 1 })).keys).toEqual([
			keys[3],
		]);
		expect((await store.list(prefix, { after: justBefore(name, 0), limit: 1 })).keys).toEqual([keys[0]]);
		expect(await store.list(prefix, { after: endOfHistory(name), limit: 10 })).toEqual({
			keys: [],
			isTruncated: false,
		});
	});

	it('goes on behind the last key of a list that was cut off', async () => {
		const name = parseStreamName(`pages-${randomUUID()}`);
		const keys = Array.from({ length: 30 }, (_, index) => historyKey(name, 1_700_000_000_000 + index));
		await Promise.all(keys.map((at) => store.put(at, object(at), 'absent')));
		const seen: string[] = [];
		for (let after: string | undefined; ; after = seen.at(-1)) {
			const page = await store.list(historyPrefix(name), { after, limit: 7 });
			seen.push(...page.keys);
			if (!page.isTruncated) break;
		}
		expect(seen).toEqual(keys);
	});

	it('deletes what it is told and nothing else, also what is not there', async () => {
		const name = parseStreamName(`delete/${randomUUID()}`);
		const keys = Array.from({ length: 5 }, (_, index) => historyKey(name, 1_700_000_000_000 + index));
		await store.put(liveKey(name), object('live'), 'absent');
		for (const at of keys) await store.put(at, object(at), 'absent');
		await store.remove([...keys.slice(0, 3), historyKey(name, 5)]);
		expect((await store.list(historyPrefix(name), { limit: 10 })).keys).toEqual(keys.slice(3));
		expect(await store.get(keys[0] ?? key())).toBeNull();
		expect(await store.head(liveKey(name))).not.toBeNull();
		await store.put(keys[0] ?? key(), object('again'), 'absent');
		expect((await store.get(keys[0] ?? key()))?.etag).toBe(md5(object('again').body));
	});

	it('deletes a thousand at once', async () => {
		const name = parseStreamName(`thousand-${randomUUID()}`);
		const keys = Array.from({ length: 1000 }, (_, index) => historyKey(name, 1_700_000_000_000 + index));
		for (const at of [0, 500, 999]) await store.put(keys[at] ?? key(), object(''), 'absent');
		expect((await store.list(historyPrefix(name), { limit: 1000 })).keys).toHaveLength(3);
		await store.remove(keys);
		expect(await store.list(historyPrefix(name), { limit: 1000 })).toEqual({ keys: [], isTruncated: false });
	});

	it('is swept of what is too old, and of nothing else', async () => {
		const names = ['swept', 'swept/inside', 'swept é'].map((name) => parseStreamName(`${name} ${randomUUID()}`));
		const base = 1_600_000_000_000;
		for (const name of names) {
			await store.put(liveKey(name), object('live'), 'absent');
			for (const age of [0, 1, 2, 3]) await store.put(historyKey(name, base + age * 1000), object(''), 'absent');
		}
		// Other tests' keyframes are later.
		const deleted: number[] = [];
		for (let cursor: string | undefined; ; ) {
			const swept = await sweepHistory({ store, before: base + 2000, cursor, mostLists: 5 });
			deleted.push(swept.deleted);
			cursor = swept.cursor;
			if (cursor === undefined) break;
		}
		expect(deleted.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(6);
		for (const name of names) {
			expect((await store.list(historyPrefix(name), { limit: 10 })).keys).toEqual(
				[2, 3].map((age) => historyKey(name, base + age * 1000)),
			);
			expect(await store.head(liveKey(name))).not.toBeNull();
		}
	});
});

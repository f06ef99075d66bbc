/** One contract for every store adapter: what `ingest-node/store/port.ts` promises. */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../ingest-node/store/memory.ts';
import type { KeyframeStore, NewObject } from '../../ingest-node/store/port.ts';
import { createS3Store } from '../../ingest-node/store/s3.ts';
import { checkS3 } from '../../ingest-node/store/s3-check.ts';
import { createS3Requests, type S3Requests } from '../../ingest-node/store/s3-requests.ts';
import { serveStore } from '../../ingest-node/store/serve-store.ts';
import { buildMetadata, parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { isRadosgwMissing, type Radosgw, startRadosgw } from '../support/radosgw.ts';
import { type MiniflareR2, startMiniflareR2 } from './support/miniflare-r2.ts';
import { proxyStore } from './support/store-proxy.ts';

interface Adapter {
	readonly name: string;
	readonly isMissing?: () => boolean;
	/** A view of a larger buffer, or a Node Buffer, must do as a body. */
	open(): Promise<KeyframeStore>;
	close(): Promise<void>;
}

let miniflare: MiniflareR2;
let child: ChildProcess;
let radosgw: Radosgw;
let requests: S3Requests;

const adapters: readonly Adapter[] = [
	{ name: 'memory', open: async () => createMemoryStore(), close: async () => {} },
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
	let store: KeyframeStore;
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
});

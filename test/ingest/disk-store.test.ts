/** A store in a directory: many processes at once, a full disk, and what a power cut leaves. */
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDiskStore } from '../../ingest-node/store/disk.ts';
import type { KeyframeStore, NewObject } from '../../ingest-node/store/port.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { proxyStore } from '../contract/support/store-proxy.ts';

const key = (name: string) => liveKey(parseStreamName(name));
const object = (text: string | Buffer): NewObject => ({
	body: new Uint8Array(Buffer.from(text)),
	contentType: 'video/h264',
	metadata: { format: '1' },
});
const failureOf = (call: Promise<unknown>): Promise<unknown> =>
	call.then(
		() => 'none',
		(error: Error & { failure: string }) => `${error.failure}: ${error.message}`,
	);

let root: string;
let store: KeyframeStore;
beforeEach(async () => {
	root = mkdtempSync(join(tmpdir(), 'livestill-disk-'));
	store = await createDiskStore(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('a directory', () => {
	it('has each object once, its body as it is', async () => {
		let etag = await store.put(key('live cam/1'), object('0'), 'absent');
		for (let count = 1; count < 20; count += 1) etag = await store.put(key('live cam/1'), object(`${count}`), { etag });
		const folder = join(root, key('live cam/1'));
		expect(readdirSync(folder)).toEqual(['@20']);
		expect(readFileSync(join(folder, '@20/body'), 'utf8')).toBe('19');
		expect(readdirSync(join(root, '.new'))).toEqual([]);
	});

	it('keeps apart what lies below one another, and takes names as long as they may be', async () => {
		const names = ['a', 'a/b', 'a/b/@1', `${'ü'.repeat(200)}`, `${'ü'.repeat(199)}a`];
		for (const name of names) await store.put(key(name), object(name), 'absent');
		for (const name of names) expect(Buffer.from((await store.get(key(name)))?.body ?? '').toString()).toBe(name);
	});

	it('lets one win of many processes that replace the same object, round after round', async () => {
		const children = Array.from({ length: 3 }, () =>
			fork(new URL('../contract/support/store-child.ts', import.meta.url), [root], { serialization: 'advanced' }),
		);
		const stores = [store, ...children.map(proxyStore)];
		let etag = await store.put(key('contested'), object('0'), 'absent');
		for (let round = 1; round <= 60; round += 1) {
			const tried = await Promise.allSettled(
				stores.map((each, index) => each.put(key('contested'), object(`${round} ${index}`), { etag })),
			);
			const won = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
			expect(won).toHaveLength(1);
			etag = won[0] ?? '';
			for (const each of stores) expect((await each.head(key('contested')))?.etag).toBe(etag);
		}
		for (const child of children) child.kill();
	}, 60_000);

	it('is read whole while it is replaced all the time', async () => {
		let etag = await store.put(key('busy'), object(randomBytes(50_000)), 'absent');
		let isOver = false;
		const reading = (async () => {
			let count = 0;
			for (; !isOver; count += 1) expect((await store.get(key('busy')))?.body).toHaveLength(50_000);
			return count;
		})();
		for (let round = 0; round < 150; round += 1)
			etag = await store.put(key('busy'), object(randomBytes(50_000)), { etag });
		isOver = true;
		expect(await reading).toBeGreaterThan(10);
	});

	it('does not take half an object for one, and writes over it', async () => {
		await store.put(key('torn'), object('a whole body'), 'absent');
		truncateSync(join(root, 'live/torn/@1/body'), 4);
		expect(await store.get(key('torn'))).toBeNull();
		writeFileSync(join(root, 'live/torn/@1/head.json'), '{"etag":');
		expect(await store.head(key('torn'))).toBeNull();
		await store.put(key('torn'), object('another'), 'absent');
		expect((await store.get(key('torn')))?.body).toHaveLength(7);
		expect(readdirSync(join(root, 'live/torn'))).toEqual(['@2']);
	});

	it('that cannot be made says why', async () => {
		writeFileSync(join(root, 'file'), '');
		await expect(createDiskStore(join(root, 'file'))).rejects.toThrow(/ENOTDIR|EEXIST/);
	});
});

const canMount = process.getuid?.() === 0 && process.platform === 'linux' && spawnSync('mount', ['-V']).status === 0;
if (!canMount) console.warn('\n!!! A full disk is not tested: that takes root on Linux.\n');

describe.skipIf(!canMount)('a full disk', () => {
	it('is told as such, leaves what is there, and works again when there is room', async () => {
		const disk = mkdtempSync(join(tmpdir(), 'livestill-full-'));
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
		try {
			const small = await createDiskStore(disk);
			const etag = await small.put(key('cam'), object('good'), 'absent');
			const filler = join(disk, 'filler');
			expect(spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']).status).not.toBe(0);
			expect(await failureOf(small.put(key('cam'), object(randomBytes(90_000)), { etag }))).toBe(
				'unavailable: put live/cam: the disk is full (ENOSPC)',
			);
			expect(Buffer.from((await small.get(key('cam')))?.body ?? '').toString()).toBe('good');
			expect(readdirSync(join(disk, '.new'))).toEqual([]);
			rmSync(filler);
			await small.put(key('cam'), object('better'), { etag });
			expect(Buffer.from((await small.get(key('cam')))?.body ?? '').toString()).toBe('better');
		} finally {
			execFileSync('umount', [disk]);
			rmSync(disk, { recursive: true, force: true });
		}
	});
});

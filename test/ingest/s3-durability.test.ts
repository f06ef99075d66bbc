/** A real S3 service that is killed and frozen while it is written to. */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreError } from '../../ingest-node/store/port.ts';
import { createS3Store, type S3Store } from '../../ingest-node/store/s3.ts';
import { checkS3 } from '../../ingest-node/store/s3-check.ts';
import { createS3Requests, type S3Requests } from '../../ingest-node/store/s3-requests.ts';
import { liveKey, type ObjectKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { isRadosgwMissing, type Radosgw, startRadosgw } from '../support/radosgw.ts';
import { eventually } from './support/eventually.ts';

const md5 = (body: Uint8Array): string => createHash('md5').update(body).digest('hex');

describe.skipIf(isRadosgwMissing())('radosgw', () => {
	let radosgw: Radosgw;
	let requests: S3Requests;
	let store: S3Store;
	beforeAll(async () => {
		radosgw = await startRadosgw('bluestore');
		requests = createS3Requests(radosgw.config, { timeout: 1500 });
		store = Object.assign(createS3Store(requests), { etagStyle: await checkS3(requests) });
	}, 90_000);
	afterAll(async () => {
		await requests?.close();
		await radosgw?.stop();
	});

	/** Writes until it is told to stop; tells what was acknowledged and what was not. */
	const write = (run: string) => {
		const acknowledged = new Map<ObjectKey, string>();
		const unknown = new Map<ObjectKey, string>();
		const failures: unknown[] = [];
		let stopped = false;
		const writer = async (id: number): Promise<void> => {
			for (let number = 0; !stopped; number += 1) {
				const key = liveKey(parseStreamName(`${run}/${id}/${number}`));
				const body = randomBytes(150_000);
				try {
					await store.put(key, { body, contentType: 'video/h264', metadata: { format: '1' } }, 'absent');
					acknowledged.set(key, md5(body));
				} catch (error) {
					failures.push(error);
					unknown.set(key, md5(body));
					await sleep(100);
				}
			}
		};
		const writers = Array.from({ length: 8 }, (_, id) => writer(id));
		const stop = async (): Promise<void> => {
			stopped = true;
			await Promise.all(writers);
		};
		return { acknowledged, unknown, failures, stop };
	};

	it.each([
		['the gateway', ['rgw']],
		['all of it', ['rgw', 'osd', 'mon']],
	] as const)(
		'loses nothing that it acknowledged when %s is killed',
		async (what, daemons) => {
			const load = write(what.replaceAll(' ', '-'));
			await eventually('some objects', () => load.acknowledged.size > 40);
			await Promise.all(daemons.map((daemon) => radosgw.kill(daemon)));
			await eventually('failures', () => load.failures.length > 0);
			await load.stop();
			await radosgw.restart();
			for (const [key, hash] of load.acknowledged) expect(md5((await store.get(key))?.body ?? Buffer.of())).toBe(hash);
			// What was not acknowledged is there whole or not at all.
			for (const [key, hash] of load.unknown) {
				const found = await store.get(key);
				if (found !== null) expect(md5(found.body)).toBe(hash);
			}
			for (const error of load.failures) expect(error).toBeInstanceOf(StoreError);
		},
		60_000,
	);

	it('is given up while its disk hangs, and serves again afterwards', async () => {
		const key = liveKey(parseStreamName('frozen'));
		const object = { body: Buffer.from('frozen'), contentType: 'video/h264', metadata: { format: '1' } };
		radosgw.signal('osd', 'SIGSTOP');
		try {
			await expect(store.put(key, object, 'absent')).rejects.toThrow('no answer within 1500 ms');
		} finally {
			radosgw.signal('osd', 'SIGCONT');
		}
		const head = await eventually('an answer', () =>
			store
				.head(key)
				.catch(() => null)
				.then((found) => ({ found })),
		);
		// Given up is not undone: the PUT may have been carried out, then or later.
		if (head.found === null) await store.put(key, object, 'absent').catch(() => {});
		await eventually('the object', () => store.head(key).catch(() => null));
	}, 60_000);
});

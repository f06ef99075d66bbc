/** `npm run ingest` with a real S3 service, and an edge that reads what it wrote. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Store, type S3Store } from '../../ingest-node/store/s3.ts';
import { checkS3 } from '../../ingest-node/store/s3-check.ts';
import { createS3Requests, type S3Requests } from '../../ingest-node/store/s3-requests.ts';
import { publish } from '../../local/rtmp-publisher.ts';
import { parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { eventually } from '../ingest/support/eventually.ts';
import { isRadosgwMissing, type Radosgw, startRadosgw } from '../support/radosgw.ts';
import { s3Settings, startIngestAlone } from './support/ingest-alone.ts';
import { endPeers } from './support/processes.ts';
import { takeSnapshot } from './support/rest.ts';
import { startTestStack } from './support/stack.ts';

const source = { flv: await readFile(new URL('../../local/demo-clip.flv', import.meta.url)) };

describe.skipIf(isRadosgwMissing())('the ingest node alone', () => {
	let radosgw: Radosgw;
	let requests: S3Requests;
	let store: S3Store;
	beforeAll(async () => {
		radosgw = await startRadosgw();
		requests = createS3Requests(radosgw.config);
		store = Object.assign(createS3Store(requests), { etagStyle: await checkS3(requests) });
	});
	afterAll(async () => {
		await endPeers();
		await requests?.close();
		await radosgw?.stop();
	});

	const keyOf = (name: string) => liveKey(parseStreamName(name));
	const stored = async (name: string) => {
		const head = await store.head(keyOf(name));
		return head === null ? null : parseMetadata(head.metadata);
	};
	const keyframe = (name: string) =>
		eventually('a keyframe', async () => ((await stored(name))?.sequence ?? 0) > 0 && stored(name));

	it('writes objects that the edge takes pictures of, and ends them on SIGTERM', async () => {
		const node = startIngestAlone({ ...s3Settings(radosgw.config), CONTROL_KEY: 'c'.repeat(32) });
		const ready = await node.logged('ingest node ready');
		const publisher = await publish({ url: `${ready.rtmp}/live/alone`, source, loop: true });
		const info = await keyframe('alone');
		// A loopback address would tell the edge of its own machine.
		expect(info).toMatchObject({ codec: 'h264', width: 1280, height: 720, protocol: 'rtmp', node: '' });
		const stack = await startTestStack();
		try {
			// The edge reads R2; what a bucket carries of an S3 PUT is what this copy carries.
			const object = await store.get(keyOf('alone'));
			if (object === null) throw new Error('the object is gone');
			await stack.store.put(keyOf('alone'), { ...object, contentType: 'video/h264' }, 'absent');
			const picture = await takeSnapshot(stack.rest, 'alone');
			expect(picture).toMatchObject({ status: 200, width: 1280, height: 720 });
			expect(picture.timestamp).toBe(parseMetadata(object.metadata).capturedAt);
		} finally {
			await stack.stop();
		}
		node.kill('SIGTERM');
		expect(await node.ended).toBe(0);
		expect((await stored('alone'))?.leaseUntil).toBe(0);
		await publisher.closed;
		expect(node.output()).not.toContain(radosgw.config.secretAccessKey);
	});

	it('refuses a name that another node has', async () => {
		const nodes = [startIngestAlone(s3Settings(radosgw.config)), startIngestAlone(s3Settings(radosgw.config))];
		const [first, second] = await Promise.all(nodes.map((node) => node.logged('ingest node ready')));
		const publisher = await publish({ url: `${first?.rtmp}/live/twice`, source, loop: true });
		await keyframe('twice');
		await expect(publish({ url: `${second?.rtmp}/live/twice`, source })).rejects.toThrow('already in use');
		await publisher.stop();
		await eventually('the tombstone', async () => (await stored('twice'))?.leaseUntil === 0);
		const again = await publish({ url: `${second?.rtmp}/live/twice`, source, loop: true });
		await eventually('a new session', async () => ((await stored('twice'))?.leaseUntil ?? 0) > 0);
		await again.stop();
	});

	it('says why a bucket cannot be used, and no secret', async () => {
		const wrong: [NodeJS.ProcessEnv, string][] = [
			[{ S3_SECRET_ACCESS_KEY: 'not-the-secret' }, 'S3_SECRET_ACCESS_KEY is wrong'],
			[{ S3_ACCESS_KEY_ID: 'nobody' }, 'S3_ACCESS_KEY_ID is not known'],
			[{ S3_BUCKET: 'no-such-bucket' }, 'no such bucket'],
			[{ S3_ENDPOINT: 'ftp://x', S3_SECRET_ACCESS_KEY: '' }, 'needs S3_SECRET_ACCESS_KEY'],
		];
		await Promise.all(
			wrong.map(async ([settings, message]) => {
				const node = startIngestAlone({ ...s3Settings(radosgw.config), ...settings });
				expect(await node.ended).toBe(1);
				expect(node.output()).toContain(message);
				expect(node.output()).not.toContain(radosgw.config.secretAccessKey);
				expect(node.output()).not.toContain('not-the-secret');
			}),
		);
		const none = startIngestAlone({});
		expect(await none.ended).toBe(1);
		expect(none.output()).toContain('There is no object store: set S3_ENDPOINT');
	});

	it('comes up by itself when the store comes up later', async () => {
		await radosgw.kill('rgw');
		const node = startIngestAlone(s3Settings(radosgw.config));
		const ready = await node.logged('ingest node ready');
		await expect(publish({ url: `${ready.rtmp}/live/later`, source })).rejects.toThrow();
		await radosgw.restart();
		await node.logged('object storage answers');
		const publisher = await publish({ url: `${ready.rtmp}/live/later`, source, loop: true });
		await keyframe('later');
		await publisher.stop();
		node.kill('SIGTERM');
		await node.ended;
	});
});

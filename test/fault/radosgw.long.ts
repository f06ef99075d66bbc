/** A real S3 service that is killed under a node that publishes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Store, type S3Store } from '../../ingest-node/store/s3.ts';
import { checkS3 } from '../../ingest-node/store/s3-check.ts';
import { createS3Requests, type S3Requests } from '../../ingest-node/store/s3-requests.ts';
import { isLive, parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { lagOf } from '../e2e/support/clock.ts';
import { s3Settings, startIngestAlone } from '../e2e/support/ingest-alone.ts';
import { endPeers } from '../e2e/support/processes.ts';
import { eventually } from '../ingest/support/eventually.ts';
import { clockOfObject } from '../support/clock-of-object.ts';
import { publishClock } from '../support/clock-publisher.ts';
import { isRadosgwMissing, type Radosgw, startRadosgw } from '../support/radosgw.ts';

const key = liveKey(parseStreamName('cam'));

describe.skipIf(isRadosgwMissing())('radosgw under a node', () => {
	let radosgw: Radosgw;
	let requests: S3Requests;
	let store: S3Store;
	beforeAll(async () => {
		radosgw = await startRadosgw();
		requests = createS3Requests(radosgw.config, { timeout: 1500 });
		store = Object.assign(createS3Store(requests), { etagStyle: await checkS3(requests) });
	}, 90_000);
	afterAll(async () => {
		await endPeers();
		await requests?.close();
		await radosgw?.stop();
	});

	/** The newest object: live, and of the time that it tells. */
	const newest = async () => {
		const object = await store.get(key).catch(() => null);
		const info = object === null ? null : parseMetadata(object.metadata);
		if (object === null || info === null || info.codec === 'none') return null;
		expect(Math.abs(lagOf(clockOfObject(object.body) ?? 0, info.capturedAt))).toBeLessThan(3000);
		return info;
	};

	it('that is killed and comes back has fresh keyframes again, of the same publisher', async () => {
		const node = startIngestAlone(s3Settings(radosgw.config));
		const ready = await node.logged('ingest node ready');
		const publisher = await publishClock({ url: `${ready.rtmp}/live/cam` });
		const before = await eventually('an object', newest);
		await radosgw.kill('rgw');
		await eventually('no readiness', async () => (await fetch(`${ready.control}/readyz`)).status === 503, 20_000);
		await radosgw.restart();
		const mendedAt = Date.now();
		const after = await eventually(
			'a later object',
			async () => {
				const info = await newest();
				return info !== null && info.capturedAt > mendedAt && info;
			},
			20_000,
		);
		expect(after.session).toBe(before.session);
		expect(isLive(after, Date.now())).toBe(true);
		await publisher.stop();
		await eventually(
			'the tombstone',
			async () => parseMetadata((await store.head(key))?.metadata ?? {}).leaseUntil === 0,
		);
	}, 90_000);
});

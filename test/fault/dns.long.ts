/** A store whose name is not found any more, and then is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../ingest/support/eventually.ts';
import { publishClock } from '../support/clock-publisher.ts';
import { type Fleet, startFleet } from '../support/fleet.ts';
import { watchPictures } from '../support/picture-watch.ts';
import { startS3Front } from '../support/s3-front.ts';

const recoveryTime = 20_000;

let fleet: Fleet;
beforeAll(async () => {
	fleet = await startFleet();
}, 60_000);
afterAll(() => fleet?.stop());

it('a store is found again when its name is', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'livestill-dns-'));
	const working = join(folder, 'working');
	writeFileSync(working, '');
	const front = await startS3Front(fleet.store);
	try {
		const node = await fleet.add({
			front,
			settings: {
				S3_ENDPOINT: front.config.endpoint.replace('127.0.0.1', 'store.test'),
				NODE_OPTIONS: `--import ${new URL('../support/broken-dns.mjs', import.meta.url)}`,
				WORKING_DNS: working,
			},
		});
		const publisher = await publishClock({ url: `${node.rtmp}/nameless` });
		const watch = watchPictures(fleet.rest, 'nameless');
		await watch.until('a picture', 10_000, ({ status }) => status === 200);
		rmSync(working);
		// Connections that are open would live on.
		await front.cut();
		await front.mend();
		await eventually('readiness', async () => (await fetch(`${node.control}/readyz`)).status === 503, 20_000);
		await eventually('the reason', () => node.process.output().includes('ENOTFOUND'));
		writeFileSync(working, '');
		const mendedAt = Date.now();
		await eventually(
			'a write',
			async () => ((await fleet.stored('nameless'))?.capturedAt ?? 0) > mendedAt,
			recoveryTime,
		);
		await watch.stop();
		expect(watch.looks.filter(({ status }) => status === 200).length).toBeGreaterThan(10);
		expect(watch.untruths).toEqual([]);
		await publisher.stop();
	} finally {
		await front.stop();
		rmSync(folder, { recursive: true, force: true });
	}
});

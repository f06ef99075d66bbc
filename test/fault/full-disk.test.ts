/** A node whose directory has no room: a file system of its own, one megabyte large. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDiskStore } from '../../ingest-node/store/disk.ts';
import { parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { lagOf } from '../e2e/support/clock.ts';
import { startIngestAlone } from '../e2e/support/ingest-alone.ts';
import { endPeers } from '../e2e/support/processes.ts';
import { eventually } from '../ingest/support/eventually.ts';
import { clockOfObject } from '../support/clock-of-object.ts';
import { publishClock } from '../support/clock-publisher.ts';

const canMount = process.getuid?.() === 0 && process.platform === 'linux' && spawnSync('mount', ['-V']).status === 0;
if (!canMount) console.warn('\n!!! A node on a full disk is not tested: that takes root on Linux.\n');

describe.skipIf(!canMount)('a node on a full disk', () => {
	let disk: string;
	beforeEach(() => {
		disk = mkdtempSync(join(tmpdir(), 'livestill-full-'));
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
	});
	afterEach(async () => {
		await endPeers();
		execFileSync('umount', [disk]);
		rmSync(disk, { recursive: true, force: true });
	});

	it('keeps its publisher, says that it is not ready, and writes again when there is room', async () => {
		const node = startIngestAlone({ STORE_DIR: disk });
		const ready = await node.logged('ingest node ready');
		const publisher = await publishClock({ url: `${ready.rtmp}/live/cam`, scale: 3 });
		const store = await createDiskStore(disk);
		const key = liveKey(parseStreamName('cam'));
		const capturedAt = async (): Promise<number> => {
			const object = await store.get(key);
			if (object === null) return 0;
			const info = parseMetadata(object.metadata);
			if (info.codec === 'none') return 0;
			// Whatever is there is whole, and of the time that it tells.
			const shown = clockOfObject(object.body);
			expect(shown).not.toBeNull();
			expect(Math.abs(lagOf(shown ?? 0, info.capturedAt))).toBeLessThan(3000);
			return info.capturedAt;
		};
		await eventually('an object', async () => (await capturedAt()) > 0);
		const filler = join(disk, 'filler');
		spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']);
		await eventually('no readiness', async () => (await fetch(`${ready.control}/readyz`)).status === 503, 20_000);
		await eventually('the reason', () => node.output().includes('the disk is full (ENOSPC)'));
		const last = await capturedAt();
		rmSync(filler);
		const mendedAt = Date.now();
		await eventually('an object again', async () => (await capturedAt()) > mendedAt, 15_000);
		expect(mendedAt).toBeGreaterThan(last);
		await eventually('readiness', async () => (await fetch(`${ready.control}/readyz`)).status === 200);
		await publisher.stop();
	});
});

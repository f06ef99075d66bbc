/** RTMP publishers that come and go leave nothing behind. The longer run: `test/soak/publish-cycles.ts`. */
import { expect, test } from 'vitest';
import { eventually } from '../ingest/support/eventually.ts';
import { startCyclesNode } from '../support/publish-cycles.ts';

const warmUp = 100;
const count = 200;

test.skipIf(process.platform !== 'linux')(
	`${count} publishes leave memory, descriptors and threads as they were`,
	async () => {
		const node = await startCyclesNode();
		try {
			await node.run(warmUp, 1);
			const before = await node.held();
			await node.run(count, 2);
			await eventually(
				'descriptors as before',
				async () => (await node.held()).descriptors <= before.descriptors + 2,
				15_000,
			);
			const after = await node.held();
			expect(after.threads).toBeLessThanOrEqual(before.threads + 1);
			// A stream that is not let go of keeps its keyframe, 10 KB, and much else.
			expect((after.live - before.live) * 1024).toBeLessThan(8 * count);
			expect(after.resident - before.resident).toBeLessThan(30);
		} finally {
			await node.stop();
		}
	},
);

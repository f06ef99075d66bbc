/**
 * A browser publishes over a network that loses packets, and a snapshot is taken every 300 ms.
 * `test/e2e/lossy-network.test.ts` is the bounded version.
 *
 *     node test/soak/lossy-network.ts [SECONDS [SEED]]
 */

import { runLossy } from '../e2e/support/lossy-snapshots.ts';
import { startLossyStack } from '../e2e/support/lossy-stack.ts';

const seconds = Number(process.argv[2] ?? 30);
const seed = Number(process.argv[3] ?? 1);

const node = await startLossyStack(seed);
try {
	for (const loss of [0, 0.05, 0.15])
		for (const codec of ['h264', 'vp8', 'vp9', 'av1']) {
			const run = { name: `${codec}-${loss}`, codec, loss, seconds, count: 1, interval: 300 };
			const { statuses, broken, lags, untruth, counters, errors, dropped } = await runLossy(node, run);
			const sorted = [...lags].sort((a, b) => a - b);
			const figures = {
				...{ codec, loss, pictures: lags.length, broken, lag: sorted[sorted.length >> 1], untruth, dropped, errors },
				...{ fresh: lags.filter((lag) => lag >= 0).length, others: statuses.filter((status) => status !== '200') },
			};
			console.log(JSON.stringify({ ...figures, ...counters }));
		}
} finally {
	await node.stop();
}

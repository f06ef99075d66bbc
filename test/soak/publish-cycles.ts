/**
 * RTMP publishers that come and go by the thousand, and what the ingest node holds afterwards. `test/fault/cycles.test.ts` is the
 * bounded version.
 *
 *     node test/soak/publish-cycles.ts [COUNT [SEED]]
 */
import { startCyclesNode } from '../support/publish-cycles.ts';

const count = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 1);
const steps = 10;
const warmUp = 200;

const node = await startCyclesNode();
const began = performance.now();
const show = async (cycles: number): Promise<void> => {
	const { live, resident, descriptors, threads } = await node.held();
	const seconds = Math.round((performance.now() - began) / 1000);
	console.log(
		`${cycles} cycles, ${seconds} s: live ${live.toFixed(2)} MB, resident ${resident.toFixed(1)} MB, ${descriptors} descriptors, ${threads} threads`,
	);
};
try {
	await node.run(warmUp, seed);
	await show(0);
	for (let step = 1; step <= steps; step += 1) {
		await node.run(Math.round(count / steps), seed + step);
		await show(Math.round((step * count) / steps));
	}
} finally {
	await node.stop();
}

/**
 * Publishers that come and go by the hundred, and what the ingest node holds afterwards. `test/e2e/cycles.test.ts` is the
 * bounded version.
 *
 *     node test/soak/webrtc-cycles.ts [COUNT [SEED]]
 */
import { heldBy, probeSettings } from '../e2e/support/ingest-memory.ts';
import { startTestStack } from '../e2e/support/stack.ts';
import { runCycles, streamsOf } from '../e2e/support/webrtc-cycles.ts';
import { eventually } from '../ingest/support/eventually.ts';
import { endWebRtc } from '../ingest/support/webrtc-peer.ts';

const count = Number(process.argv[2] ?? 400);
const seed = Number(process.argv[3] ?? 1);
const steps = 8;
const warmUp = 40;

const stack = await startTestStack(probeSettings);
const began = performance.now();
const show = async (cycles: number): Promise<void> => {
	await eventually('all streams have ended', async () => (await streamsOf(stack)).length === 0, 20_000);
	const { live, resident, descriptors, threads } = await heldBy(stack);
	const seconds = Math.round((performance.now() - began) / 1000);
	console.log(
		`${cycles} cycles, ${seconds} s: live ${live.toFixed(2)} MB, resident ${resident.toFixed(1)} MB, ${descriptors} descriptors, ${threads} threads`,
	);
};
try {
	await runCycles({ stack, count: warmUp, seed, parallel: 4 });
	await show(0);
	for (let step = 1; step <= steps; step += 1) {
		const [from, to] = [step - 1, step].map((each) => Math.round((each * count) / steps)) as [number, number];
		await runCycles({ stack, count: to - from, seed: seed + step, parallel: 4, from: warmUp + from });
		await show(to);
	}
} finally {
	await stack.stop();
	endWebRtc();
}

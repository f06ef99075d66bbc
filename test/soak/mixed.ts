/**
 * `npm run soak`: publishers of three protocols that come and go, snapshots and previews of them, and a clock whose every picture
 * is read back. Every minute it says what the ingest node holds and what workerd has; at the end how fast that grew.
 *
 *     node test/soak/mixed.ts [MINUTES [SEED]]
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { descendants } from '../e2e/support/descendants.ts';
import { heldBy, probeSettings } from '../e2e/support/ingest-memory.ts';
import { startTestStack } from '../e2e/support/stack.ts';
import { endWebRtc } from '../ingest/support/webrtc-peer.ts';
import { publishClock } from '../support/clock-publisher.ts';
import { startMixedLoad } from '../support/mixed-load.ts';
import { watchPictures } from '../support/picture-watch.ts';

const minutes = Number(process.argv[2] ?? 30);
const seed = Number(process.argv[3] ?? 1);
/** Seconds between two looks; the first third of the time warms up and does not count. */
const interval = Math.min(60, minutes * 6);

interface Point {
	/** Hours. */
	readonly at: number;
	readonly live: number;
	readonly resident: number;
	readonly edge: number;
}

const residentOf = (name: string): number =>
	descendants(process.pid).reduce((sum, pid) => {
		try {
			if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== name) return sum;
			return sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
		} catch {
			return sum;
		}
	}, 0);

/** Least squares: megabytes an hour. */
const slope = (points: readonly Point[], value: (point: Point) => number): number => {
	const mean = (pick: (point: Point) => number): number => points.reduce((sum, p) => sum + pick(p), 0) / points.length;
	const [at, usual] = [mean((p) => p.at), mean(value)];
	const spread = points.reduce((sum, p) => sum + (p.at - at) ** 2, 0);
	return points.reduce((sum, p) => sum + (p.at - at) * (value(p) - usual), 0) / spread;
};

const stack = await startTestStack(probeSettings);
const clock = await publishClock({ url: `${stack.rtmp}/clock` });
const watch = watchPictures(stack.rest, 'clock', { interval: 500 });
const load = startMixedLoad(stack, seed);
const points: Point[] = [];
const began = performance.now();
try {
	while (performance.now() - began < minutes * 60_000) {
		await sleep(interval * 1000);
		const { live, resident, descriptors, threads } = await heldBy(stack);
		const edge = residentOf('workerd');
		const at = (performance.now() - began) / 3_600_000;
		points.push({ at, live, resident, edge });
		console.log(
			`${(60 * at).toFixed(1)} min: live ${live.toFixed(1)} MB, resident ${resident.toFixed(1)} MB, workerd ${edge.toFixed(1)} MB, ${descriptors} descriptors, ${threads} threads`,
		);
	}
} finally {
	await load.stop();
	await watch.stop();
	await clock.stop();
	await stack.stop();
	endWebRtc();
}
const warm = points.filter(({ at }) => at > minutes / 180);
const pictures = watch.looks.filter(({ status }) => status === 200).length;
console.log(
	JSON.stringify({
		...{ minutes, seed, ...Object.fromEntries([...load.counts].sort()) },
		clock: { looks: watch.looks.length, pictures, untruths: watch.untruths.length },
		megabytesAnHour: {
			live: slope(warm, ({ live }) => live),
			resident: slope(warm, ({ resident }) => resident),
			workerd: slope(warm, ({ edge }) => edge),
		},
	}),
);
for (const fault of [...load.faults, ...watch.untruths]) console.error(fault);
process.exitCode = load.faults.length + watch.untruths.length === 0 ? 0 : 1;

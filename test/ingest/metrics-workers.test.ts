/** Metrics of a node of several processes, one of which cannot keep up. */
import { expect, it } from 'vitest';
import { addUpSamples, createMetrics } from '../../ingest-node/metrics.ts';

const lagOf = (text: string, name: string): number =>
	Number(new RegExp(`^nodejs_eventloop_lag_${name}seconds (.*)$`, 'm').exec(text)?.[1]);

it('the lag of the event loop is that of the worst off, and counters are added up', async () => {
	const metrics = createMetrics({ streams: () => [], storeIsUp: () => true, clockOffset: () => 0 });
	const own = (await metrics.samples()) as { name: string; values: { value: number }[] }[];
	/** The same with another lag. */
	const process = (lag: number) =>
		own.map((sample) =>
			/^nodejs_eventloop_lag_|^process_cpu_seconds_total$/.test(sample.name)
				? { ...sample, values: [{ ...sample.values[0], value: lag }] }
				: sample,
		);
	const text = await addUpSamples([process(0.001), process(0.3), process(0.002)]);
	for (const name of ['', 'p50_', 'p90_', 'p99_', 'max_']) expect([name, lagOf(text, name)]).toEqual([name, 0.3]);
	expect(lagOf(text, 'min_')).toBe(0.001);
	expect(lagOf(text, 'mean_')).toBeCloseTo(0.101);
	expect(Number(/^process_cpu_seconds_total (.*)$/m.exec(text)?.[1])).toBeCloseTo(0.303);
});

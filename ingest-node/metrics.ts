/** Metrics of this process in Prometheus' text format. `docs/metrics.md` lists them; they change in the same commit. */
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { LivestillError } from '../src/shared/errors.ts';
import type { Protocol } from '../src/shared/keyframe-object.ts';
import type { KeepOutcome } from './history/keeper.ts';
import type { StreamStatus } from './hub.ts';
import type { StoreFailure } from './store/port.ts';
import type { StoreOperation } from './watched-store.ts';
import type { WebhookEvent } from './webhooks/event.ts';
import type { WebhookOutcome } from './webhooks/receiver.ts';

export interface Metrics {
	readonly contentType: string;
	text(): Promise<string>;
	/** The same, to be added up with those of other processes: {@link addUpSamples}. */
	samples(): Promise<object[]>;
	/** A stream is over; its counters stay in the totals. */
	streamEnded(status: StreamStatus): void;
	publishRefused(protocol: Protocol, error: unknown): void;
	storeCall(operation: StoreOperation, outcome: 'done' | StoreFailure, milliseconds: number): void;
	/** A call of the edge for a fresher keyframe. */
	keyframeCall(status: number, milliseconds: number): void;
	/** A keyframe that was to be kept. */
	keptKeyframe(outcome: KeepOutcome): void;
	/** A part of a sweep of kept keyframes. */
	historySwept(deleted: number, isDone: boolean): void;
	/** What became of a webhook at one receiver. */
	webhook(event: WebhookEvent, outcome: WebhookOutcome): void;
}

export interface MetricsOptions {
	readonly streams: () => readonly StreamStatus[];
	readonly storeIsUp: () => boolean;
	/** Milliseconds by which the store's clock is ahead of this machine's, where that is so much that it is used. */
	readonly clockOffset: () => number;
	/** Webhooks that wait for their receivers. */
	readonly webhooksWaiting?: () => number;
}

/** What is added up over all streams that there were, by protocol. */
const totals = [
	[
		'livestill_received_bytes_total',
		'Bytes that publishers have sent.',
		({ counters }: StreamStatus) => counters.bytes,
	],
	[
		'livestill_received_packets_total',
		'RTP packets that publishers have sent.',
		({ counters }: StreamStatus) => counters.packets,
	],
	[
		'livestill_lost_packets_total',
		'RTP packets that were missing in the end.',
		({ counters }: StreamStatus) => counters.lost,
	],
	['livestill_keyframes_total', 'Keyframes that came in whole.', ({ keyframes }: StreamStatus) => keyframes],
	[
		'livestill_pushes_total',
		'Objects written, heartbeats and announcements included.',
		({ pushes }: StreamStatus) => pushes,
	],
	[
		'livestill_keyframes_superseded_total',
		'Keyframes that were not written because a newer one came first.',
		({ superseded }: StreamStatus) => superseded,
	],
	[
		'livestill_stream_errors_total',
		'Discarded frames and packets, failed writes.',
		({ errors }: StreamStatus) => errors,
	],
] as const;

/** Whose average would hide the one process that cannot keep up, behind the primary that has nothing to do. */
const isLag = (sample: object): boolean =>
	'name' in sample && /^nodejs_eventloop_lag_(p[0-9]+_)?seconds$/.test(String(sample.name));

/** The text of several processes' samples as if they were one process: sums, averages or extremes, as each metric says. */
export const addUpSamples = (samples: readonly (readonly object[])[]): Promise<string> =>
	AggregatorRegistry.aggregate(
		samples.map((ofOne) => ofOne.map((sample) => (isLag(sample) ? { ...sample, aggregator: 'max' } : sample))),
	).metrics();

const perSecond = (milliseconds: number): number => milliseconds / 1000;

/** Sums by protocol of one number of many streams. */
const sums = (statuses: readonly StreamStatus[], pick: (status: StreamStatus) => number | undefined) => {
	const sum = new Map<Protocol, number>();
	for (const status of statuses) {
		const value = pick(status);
		if (value !== undefined) sum.set(status.protocol, (sum.get(status.protocol) ?? 0) + value);
	}
	return sum;
};

export const createMetrics = ({ streams, storeIsUp, clockOffset, webhooksWaiting }: MetricsOptions): Metrics => {
	const registers = [new Registry()];
	const [registry] = registers as [Registry];
	collectDefaultMetrics({ register: registry });

	const ended = totals.map(() => new Map<Protocol, number>());
	totals.forEach(([name, help, pick], index) => {
		new Counter({
			...{ name, help, registers, labelNames: ['protocol'] },
			collect() {
				this.reset();
				for (const sum of [ended[index] ?? new Map<Protocol, number>(), sums(streams(), pick)])
					for (const [protocol, value] of sum) this.inc({ protocol }, value);
			},
		});
	});
	new Gauge({
		...{ name: 'livestill_streams', help: 'Streams that are published here.', registers },
		labelNames: ['protocol', 'codec'],
		collect() {
			this.reset();
			for (const { protocol, codec } of streams()) this.inc({ protocol, codec });
		},
	});
	new Gauge({
		...{
			name: 'livestill_streams_unrenewed',
			help: 'Streams whose lease ran out because the store takes no writes.',
			registers,
		},
		collect() {
			this.set(streams().filter(({ isUnrenewed }) => isUnrenewed).length);
		},
	});
	new Gauge({
		...{ name: 'livestill_store_up', help: 'Whether the object store answers.', registers, aggregator: 'min' },
		collect() {
			this.set(Number(storeIsUp()));
		},
	});
	new Gauge({
		...{
			name: 'livestill_clock_offset_seconds',
			help: "Correction of this machine's clock by the store's.",
			aggregator: 'average',
			registers,
		},
		collect() {
			this.set(perSecond(clockOffset()));
		},
	});
	const refused = new Counter({
		...{ name: 'livestill_publishes_refused_total', help: 'Publishers that were not let in.', registers },
		labelNames: ['protocol', 'code'],
	});
	const storeCalls = new Histogram({
		...{
			name: 'livestill_store_call_seconds',
			help: 'Calls to the object store; put is the latency of a push.',
			registers,
		},
		labelNames: ['operation', 'outcome'],
		buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
	});
	const keyframeCalls = new Histogram({
		...{ name: 'livestill_keyframe_call_seconds', help: 'Calls of the edge for a fresher keyframe.', registers },
		labelNames: ['status'],
		buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1],
	});

	const kept = new Counter({
		...{ name: 'livestill_history_keyframes_total', help: 'Keyframes that were to be kept for a while.', registers },
		labelNames: ['outcome'],
	});
	const deleted = new Counter({
		...{ name: 'livestill_history_deleted_total', help: 'Kept keyframes deleted for their age.', registers },
	});
	const sweeps = new Counter({
		...{ name: 'livestill_history_sweeps_total', help: 'Looks for kept keyframes that are too old.', registers },
		labelNames: ['outcome'],
	});
	new Gauge({
		...{ name: 'livestill_webhooks_waiting', help: 'Webhooks that wait for their receivers.', registers },
		collect() {
			this.set(webhooksWaiting?.() ?? 0);
		},
	});
	const webhooks = new Counter({
		...{ name: 'livestill_webhooks_total', help: 'What became of webhooks, for each receiver.', registers },
		labelNames: ['event', 'outcome'],
	});

	return {
		contentType: registry.contentType,
		text: () => registry.metrics(),
		samples: () => registry.getMetricsAsJSON(),
		streamEnded: (status) => {
			totals.forEach(([, , pick], index) => {
				const value = pick(status);
				const sum = ended[index];
				if (value !== undefined) sum?.set(status.protocol, (sum.get(status.protocol) ?? 0) + value);
			});
		},
		publishRefused: (protocol, error) =>
			refused.inc({ protocol, code: error instanceof LivestillError ? error.code : 'INTERNAL' }),
		storeCall: (operation, outcome, milliseconds) =>
			storeCalls.observe({ operation, outcome }, perSecond(milliseconds)),
		webhook: ({ event }, outcome) => webhooks.inc({ event, outcome }),
		keyframeCall: (status, milliseconds) => keyframeCalls.observe({ status: String(status) }, perSecond(milliseconds)),
		keptKeyframe: (outcome) => kept.inc({ outcome }),
		historySwept: (count, isDone) => {
			deleted.inc(count);
			sweeps.inc({ outcome: isDone ? 'done' : 'failed' });
		},
	};
};

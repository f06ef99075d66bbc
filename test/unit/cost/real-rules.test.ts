/** The cost model against what it models: the keyframe writer and the takers of snapshots and previews, on a clock of the test's. */
import { describe, expect, it } from 'vitest';
import { startPublish } from '../../../bench/cost/publish.ts';
import { createAskedPublisher, createSteadyPublisher, type Publisher } from '../../../bench/cost/publisher.ts';
import { createHistoryKeeper } from '../../../ingest-node/history/keeper.ts';
import { fakeKeyframe } from '../../ingest/support/keyframes.ts';
import { createWriterBench, session } from '../../ingest/support/writer-bench.ts';
import { randomSource } from '../../support/mutate.ts';

interface Case {
	readonly pushInterval: number;
	readonly first: number;
	readonly keyframeInterval: number;
	readonly isAsked: boolean;
	/** When somebody asks for a keyframe. */
	readonly asks: readonly number[];
}

const publisherOf = ({ first, keyframeInterval, pushInterval, isAsked }: Case): Publisher =>
	isAsked ? createAskedPublisher(first, pushInterval) : createSteadyPublisher(first, keyframeInterval);

const duration = 400_000;

/** Writes, and capture times of what they wrote, by the model. */
const modelled = (one: Case): { puts: number; stored: number | null; historyPuts: number } => {
	const publisher = publisherOf(one);
	const publish = startPublish(0, publisher, {
		pushInterval: one.pushInterval,
		history: { interval: 10_000, retention: 60_000 },
	});
	for (const time of one.asks) {
		publish.advance(time);
		publisher.ask(time);
	}
	publish.advance(duration);
	const { puts, stored, historyPuts } = publish;
	return { puts, stored, historyPuts };
};

/** The same by the real writer and the real keeper, given the keyframes of the same publisher. */
const real = async (one: Case): Promise<{ puts: number; stored: number | null; historyPuts: number }> => {
	const { clock, store, start } = createWriterBench();
	const kept = createWriterBench();
	const epoch = clock.now();
	const publisher = publisherOf(one);
	for (const time of one.asks) publisher.ask(time);
	const keeper = createHistoryKeeper({
		policy: { interval: 10_000, retention: 60_000 },
		store: kept.store,
		clock,
		random: () => 0.5,
		onOutcome: () => {},
	});
	const keep = keeper.open(session);
	const writer = start({ pushInterval: one.pushInterval });
	let sequence = 0;
	for (let at = publisher.next(-1); at <= duration; at = publisher.next(at)) {
		await clock.advance(at - clock.monotonic());
		sequence += 1;
		const keyframe = fakeKeyframe(sequence, epoch + at);
		writer.offer(keyframe);
		keep(keyframe);
		await clock.advance(0);
	}
	await clock.advance(duration - clock.monotonic());
	const last = store.puts.at(-1)?.info;
	const stored = last === undefined ? null : last.codec === 'none' ? Number.NEGATIVE_INFINITY : last.capturedAt - epoch;
	return { puts: store.puts.length, stored, historyPuts: kept.store.puts.length };
};

const cases = (count: number): Case[] => {
	const next = randomSource(20_261_122);
	const among = <T>(values: readonly T[]): T => values[next() % values.length] as T;
	return Array.from({ length: count }, () => {
		const asks = Array.from({ length: next() % 8 }, () => next() % duration);
		return {
			pushInterval: among([1100, 2000, 10_000, 60_000, 120_000]),
			// Nothing happens in the same millisecond as something else: which is first then is not for the model to say.
			first: among([1, 121, 499, 501, 1709, 9001]),
			keyframeInterval: among([503, 997, 2003, 10_007, 47_017, 999_983]),
			isAsked: next() % 2 === 0,
			asks: asks.sort((a, b) => a - b),
		};
	});
};

describe('the model of a publish', () => {
	it.each(cases(24))('writes what the node writes: %j', async (one) => {
		// A publisher that cannot be asked has no request on its way.
		const fair = one.isAsked ? one : { ...one, asks: [] };
		expect(modelled(fair)).toEqual(await real(fair));
	});
});

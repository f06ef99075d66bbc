/** Keyframes that are kept, by a clock that the test owns. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createHistoryKeeper, type HistoryKeeper } from '../../ingest-node/history/keeper.ts';
import { createHub } from '../../ingest-node/hub.ts';
import type { Keyframe } from '../../ingest-node/keyframe.ts';
import { silentLog } from '../../ingest-node/log.ts';
import { type PutCondition, StoreError } from '../../ingest-node/store/port.ts';
import { historyKey, historyRoot, parseHistoryKey } from '../../src/shared/history-key.ts';
import { parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { fakeKeyframe, fakeSession, fakeUnit, uuid } from './support/keyframes.ts';
import { createScriptedStore, type ScriptedStore } from './support/scripted-store.ts';

const policy = { interval: 10_000, retention: 3_600_000 };
const session = { ...fakeSession(uuid(1)), history: policy };

let clock: FakeClock;
let store: ScriptedStore;
let outcomes: string[];
let keeper: HistoryKeeper;

beforeEach(() => {
	clock = createFakeClock();
	store = createScriptedStore(clock.monotonic);
	outcomes = [];
	keeper = createHistoryKeeper({
		...{ policy, store, clock, random: () => 0.5 },
		onOutcome: (outcome) => outcomes.push(outcome),
	});
});

const keptTimes = (): number[] =>
	[...store.objects.keys()]
		.map(parseHistoryKey)
		.filter((kept) => kept !== null)
		.map(({ capturedAt }) => capturedAt - 1_000_000_000)
		.sort((a, b) => a - b);

/** A keyframe a so many milliseconds, for so many seconds. */
const publish = async (keep: (keyframe: Keyframe) => void, seconds: number, every = 2000): Promise<void> => {
	for (let passed = 0; passed < seconds * 1000; passed += every) {
		keep(fakeKeyframe(passed / every + 1, clock.now()));
		await clock.advance(every);
	}
};

describe('what is kept', () => {
	it('is the first keyframe of every interval, as it was, under its time', async () => {
		await publish(keeper.open(session), 35);
		expect(keptTimes()).toEqual([0, 10_000, 20_000, 30_000]);
		const { body, metadata } = store.objects.get(historyKey(session.name, 1_000_010_000)) ?? {
			body: null,
			metadata: {},
		};
		expect(body).toEqual(Uint8Array.of(0, 0, 0, 1, 0x65, 6, 0));
		expect(parseMetadata(metadata)).toMatchObject({
			...{ capturedAt: 1_000_010_000, session: session.id, sequence: 6, codec: 'h264' },
			...{ node: '', leaseUntil: 0, history: policy },
		});
		expect(outcomes).toEqual(['kept', 'kept', 'kept', 'kept']);
	});

	it('is all that there is of a publisher with rare keyframes', async () => {
		await publish(keeper.open(session), 60, 15_000);
		expect(keptTimes()).toEqual([0, 15_000, 30_000, 45_000]);
	});

	it('is no more when the stream is published again and again', async () => {
		for (let second = 0; second < 15; second += 1) {
			await publish(keeper.open({ ...session, id: uuid(second) }), 1, 500);
		}
		expect(keptTimes()).toEqual([0, 10_000]);
	});

	it('is never overwritten', async () => {
		await publish(keeper.open(session), 1);
		expect(store.puts.map(({ condition }) => condition)).toEqual<PutCondition[]>(['absent']);
	});
});

describe('a slow store', () => {
	it('gets a few keyframes at a time, the newest of each stream, and what it does not get is counted', async () => {
		const waits: (() => void)[] = [];
		store.latency = () => new Promise((resolve) => waits.push(resolve));
		const streams = Array.from({ length: 10 }, (_, index) =>
			keeper.open({ ...session, id: uuid(index), name: parseStreamName(`cam-${index}`) }),
		);
		await Promise.all(streams.map((keep) => publish(keep, 5)));
		expect(store.mostInFlight).toBe(4);
		await clock.advance(10_000);
		for (const keep of streams) keep(fakeKeyframe(9, clock.now()));
		// Of the six that waited six newer ones came.
		expect(outcomes).toEqual(Array.from({ length: 6 }, () => 'dropped'));
		for (let turn = 0; turn < 20; turn += 1) {
			for (const done of waits.splice(0)) done();
			await clock.advance(1);
		}
		expect(store.mostInFlight).toBe(4);
		expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(14);
		expect([...store.objects.keys()].filter((key) => key.startsWith(historyRoot))).toHaveLength(14);
	});

	it('is left alone for a while after a failure, and nothing is written twice', async () => {
		store.fates = ['throttled', 'unavailable', 'done-but-unanswered'];
		await publish(keeper.open(session), 60);
		expect(outcomes).toEqual(['failed', 'failed', 'failed', 'kept', 'kept', 'kept']);
		expect(keptTimes()).toEqual([20_000, 30_000, 40_000, 50_000]);
		expect(store.puts.map(({ at }) => at)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000]);
	});

	it('has no more in memory than so many bytes', async () => {
		store.latency = () => new Promise(() => {});
		const large = { ...fakeUnit(1), payloads: [new Uint8Array(16 * 1024 * 1024)] };
		for (let index = 0; index < 20; index += 1)
			keeper.open({ ...session, id: uuid(index), name: parseStreamName(`cam-${index}`) })({
				...{ unit: large, capturedAt: clock.now(), sequence: 1, interval: 0 },
			});
		expect(outcomes.filter((outcome) => outcome === 'dropped')).toHaveLength(20 - 4 - 6);
	});

	it('gets nothing more after the end', async () => {
		const keep = keeper.open(session);
		keeper.close();
		await publish(keep, 30);
		expect(store.puts).toEqual([]);
		expect(clock.pendingTimers).toBe(0);
	});
});

describe('the live object', () => {
	it('is written as ever while nothing can be kept', async () => {
		const hanging = {
			...store,
			put: (...args: Parameters<typeof store.put>) =>
				args[0].startsWith(historyRoot)
					? new Promise<string>((_, reject) => {
							clock.after(8000, () => reject(new StoreError('unavailable', 'no answer')));
						})
					: store.put(...args),
		};
		const history = createHistoryKeeper({ policy, store: hanging, clock, random: () => 0, onOutcome: () => {} });
		const name = parseStreamName('abc');
		const hub = createHub({ store: hanging, clock, log: silentLog, node: '', pushInterval: 2000, history });
		const publishing = hub.publish({
			...{ name, protocol: 'rtmp', remote: '', query: '', stop: () => {}, counters: () => ({}) },
		});
		await clock.advance(0);
		const publication = await publishing;
		for (let second = 0; second < 60; second += 1) {
			publication.deliver(fakeUnit(second));
			await clock.advance(1000);
		}
		expect(store.puts.map(({ at }) => at)).toEqual(Array.from({ length: 31 }, (_, index) => index * 2000));
		expect(store.mostInFlight).toBe(1);
		expect(parseMetadata(store.objects.get(liveKey(name))?.metadata ?? {})).toMatchObject({ history: policy });
		void publication.end('over');
		await clock.advance(100);
		expect(parseMetadata(store.objects.get(liveKey(name))?.metadata ?? {})).toMatchObject({
			leaseUntil: 0,
			history: policy,
		});
	});
});

import { beforeEach, describe, expect, it } from 'vitest';
import { createHub, type Hub, type PublishRequest } from '../../ingest-node/hub.ts';
import { silentLog } from '../../ingest-node/log.ts';
import { createMetrics, type Metrics } from '../../ingest-node/metrics.ts';
import { StoreError } from '../../ingest-node/store/port.ts';
import { createWatchedStore, type WatchedStore } from '../../ingest-node/watched-store.ts';
import type { Protocol } from '../../src/shared/keyframe-object.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { fakeUnit } from './support/keyframes.ts';
import { createScriptedStore, type ScriptedStore } from './support/scripted-store.ts';

let clock: FakeClock;
let scripted: ScriptedStore;
let store: WatchedStore;
let hub: Hub;
let metrics: Metrics;

beforeEach(() => {
	clock = createFakeClock();
	scripted = createScriptedStore(clock.monotonic);
	store = createWatchedStore(scripted, clock, (...call) => metrics.storeCall(...call));
	metrics = createMetrics({ streams: () => hub.streams(), storeIsUp: store.isUp, clockOffset: () => -1500 });
	hub = createHub({
		...{ store, clock, log: silentLog, node: '', pushInterval: 2000, random: () => 0.5 },
		onEnded: metrics.streamEnded,
		onRefused: metrics.publishRefused,
	});
});

/** Samples of the text format: `name{labels}` and value. */
const samples = async (): Promise<Record<string, number>> => {
	const lines = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
	return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ''), Number(/\S+$/.exec(line)?.[0])]));
};

const publish = async (name: string, protocol: Protocol, counters: Record<string, number> = {}) => {
	const request: PublishRequest = {
		...{ name: parseStreamName(name), protocol, remote: '', query: '', counters: () => counters },
		stop: () => {},
	};
	const publishing = hub.publish(request);
	publishing.catch(() => {});
	await clock.advance(0);
	return publishing;
};

describe('metrics', () => {
	it('count streams by protocol and codec', async () => {
		(await publish('a', 'rtmp')).deliver(fakeUnit(1));
		await publish('b', 'rtmp');
		(await publish('c', 'webrtc')).deliver({ ...fakeUnit(1), codec: 'vp8' });
		expect(await samples()).toMatchObject({
			'livestill_streams{protocol="rtmp",codec="h264"}': 1,
			'livestill_streams{protocol="rtmp",codec="none"}': 1,
			'livestill_streams{protocol="webrtc",codec="vp8"}': 1,
			livestill_store_up: 1,
			livestill_clock_offset_seconds: -1.5,
		});
	});

	it('add up what was received, also of streams that are over', async () => {
		const counters = { bytes: 1000, packets: 10, lost: 2 };
		const first = await publish('a', 'rtsp', counters);
		first.deliver(fakeUnit(1));
		first.discard('a broken frame');
		await publish('b', 'rtsp', { bytes: 1, packets: 1, lost: 0 });
		const before = await samples();
		expect(before).toMatchObject({
			'livestill_received_bytes_total{protocol="rtsp"}': 1001,
			'livestill_received_packets_total{protocol="rtsp"}': 11,
			'livestill_lost_packets_total{protocol="rtsp"}': 2,
			'livestill_keyframes_total{protocol="rtsp"}': 1,
			'livestill_stream_errors_total{protocol="rtsp"}': 1,
		});
		void first.end('test');
		counters.bytes = 5000;
		await clock.advance(2000);
		const after = await samples();
		expect(after['livestill_received_bytes_total{protocol="rtsp"}']).toBe(1001);
		for (const [name, value] of Object.entries(before))
			if (name.includes('livestill') && name.includes('_total')) expect(after[name]).toBeGreaterThanOrEqual(value);
		expect(after['livestill_streams{protocol="rtsp",codec="h264"}']).toBeUndefined();
	});

	it('tell pushed keyframes from superseded ones', async () => {
		const publication = await publish('a', 'rtmp');
		for (let number = 1; number <= 40; number += 1) {
			publication.deliver(fakeUnit(number));
			await clock.advance(250);
		}
		const { length } = scripted.puts;
		const {
			'livestill_keyframes_total{protocol="rtmp"}': keyframes,
			'livestill_pushes_total{protocol="rtmp"}': pushes,
			'livestill_keyframes_superseded_total{protocol="rtmp"}': superseded = 0,
		} = await samples();
		expect([keyframes, pushes]).toEqual([40, length]);
		// All but those that were written and the one that waits.
		expect(superseded).toBeGreaterThanOrEqual(40 - length - 1);
		expect(superseded).toBeLessThanOrEqual(40 - length);
	});

	it('time the calls to the store, by outcome', async () => {
		scripted.latency = () => new Promise((resolve) => clock.after(300, resolve));
		scripted.fates = ['throttled', 'done'];
		(await publish('a', 'rtmp')).deliver(fakeUnit(1));
		await clock.advance(1500);
		const seen = await samples();
		expect(seen).toMatchObject({
			'livestill_store_call_seconds_count{operation="put",outcome="throttled"}': 1,
			'livestill_store_call_seconds_count{operation="put",outcome="done"}': 1,
			'livestill_store_call_seconds_count{operation="head",outcome="done"}': 1,
			'livestill_store_call_seconds_bucket{le="0.25",operation="put",outcome="done"}': 0,
			'livestill_store_call_seconds_bucket{le="0.5",operation="put",outcome="done"}': 1,
		});
	});

	it('tell of refused publishers, calls for keyframes, and the process', async () => {
		await publish('a', 'rtmp');
		await expect(publish('a', 'webrtc')).rejects.toThrow('in use');
		metrics.keyframeCall(200, 40);
		metrics.keyframeCall(401, 0);
		const seen = await samples();
		expect(seen).toMatchObject({
			'livestill_publishes_refused_total{protocol="webrtc",code="STREAM_NAME_IN_USE"}': 1,
			'livestill_keyframe_call_seconds_count{status="200"}': 1,
			'livestill_keyframe_call_seconds_count{status="401"}': 1,
		});
		expect(seen.process_resident_memory_bytes).toBeGreaterThan(10_000_000);
		expect(seen).toHaveProperty('nodejs_eventloop_lag_p99_seconds');
	});

	it('tell of streams that the store does not renew', async () => {
		(await publish('a', 'rtmp')).deliver(fakeUnit(1));
		await clock.advance(100);
		scripted.fates = Array.from({ length: 1000 }, () => 'unavailable');
		scripted.headFates = Array.from({ length: 1000 }, () => 'unavailable');
		await clock.advance(45_000);
		expect(await samples()).toMatchObject({ livestill_streams_unrenewed: 1, livestill_store_up: 0 });
		scripted.fates = [];
		scripted.headFates = [];
		await clock.advance(6000);
		expect(await samples()).toMatchObject({ livestill_streams_unrenewed: 0, livestill_store_up: 1 });
	});
});

describe('a store that is watched', () => {
	const key = 'live/abc' as Parameters<WatchedStore['head']>[0];
	const fail = async (count: number): Promise<void> => {
		scripted.headFates = Array.from({ length: count }, () => 'unavailable');
		for (let call = 0; call < count; call += 1) await store.head(key).catch(() => {});
	};

	it('is down after three calls without an answer, not after refusals', async () => {
		await fail(2);
		await store.head(key);
		await fail(2);
		expect(store.isUp()).toBe(true);
		scripted.put = () => Promise.reject(new StoreError('throttled', 'scripted'));
		await fail(3);
		expect(store.isUp()).toBe(false);
		const object = { body: Uint8Array.of(1), contentType: '', metadata: {} };
		await store.put(key, object, 'absent').catch(() => {});
		expect(store.isUp()).toBe(true);
	});

	it('is found up again without anybody calling', async () => {
		await fail(3);
		scripted.headFates = ['unavailable', 'unavailable'];
		await clock.advance(5000);
		expect(store.isUp()).toBe(false);
		await clock.advance(2000);
		expect(store.isUp()).toBe(true);
		const { heads } = scripted;
		await clock.advance(60_000);
		expect(scripted.heads).toBe(heads);
		expect(clock.pendingTimers).toBe(0);
	});
});

/** A store that is away for longer than a lease: the publisher stays, and the name is nobody's twice. */
import { beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, infoOf } from '../../ingest-node/keyframe.ts';
import type { KeyframeWriter } from '../../ingest-node/keyframe-writer.ts';
import { leaseSkewMargin } from '../../ingest-node/name-claim.ts';
import { buildMetadata, isLive } from '../../src/shared/keyframe-object.ts';
import type { FakeClock } from './support/fake-clock.ts';
import { fakeKeyframe } from './support/keyframes.ts';
import type { ScriptedStore } from './support/scripted-store.ts';
import { createWriterBench, key, session, stranger, type WriterBench } from './support/writer-bench.ts';

let bench: WriterBench;
let clock: FakeClock;
let store: ScriptedStore;

beforeEach(() => {
	bench = createWriterBench();
	({ clock, store } = bench);
});

const cutOff = (): void => {
	store.fates = Array.from({ length: 10_000 }, () => 'unavailable');
	store.headFates = Array.from({ length: 10_000 }, () => 'unavailable');
};
const connect = (): void => {
	store.fates = [];
	store.headFates = [];
};

let sequence = 0;
/** A publisher with a keyframe a second. */
const pass = async (writer: KeyframeWriter, seconds: number): Promise<void> => {
	for (let second = 0; second < seconds; second += 1) {
		sequence += 1;
		writer.offer(fakeKeyframe(sequence));
		await clock.advance(1000);
	}
};

const publishing = async (): Promise<KeyframeWriter> => {
	sequence = 0;
	const writer = bench.start();
	await pass(writer, 5);
	return writer;
};

describe('a store that is dead for two minutes', () => {
	it('ends no publisher, and has the newest keyframe soon after', async () => {
		const writer = await publishing();
		cutOff();
		await pass(writer, 120);
		expect(bench.lost).toEqual([]);
		expect(bench.fences).toEqual([true]);
		expect(isLive(bench.stored(), clock.now())).toBe(false);
		connect();
		await pass(writer, 6);
		expect(isLive(bench.stored(), clock.now())).toBe(true);
		expect(bench.stored()).toMatchObject({ session: session.id });
		expect(bench.stored().sequence).toBeGreaterThan(122);
		expect(bench.fences).toEqual([true, false]);
		await pass(writer, 60);
		expect(bench.lost).toEqual([]);
		expect(store.mostInFlight).toBe(1);
	});

	it('hears little of us, and no PUT without a look before it', async () => {
		const writer = await publishing();
		const before = store.puts.length;
		const heads = store.heads;
		cutOff();
		await pass(writer, 120);
		const late = store.puts.slice(before).filter(({ at }) => at > 5000 + 30_000);
		expect(late).toEqual([]);
		expect(store.heads - heads).toBeGreaterThan(10);
		expect(store.puts.length - before + store.heads - heads).toBeLessThan(60);
	});

	it('gives the name back when the object has got lost', async () => {
		const writer = await publishing();
		cutOff();
		await pass(writer, 60);
		(store.objects as Map<string, unknown>).delete(key);
		connect();
		await pass(writer, 6);
		expect(bench.lost).toEqual([]);
		expect(bench.stored().session).toBe(session.id);
	});

	it('takes every answer as unknown: a PUT that did happen is found', async () => {
		const writer = await publishing();
		cutOff();
		store.fates[0] = 'done-but-unanswered';
		await pass(writer, 90);
		connect();
		await pass(writer, 6);
		expect(bench.lost).toEqual([]);
		expect(isLive(bench.stored(), clock.now())).toBe(true);
	});
});

describe('when another session had the name meanwhile', () => {
	/** Puts the stranger's object there, with a body of its own or ours. */
	const takeOver = async (leaseUntil: number, body = bodyOf(stranger, fakeKeyframe(999))): Promise<void> => {
		const present = store.objects.get(key);
		const fates = [store.fates, store.headFates];
		connect();
		const metadata = buildMetadata(infoOf(stranger, fakeKeyframe(999), leaseUntil));
		const object = { body, contentType: 'video/h264', metadata };
		await store.put(key, object, present === undefined ? 'absent' : { etag: present.etag });
		store.puts.pop();
		[store.fates = [], store.headFates = []] = fates;
	};

	it('the publisher ends, and the other is not disturbed', async () => {
		const writer = await publishing();
		cutOff();
		await pass(writer, 60);
		await takeOver(clock.now() + 30_000);
		connect();
		await pass(writer, 10);
		expect(bench.lost.map(({ code }) => code)).toEqual(['STREAM_NAME_IN_USE']);
		expect(bench.stored().session).toBe(stranger.id);
		expect(clock.pendingTimers).toBe(0);
	});

	it('is not taken for ourselves when its body, and so its ETag, is ours', async () => {
		const writer = await publishing();
		const ours = store.objects.get(key);
		cutOff();
		await pass(writer, 60);
		await takeOver(clock.now() + 30_000, ours?.body);
		expect(store.objects.get(key)?.etag).toBe(ours?.etag);
		connect();
		await pass(writer, 10);
		expect(bench.lost).toHaveLength(1);
		expect(bench.stored().session).toBe(stranger.id);
	});

	it('and has ended, the name is taken again', async () => {
		const writer = await publishing();
		cutOff();
		await pass(writer, 60);
		await takeOver(0);
		connect();
		await pass(writer, 6);
		expect(bench.lost).toEqual([]);
		expect(bench.stored().session).toBe(session.id);
	});

	it('and has died, its lease and the margin are respected', async () => {
		const writer = await publishing();
		cutOff();
		await pass(writer, 60);
		await takeOver(clock.now() - 1000);
		connect();
		const since = clock.monotonic();
		await pass(writer, 12);
		expect(bench.lost).toEqual([]);
		expect(bench.stored().session).toBe(session.id);
		const first = store.puts.find(({ at, outcome }) => at > since && outcome === 'written');
		expect(first?.at).toBeGreaterThanOrEqual(since - 1000 + leaseSkewMargin);
	});
});

describe('a publisher that ends during the outage', () => {
	const ended = (writer: KeyframeWriter): { done: boolean } => {
		const outcome = { done: false };
		void writer.end().then(() => {
			outcome.done = true;
		});
		return outcome;
	};

	it('leaves a tombstone where a lost answer has left a lease', async () => {
		const writer = await publishing();
		cutOff();
		await pass(writer, 28);
		// The last PUT of a lease happens, though nobody hears of it: the object is live for 30 s from here.
		store.fates[0] = 'done-but-unanswered';
		await pass(writer, 5);
		expect(isLive(bench.stored(), clock.now() + 20_000)).toBe(true);
		const outcome = ended(writer);
		await clock.advance(5000);
		expect(outcome.done).toBe(false);
		connect();
		await clock.advance(5000);
		expect(outcome.done).toBe(true);
		expect(bench.stored().leaseUntil).toBe(0);
	});

	it('waits no longer than any lease may last', async () => {
		const writer = await publishing();
		cutOff();
		await pass(writer, 100);
		const outcome = ended(writer);
		await clock.advance(0);
		expect(outcome.done).toBe(true);
		expect(clock.pendingTimers).toBe(0);
	});

	it('does not end the session of another', async () => {
		const writer = await publishing();
		cutOff();
		await pass(writer, 29);
		const outcome = ended(writer);
		await clock.advance(2000);
		const metadata = buildMetadata(infoOf(stranger, fakeKeyframe(sequence), clock.now() + 30_000));
		const body = store.objects.get(key)?.body ?? Uint8Array.of();
		(store.objects as Map<string, unknown>).set(key, { ...store.objects.get(key), body, metadata });
		connect();
		await clock.advance(10_000);
		expect(outcome.done).toBe(true);
		expect(bench.stored()).toMatchObject({ session: stranger.id });
		expect(bench.stored().leaseUntil).toBeGreaterThan(0);
	});
});

/** How a session keeps its name, loses it and gives it back. */
import { beforeEach, describe, expect, it } from 'vitest';
import { infoOf } from '../../ingest-node/keyframe.ts';
import type { KeyframeWriter } from '../../ingest-node/keyframe-writer.ts';
import { isLive, tombstone } from '../../src/shared/keyframe-object.ts';
import type { FakeClock } from './support/fake-clock.ts';
import { fakeKeyframe } from './support/keyframes.ts';
import type { ScriptedStore } from './support/scripted-store.ts';
import { createWriterBench, key, session, stranger, type WriterBench } from './support/writer-bench.ts';

let clock: FakeClock;
let store: ScriptedStore;
let lost: WriterBench['lost'];
let start: WriterBench['start'];
let stored: WriterBench['stored'];
let times: WriterBench['times'];
let usurp: WriterBench['usurp'];

beforeEach(() => {
	({ clock, store, lost, start, stored, times, usurp } = createWriterBench());
});

describe('the name', () => {
	it('is lost to a newer session, which is not overwritten', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		await usurp();
		writer.offer(fakeKeyframe(2));
		await clock.advance(10_000);
		expect(lost.map(({ code, message }) => [code, message])).toEqual([
			['STREAM_NAME_IN_USE', 'Stream name is already in use'],
		]);
		expect(stored().session).toBe(stranger.id);
		writer.offer(fakeKeyframe(3));
		await writer.end();
		await clock.advance(60_000);
		expect(stored().session).toBe(stranger.id);
		expect(clock.pendingTimers).toBe(0);
	});

	it('is lost even to a session that has ended already', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		await usurp(0);
		writer.offer(fakeKeyframe(2));
		await clock.advance(5000);
		expect(lost).toHaveLength(1);
		expect(stored().session).toBe(stranger.id);
	});

	it('is lost when another node was first', async () => {
		const writer = start();
		await usurp();
		writer.offer(fakeKeyframe(1));
		await clock.advance(1000);
		expect(lost.map(({ code }) => code)).toEqual(['STREAM_NAME_IN_USE']);
		expect(stored().session).toBe(stranger.id);
	});

	it('is taken when who was first has ended in the meantime', async () => {
		const writer = start();
		await usurp(0);
		writer.offer(fakeKeyframe(1));
		await clock.advance(1000);
		expect(lost).toEqual([]);
		expect(stored().session).toBe(session.id);
	});

	it('is kept when a write happened whose answer was lost', async () => {
		store.fates = ['done-but-unanswered'];
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(0);
		writer.offer(fakeKeyframe(2));
		await clock.advance(3000);
		expect(lost).toEqual([]);
		expect(store.puts.map(({ outcome }) => outcome)).toEqual(['unavailable', 'precondition-failed', 'written']);
		expect(stored()).toMatchObject({ session: session.id, sequence: 2 });
	});

	it('is taken again when somebody deleted the object', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(0);
		(store.objects as Map<string, unknown>).delete(key);
		writer.offer(fakeKeyframe(2));
		await clock.advance(3000);
		expect(lost).toEqual([]);
		expect(stored().sequence).toBe(2);
	});

	it('waits with its verdict until the store can say whose object it is', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		await usurp();
		store.headFates = ['unavailable', 'unavailable'];
		writer.offer(fakeKeyframe(2));
		await clock.advance(2000);
		expect(lost).toEqual([]);
		await clock.advance(5000);
		expect(lost).toHaveLength(1);
	});
});

describe('unpublish', () => {
	const endNow = async (writer: KeyframeWriter): Promise<{ readonly done: boolean }> => {
		const outcome = { done: false };
		void writer.end().then(() => {
			outcome.done = true;
		});
		await clock.advance(0);
		return outcome;
	};

	it('leaves a tombstone at once', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(300);
		expect(await endNow(writer)).toEqual({ done: true });
		expect(times()).toEqual([0, 300]);
		expect(stored()).toMatchObject({ codec: 'none', leaseUntil: 0, session: session.id });
		expect(isLive(stored(), 0)).toBe(false);
		expect(store.objects.get(key)?.body).toEqual(tombstone(infoOf(session, null, 0)).body);
		expect(clock.pendingTimers).toBe(0);
	});

	it('writes nothing when nothing was written', async () => {
		const writer = start();
		await clock.advance(100);
		expect(await endNow(writer)).toEqual({ done: true });
		await clock.advance(10_000);
		expect(store.puts).toEqual([]);
	});

	it('waits for the PUT in flight', async () => {
		const writer = start();
		store.latency = () => new Promise((resolve) => clock.after(200, resolve));
		writer.offer(fakeKeyframe(1));
		await clock.advance(50);
		const outcome = await endNow(writer);
		await clock.advance(149);
		expect(times()).toEqual([0]);
		await clock.advance(201);
		expect(times()).toEqual([0, 200]);
		expect(outcome.done).toBe(true);
		expect(store.mostInFlight).toBe(1);
		expect(stored().leaseUntil).toBe(0);
	});

	it('is through within a second when the store allows one write a second', async () => {
		let last = Number.NEGATIVE_INFINITY;
		store.latency = async () => {
			const now = clock.monotonic();
			if (now - last < 1000) store.fates.unshift('throttled');
			else last = now;
		};
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(10);
		const outcome = await endNow(writer);
		await clock.advance(1300);
		expect(outcome.done).toBe(true);
		expect(stored().leaseUntil).toBe(0);
	});

	it('is tried until it succeeds', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		store.fates = Array.from({ length: 6 }, () => 'unavailable');
		const outcome = await endNow(writer);
		await clock.advance(15_000);
		expect(outcome.done).toBe(true);
		expect(stored().leaseUntil).toBe(0);
	});

	it('is given up when the lease has run out anyway', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		store.fates = Array.from({ length: 1000 }, () => 'unavailable');
		const outcome = await endNow(writer);
		await clock.advance(29_000);
		expect(outcome.done).toBe(false);
		await clock.advance(1000);
		expect(outcome.done).toBe(true);
		expect(lost).toEqual([]);
		expect(clock.pendingTimers).toBe(0);
	});

	it('leaves the object of a newer session alone', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		await usurp();
		expect(await endNow(writer)).toEqual({ done: true });
		expect(stored().session).toBe(stranger.id);
		expect(lost).toEqual([]);
	});

	it('knows its own tombstone when the answer was lost', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		store.fates = ['done-but-unanswered'];
		const outcome = await endNow(writer);
		await clock.advance(1000);
		expect(outcome.done).toBe(true);
		expect(store.puts).toHaveLength(3);
	});

	it('ends what a lost answer left behind', async () => {
		store.fates = ['done-but-unanswered'];
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(0);
		const outcome = await endNow(writer);
		await clock.advance(2000);
		expect(outcome.done).toBe(true);
		expect(stored().leaseUntil).toBe(0);
	});

	it('takes no more keyframes', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		await endNow(writer);
		writer.offer(fakeKeyframe(2));
		await clock.advance(10_000);
		expect(store.puts).toHaveLength(2);
	});
});

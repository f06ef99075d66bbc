import { beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, infoOf } from '../../ingest-node/keyframe.ts';
import { createKeyframeWriter, type KeyframeWriter } from '../../ingest-node/keyframe-writer.ts';
import type { PutCondition } from '../../ingest-node/store/port.ts';
import type { LivestillError } from '../../src/shared/errors.ts';
import { buildMetadata, isLive, parseMetadata, tombstone } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { fakeKeyframe, fakeSession, uuid } from './support/keyframes.ts';
import { createScriptedStore, type ScriptedStore } from './support/scripted-store.ts';

const key = liveKey(parseStreamName('abc'));
const session = fakeSession(uuid(1));
const stranger = fakeSession(uuid(2), 'http://node-b:8082');

let clock: FakeClock;
let store: ScriptedStore;
let lost: LivestillError[];
let failures: unknown[];

beforeEach(() => {
	clock = createFakeClock();
	store = createScriptedStore(clock.monotonic);
	lost = [];
	failures = [];
});

const start = (options: { pushInterval?: number; condition?: PutCondition } = {}): KeyframeWriter =>
	createKeyframeWriter(session, {
		store,
		clock,
		random: () => 0.5,
		pushInterval: options.pushInterval ?? 2000,
		condition: options.condition ?? 'absent',
		isOurs: (id) => id === session.id,
		onLost: (reason) => lost.push(reason),
		onFailure: (error) => failures.push(error),
	});

const stored = () => parseMetadata(store.objects.get(key)?.metadata ?? {});
const times = (): number[] => store.puts.map(({ at }) => at);
const sequences = (): number[] => store.puts.map(({ info }) => info.sequence);

/** Puts another session's object under the key, whatever is there. */
const usurp = async (leaseUntil = clock.now() + 30_000): Promise<void> => {
	const info = infoOf(stranger, fakeKeyframe(9), leaseUntil);
	const condition = store.objects.get(key);
	await store.put(
		key,
		{ body: bodyOf(stranger, fakeKeyframe(9)), contentType: 'video/h264', metadata: buildMetadata(info) },
		condition === undefined ? 'absent' : { etag: condition.etag },
	);
	store.puts.pop();
};

describe('publish', () => {
	it('writes the first keyframe at once', async () => {
		const writer = start();
		await clock.advance(120);
		writer.offer(fakeKeyframe(1));
		await clock.advance(0);
		expect(times()).toEqual([120]);
		expect(stored()).toMatchObject({ codec: 'h264', sequence: 1, session: session.id, width: 64, height: 48 });
		expect(stored().leaseUntil).toBe(clock.now() + 30_000);
	});

	it('announces a stream without a keyframe after 500 ms', async () => {
		start();
		await clock.advance(499);
		expect(times()).toEqual([]);
		await clock.advance(1);
		expect(times()).toEqual([500]);
		expect(stored()).toMatchObject({ codec: 'none', sequence: 0, session: session.id });
		expect(new TextDecoder().decode(store.objects.get(key)?.body)).toBe(session.id);
	});

	it('brings the first keyframe after an announcement as soon as the store takes it', async () => {
		const writer = start({ pushInterval: 60_000 });
		await clock.advance(600);
		writer.offer(fakeKeyframe(1));
		await clock.advance(1100);
		expect(times()).toEqual([500, 1600]);
		expect(stored().sequence).toBe(1);
	});

	it('takes the name over with the condition it was given', async () => {
		await usurp(0);
		const etag = store.objects.get(key)?.etag ?? '';
		start({ condition: { etag } }).offer(fakeKeyframe(1));
		await clock.advance(0);
		expect(stored().session).toBe(session.id);
	});
});

describe('push', () => {
	it('writes the newest keyframe once an interval and forgets the others', async () => {
		const writer = start();
		for (let sequence = 1; sequence <= 20; sequence += 1) {
			writer.offer(fakeKeyframe(sequence));
			await clock.advance(500);
		}
		expect(times()).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
		expect(sequences()).toEqual([1, 4, 8, 12, 16, 20]);
		expect(writer.pushes).toBe(6);
	});

	it('writes a late keyframe at once', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(5000);
		writer.offer(fakeKeyframe(2));
		await clock.advance(0);
		expect(times()).toEqual([0, 5000]);
	});

	it('has one PUT in flight, however slow the store', async () => {
		store.latency = () => new Promise((resolve) => clock.after(3500, resolve));
		const writer = start();
		for (let sequence = 1; sequence <= 40; sequence += 1) {
			writer.offer(fakeKeyframe(sequence));
			await clock.advance(500);
		}
		expect(store.mostInFlight).toBe(1);
		expect(times()).toEqual([0, 3500, 7000, 10_500, 14_000, 17_500]);
		// Always the newest there was when the PUT began.
		expect(sequences()).toEqual([1, 7, 14, 21, 28, 35]);
	});

	it('names each write after the one before', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(2000);
		const first = store.objects.get(key)?.etag;
		writer.offer(fakeKeyframe(2));
		await clock.advance(0);
		expect(store.puts.map(({ condition }) => condition)).toEqual(['absent', { etag: first }]);
	});
});

describe('lease', () => {
	it('is renewed by a heartbeat with the same keyframe', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(35_000);
		expect(times()).toEqual([0, 10_000, 20_000, 30_000]);
		expect(sequences()).toEqual([1, 1, 1, 1]);
		expect(isLive(stored(), clock.now())).toBe(true);
		expect(writer.pushes).toBe(4);
	});

	it('is renewed by a heartbeat of the announcement', async () => {
		start();
		await clock.advance(45_000);
		expect(times()).toEqual([500, 10_500, 20_500, 30_500, 40_500]);
		expect(stored()).toMatchObject({ codec: 'none', capturedAt: session.publishedAt });
	});

	it('lasts three push intervals when that is longer than 30 s', async () => {
		start({ pushInterval: 60_000 }).offer(fakeKeyframe(1));
		await clock.advance(0);
		expect(stored().leaseUntil - clock.now()).toBe(180_000);
		await clock.advance(59_999);
		expect(times()).toEqual([0]);
		await clock.advance(1);
		expect(times()).toEqual([0, 60_000]);
	});

	it('fences the writer when it runs out unrenewed', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		store.fates = Array.from({ length: 1000 }, () => 'unavailable');
		for (let second = 0; second < 60; second += 1) {
			writer.offer(fakeKeyframe(second + 2));
			await clock.advance(1000);
		}
		expect(lost.map(({ code }) => code)).toEqual(['STORE_UNAVAILABLE']);
		expect(Math.max(...times())).toBeLessThan(30_000);
		expect(clock.pendingTimers).toBe(0);
	});

	it('fences by the monotonic clock, not by the wall clock', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		clock.shiftWallClock(-3_600_000);
		await clock.advance(9900);
		expect(lost).toEqual([]);
		expect(times()).toEqual([0, 10_000]);
	});

	it('fences even while a PUT hangs', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(0);
		store.latency = () => new Promise(() => {});
		await clock.advance(30_000);
		expect(lost).toHaveLength(1);
	});

	it('gives up when no write ever succeeds', async () => {
		store.fates = Array.from({ length: 1000 }, () => 'throttled');
		start().offer(fakeKeyframe(1));
		await clock.advance(31_000);
		expect(lost.map(({ code }) => code)).toEqual(['STORE_UNAVAILABLE']);
		expect(store.objects.size).toBe(0);
	});
});

describe('back-pressure', () => {
	it('tries the newest keyframe again, later each time', async () => {
		store.fates = ['throttled', 'unavailable', 'throttled'];
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(10);
		writer.offer(fakeKeyframe(2));
		await clock.advance(2000);
		// 200, 400 and 800 ms, three quarters each by the jitter of this test.
		expect(times()).toEqual([0, 150, 450, 1050]);
		expect(sequences()).toEqual([1, 2, 2, 2]);
		expect(failures).toHaveLength(3);
	});

	it('never waits so long that the lease is lost for nothing', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(0);
		store.fates = Array.from({ length: 8 }, () => 'unavailable');
		await clock.advance(29_000);
		expect(lost).toEqual([]);
		expect(store.puts.at(-1)?.outcome).toBe('written');
	});
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

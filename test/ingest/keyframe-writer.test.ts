import { beforeEach, describe, expect, it } from 'vitest';
import { isLive } from '../../src/shared/keyframe-object.ts';
import type { FakeClock } from './support/fake-clock.ts';
import { fakeKeyframe } from './support/keyframes.ts';
import type { ScriptedStore } from './support/scripted-store.ts';
import { createWriterBench, key, session, type WriterBench } from './support/writer-bench.ts';

let clock: FakeClock;
let store: ScriptedStore;
let lost: WriterBench['lost'];
let failures: WriterBench['failures'];
let start: WriterBench['start'];
let stored: WriterBench['stored'];
let times: WriterBench['times'];
let sequences: WriterBench['sequences'];
let usurp: WriterBench['usurp'];

beforeEach(() => {
	({ clock, store, lost, failures, start, stored, times, sequences, usurp } = createWriterBench());
});

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
		await clock.advance(40_000);
		expect(times()).toEqual([0, 12_500, 25_000, 37_500]);
		expect(sequences()).toEqual([1, 1, 1, 1]);
		expect(isLive(stored(), clock.now())).toBe(true);
		expect(writer.pushes).toBe(4);
	});

	it('is renewed by a heartbeat of the announcement', async () => {
		start();
		await clock.advance(45_000);
		expect(times()).toEqual([500, 13_000, 25_500, 38_000]);
		expect(stored()).toMatchObject({ codec: 'none', capturedAt: session.publishedAt });
	});

	it('lasts three push intervals when that is longer than 30 s', async () => {
		start({ pushInterval: 60_000 }).offer(fakeKeyframe(1));
		await clock.advance(0);
		expect(stored().leaseUntil - clock.now()).toBe(180_000);
		await clock.advance(74_999);
		expect(times()).toEqual([0]);
		await clock.advance(1);
		expect(times()).toEqual([0, 75_000]);
	});

	it('does not renew just before the next keyframe, which would have to wait for that', async () => {
		const writer = start({ pushInterval: 60_000 });
		writer.offer(fakeKeyframe(1));
		// A browser's, asked for after a push interval.
		await clock.advance(60_150);
		writer.offer(fakeKeyframe(2));
		await clock.advance(0);
		expect(times()).toEqual([0, 60_150]);
		expect(sequences()).toEqual([1, 2]);
	});

	it('fences by the monotonic clock, not by the wall clock', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		clock.shiftWallClock(-3_600_000);
		await clock.advance(12_400);
		expect(lost).toEqual([]);
		expect(times()).toEqual([0, 12_500]);
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

describe('withdraw', () => {
	it('makes the object say that there is no keyframe, as soon as the store takes it', async () => {
		const writer = start({ pushInterval: 60_000 });
		writer.offer(fakeKeyframe(1));
		await clock.advance(500);
		writer.withdraw();
		await clock.advance(5000);
		expect(times()).toEqual([0, 1100]);
		expect(stored()).toMatchObject({ codec: 'none', sequence: 0, session: session.id });
		expect(isLive(stored(), clock.now())).toBe(true);
	});

	it('is kept alive, and followed by the next keyframe at once', async () => {
		const writer = start({ pushInterval: 2000 });
		writer.offer(fakeKeyframe(1));
		await clock.advance(2000);
		writer.withdraw();
		await clock.advance(24_000);
		expect(sequences()).toEqual([1, 0, 0]);
		writer.offer(fakeKeyframe(2));
		await clock.advance(0);
		expect(sequences()).toEqual([1, 0, 0, 2]);
	});

	it('also takes back what is on its way to the store', async () => {
		store.latency = () => new Promise((resolve) => clock.after(300, resolve));
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		writer.withdraw();
		await clock.advance(3000);
		expect(sequences()).toEqual([1, 0]);
		expect(stored().codec).toBe('none');
	});

	it('is nothing to the store when a new keyframe is there before', async () => {
		const writer = start();
		writer.offer(fakeKeyframe(1));
		await clock.advance(100);
		writer.withdraw();
		writer.offer(fakeKeyframe(2));
		await clock.advance(8000);
		expect(sequences()).toEqual([1, 2]);
	});

	it('of a stream without a keyframe changes nothing', async () => {
		const writer = start();
		await clock.advance(600);
		writer.withdraw();
		await clock.advance(5000);
		expect(times()).toEqual([500]);
	});
});

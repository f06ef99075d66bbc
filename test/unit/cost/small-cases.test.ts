/** The cost model against cases that were worked out by hand, and against what no outcome may violate. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../bench/cost/fleet.ts';
import { billOf, prices } from '../../../bench/cost/prices.ts';
import { type CostSettings, usual } from '../../../bench/cost/settings.ts';
import { simulateStream } from '../../../bench/cost/stream.ts';
import { createTally, month, monthlyUsage, runsOf, shareWithin, type Tally } from '../../../bench/cost/tally.ts';
import type { Trace } from '../../../bench/cost/traffic.ts';

const minute = 60_000;
const run = (trace: Partial<Trace>, settings: Partial<CostSettings>, duration: number): Tally => {
	const tally = createTally();
	const whole: Trace = { protocol: 'rtmp', publishes: [], looks: [], ...trace };
	simulateStream(whole, { ...usual, ...settings }, duration, tally);
	return tally;
};
const post = (time: number, place = 0) => ({ time, place, visit: null });
const look = (time: number, visit: number, place = 0) => ({ time, place, visit });

describe('one RTMP stream, a keyframe a second, ten minutes', () => {
	const publishes = [{ from: 1000, to: 601_000, firstKeyframe: 700 }];

	it('is announced, written once a minute, and ends with a tombstone', () => {
		// 1500: announcement. 2600 (1.1 s later): the keyframe of 1700. Then 62600, ..., 542600: nine. 601000: the tombstone.
		const tally = run({ publishes }, { pushInterval: minute }, 11 * minute);
		expect(tally.puts).toBe(1 + 1 + 9 + 1);
		expect(tally.heads).toBe(1);
		expect(tally.liveTime).toBe(10 * minute);
	});

	it('keeps the first keyframe of each interval', () => {
		// Keyframes of 1700 to 600700; the first of each of the intervals 0 to 60 of ten seconds.
		const tally = run(
			{ publishes },
			{ pushInterval: minute, history: { interval: 10_000, retention: minute } },
			700_000,
		);
		expect(tally.historyPuts).toBe(61);
	});

	it('answers POST with the keyframe of the node, and draws each once a place', () => {
		// 30000: stored 2600's keyframe is old; the node has that of 29700. 30100: the same again. 30200 elsewhere: drawn again. 700000: over.
		const looks = [post(30_000), post(30_100), post(30_200, 1), post(650_000)];
		const tally = run({ publishes, looks }, { pushInterval: minute }, 700_000);
		expect(tally.work).toMatchObject({ postMiss: 2, postHit: 1, notFound: 1 });
		expect(tally).toMatchObject({ posts: 4, gets: 4, calls: 3, oldest: 500 });
		expect(shareWithin(tally, 1000)).toBe(1);
		expect(shareWithin(tally, 400)).toBeCloseTo(2 / 3);
	});

	it('shows the stored keyframe when it may not ask', () => {
		const looks = [post(30_000), post(61_000)];
		const tally = run({ publishes, looks }, { pushInterval: minute, canRefresh: false }, 700_000);
		expect(tally.work).toMatchObject({ postMiss: 1, postHit: 1 });
		expect(tally).toMatchObject({ calls: 0, oldest: 61_000 - 1700 });
		expect(shareWithin(tally, 1000)).toBe(0);
	});

	it('reads the object once for previews of half a second, and draws nothing that the client has', () => {
		// 30000 drawn; 30400 known and seen a moment ago; 30600: read again, known; 70000: a newer keyframe is stored.
		const looks = [look(30_000, 0), look(30_400, 0), look(30_600, 0), look(30_700, 1), look(70_000, 0)];
		const tally = run({ publishes, looks }, { pushInterval: minute }, 700_000);
		expect(tally.work).toMatchObject({ previewMiss: 2, previewKnown: 2, previewHit: 1 });
		expect(tally).toMatchObject({ previews: 5, gets: 3 });
	});

	it('does not run the Worker for what the cache in front has', () => {
		// Fresh for a second, stale for ten more: 30500 fresh; 35000 stale and renewed; 50000 too old.
		const looks = [look(30_000, 0), look(30_500, 1), look(35_000, 2), look(50_000, 3)];
		const tally = run({ publishes, looks }, { pushInterval: minute, hasFrontCache: true }, 700_000);
		expect(tally).toMatchObject({ previews: 4, frontHits: 2, renewals: 1, gets: 3 });
		expect(tally.work).toMatchObject({ previewMiss: 1, previewHit: 2 });
	});
});

describe('one browser', () => {
	const publishes = [{ from: 0, to: Number.POSITIVE_INFINITY, firstKeyframe: 200 }];

	it('is asked for a keyframe by each POST; calls that come together share it', () => {
		// 20000 and 20000: one request. 20100: 350 ms after it. Those of 20000 and 20350 are drawn.
		const looks = [post(20_000), post(20_000), post(20_100)];
		const tally = run({ protocol: 'webrtc', publishes, looks }, { pushInterval: minute }, minute);
		expect(tally.work).toMatchObject({ postMiss: 2, postHit: 1 });
		expect(tally.oldest).toBe(0);
	});

	it('has its object renewed by the keyframe that is asked for, not by a heartbeat before it', () => {
		// 200, then 150 ms after each minute's request; nothing between.
		const tally = run({ protocol: 'webrtc', publishes }, { pushInterval: minute }, 10 * minute);
		expect(tally.puts).toBe(10);
	});
});

describe('the bill', () => {
	it('is that of the price list', () => {
		// One write every two seconds for 30 days: 1,296,000, of which a million are included; 5.83 dollars without that.
		const none = { classB: 0, storedGigabytes: 0, requests: 0, cpu: 0 };
		expect(billOf({ classA: 1_296_000, ...none }).classA).toBeCloseTo(0.296 * 4.5, 9);
		expect(1_296_000 * prices.classA).toBeCloseTo(5.832, 9);
		expect(billOf({ classA: 0, ...none }).total).toBe(5);
	});

	it('makes a month of a while', () => {
		const tally = {
			...createTally(),
			puts: 60,
			gets: 5,
			heads: 1,
			historyPuts: 10,
			posts: 3,
			previews: 4,
			liveTime: 3_600_000,
		};
		const circumstances = { duration: 3_600_000, scale: 2, keyframeBytes: 1e6, retention: 36e6, listsPerMonth: 7 };
		expect(monthlyUsage(tally, circumstances)).toEqual({
			classA: 70 * 2 * 720 + 7,
			classB: 6 * 2 * 720,
			// Two streams, and of each ten kept keyframes an hour for ten hours.
			storedGigabytes: (2 + 200) / 1000,
			requests: 7 * 2 * 720,
			cpu: 0,
		});
		expect(month).toBe(720 * 3_600_000);
	});
});

describe('a fleet', () => {
	const extent = { duration: 30 * minute, sample: 400 };
	const settings: CostSettings = {
		...usual,
		streams: 400,
		postsPerHour: 60,
		visitsPerHour: 10,
		deadShare: 0.3,
		publishLength: 10 * minute,
	};

	it('is the same for the same seed, and another for another', () => {
		const [one, same, other] = [1, 1, 2].map((seed) => simulate(settings, { ...extent, seed }).usage);
		expect(same).toEqual(one);
		expect(other).not.toEqual(one);
	});

	it.each([1, 2, 3])('loses no request and invents no write, seed %i', (seed) => {
		const { tally, bill, usage } = simulate(settings, { ...extent, seed });
		const { work, puts, publishes, liveTime, gets, posts, previews, frontHits, renewals } = tally;
		expect(runsOf(tally)).toBe(posts + previews - frontHits + renewals);
		expect(work.postMiss + work.postHit).toBe(tally.ages.reduce((sum, count) => sum + count, 0));
		expect(work.postMiss + work.postHit + work.notFound).toBeGreaterThanOrEqual(posts);
		// Each POST reads the object; a preview at most once.
		expect(gets).toBeGreaterThanOrEqual(posts);
		expect(gets).toBeLessThanOrEqual(posts + previews);
		expect(liveTime / (400 * extent.duration)).toBeCloseTo(0.7, 1);
		// At least the heartbeats; at most a write an interval, and three a publish more.
		expect(puts).toBeGreaterThanOrEqual(Math.floor(liveTime / (1.25 * usual.pushInterval)) - publishes - 400);
		expect(puts).toBeLessThanOrEqual(liveTime / usual.pushInterval + 3 * publishes + 400);
		const parts = bill.classA + bill.classB + bill.storedGigabytes + bill.requests + bill.cpu;
		expect(bill.total).toBeCloseTo(5 + parts, 6);
		expect(Object.values(usage).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
	});

	it('is what a sample of it is, many times', () => {
		const whole = simulate({ ...settings, streams: 4000, skew: 0 }, { ...extent, sample: 4000, seed: 5 }).usage;
		const sampled = simulate({ ...settings, streams: 4000, skew: 0 }, { ...extent, sample: 400, seed: 5 }).usage;
		expect(sampled.classA / whole.classA).toBeCloseTo(1, 1);
		expect(sampled.requests / whole.requests).toBeCloseTo(1, 1);
	});

	it('keeps its promise: less than $0.20, and no POST older than a second', () => {
		const { bill, streamMonths, tally } = simulate(
			{ ...usual, streams: 100_000 },
			{ seed: 1, duration: 60 * minute, sample: 1000 },
		);
		expect(bill.total / streamMonths).toBeLessThan(0.2);
		expect(shareWithin(tally, 1000)).toBe(1);
	});
});

/** Slots with more kept keyframes than one list gives: what the store is asked for each. */
import { expect, test } from 'vitest';
import { firstOfEach } from '../../src/preview/slots.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import type { KeyframeHistory } from '../../src/store/ports.ts';

const name = parseStreamName('dense');

/** One keyframe a second, for so many seconds. */
const oneASecond = (seconds: number) => {
	const limits: number[] = [];
	const history: KeyframeHistory = {
		list: async (_name, from, limit) => {
			limits.push(limit);
			const first = Math.ceil(from / 1000);
			return Array.from({ length: Math.max(0, Math.min(limit, seconds - first)) }, (_, index) => ({
				capturedAt: (first + index) * 1000,
				size: 1,
			}));
		},
		kept: async () => null,
	};
	return { history, limits };
};

test('one list each, of a few keyframes once it is seen how many there are', async () => {
	const { history, limits } = oneASecond(360_000);
	const slots = { from: 0, interval: 3_600_000, count: 100 };
	const chosen = await firstOfEach(history, name, slots);
	expect(chosen.map((entry) => entry?.capturedAt)).toEqual(Array.from({ length: 100 }, (_, slot) => slot * 3_600_000));
	expect(limits.length).toBeLessThanOrEqual(100);
	expect(limits.reduce((sum, limit) => sum + limit, 0)).toBeLessThan(2000);
});

test('a gap after dense slots is crossed by one list', async () => {
	const { history, limits } = oneASecond(7200);
	const chosen = await firstOfEach(history, name, { from: 0, interval: 3_600_000, count: 50 });
	expect(chosen.filter((entry) => entry !== null)).toHaveLength(2);
	expect(limits.length).toBeLessThanOrEqual(3);
});

test('slots that thin out again are read by long lists again', async () => {
	// 2,000 keyframes in the first hour, then one in ten seconds.
	const dense = Array.from({ length: 2000 }, (_, index) => index * 1800);
	const thin = Array.from({ length: 99 * 360 }, (_, index) => 3_600_000 + index * 10_000);
	const times = [...dense, ...thin];
	let lists = 0;
	const history: KeyframeHistory = {
		list: async (_name, from, limit) => {
			lists += 1;
			const first = times.findIndex((at) => at >= from);
			return first < 0 ? [] : times.slice(first, first + limit).map((capturedAt) => ({ capturedAt, size: 1 }));
		},
		kept: async () => null,
	};
	const chosen = await firstOfEach(history, name, { from: 0, interval: 3_600_000, count: 100 });
	expect(chosen.every((entry, slot) => entry?.capturedAt === slot * 3_600_000)).toBe(true);
	expect(lists).toBeLessThanOrEqual(60);
});

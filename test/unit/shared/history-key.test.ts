import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	endOfHistory,
	historyKey,
	historyPrefix,
	justBefore,
	parseHistoryKey,
} from '../../../src/shared/history-key.ts';
import { limits } from '../../../src/shared/limits.ts';
import { nameOfLiveKey, parseStreamName, type StreamName } from '../../../src/shared/stream-name.ts';

const time = 1_790_000_000_000;

const isName = (text: string): boolean => {
	try {
		return parseStreamName(text) === text;
	} catch {
		return false;
	}
};
const pieces = fc.constantFrom(
	'a',
	'b',
	'/',
	'_',
	'.',
	'-',
	'~',
	' ',
	'0',
	String(time),
	'é',
	'流',
	'🎥',
	'frames',
	'live',
);
const name = fc
	.array(pieces, { minLength: 1, maxLength: 8 })
	.map((parts) => parts.join(''))
	.filter(isName) as fc.Arbitrary<StreamName>;
const moment = fc.integer({ min: 0, max: 9_999_999_999_999 });

describe('keys of kept keyframes', () => {
	test.each([
		['abc', `frames/abc/${time}`],
		['app/cam', `frames/app_Lw_cam/${time}`],
		['a b', `frames/a_IA_b/${time}`],
		['rtsp://cam.local:554/s', `frames/rtsp_Oi8v_cam.local_Og_554_Lw_s/${time}`],
		[`abc/${time}`, `frames/abc_Lw_${time}/${time}`],
	])('of %s', (text, key) => {
		expect(historyKey(parseStreamName(text), time)).toBe(key);
		expect(parseHistoryKey(key)).toEqual({ name: text, capturedAt: time });
	});

	test('are read back, and are nobody else’s', () =>
		fc.assert(
			fc.property(name, name, moment, (one, other, at) => {
				const key = historyKey(one, at);
				expect(key).toMatch(/^[A-Za-z0-9._/-]+$/);
				expect(parseHistoryKey(key)).toEqual({ name: one, capturedAt: at });
				expect(key.startsWith(historyPrefix(other))).toBe(one === other);
				expect(nameOfLiveKey(key)).toBeNull();
			}),
			{ numRuns: 2000 },
		));

	test('are in the order of time, between what sorts before and behind', () =>
		fc.assert(
			fc.property(name, name, moment, moment, (one, other, at, later) => {
				const [key, second] = [historyKey(one, at), historyKey(one, later)];
				expect(key < second).toBe(at < later);
				expect((justBefore(one, at) ?? '') < key).toBe(true);
				expect((justBefore(one, at) ?? '') < historyKey(one, Math.max(0, at - 1))).toBe(at === 0);
				expect(key < endOfHistory(one)).toBe(true);
				// Whoever goes on behind the end of a stream misses nothing of another one.
				if (one !== other) expect(key < historyKey(other, later)).toBe(endOfHistory(one) < historyKey(other, later));
			}),
			{ numRuns: 2000 },
		));

	test('fit the store for the longest names', () => {
		for (const text of ['流'.repeat(200), `${'a/'.repeat(99)}a`, '流a'.repeat(100)])
			expect(historyKey(parseStreamName(text), time).length).toBeLessThan(limits.objectKeyBytes);
	});

	test.each([
		...['', 'live/abc', 'frames/abc', 'frames/abc/', 'frames/abc/12', `frames/abc/${time}0`, `frames/abc/x/${time}`],
		...[`frames//${time}`, `frames/a_b/${time}`, `frames/_YQ_/${time}`, `frames/a_Lw_/${time}`, `frames/../${time}`],
		...[`frames/abc/-790000000000`, `probe/${time}`, `frames/a b/${time}`, `live/frames/abc/${time}`],
	])('%j is none', (key) => expect(parseHistoryKey(key)).toBeNull());

	test.each([-1, 1.5, 1e13, Number.NaN, Number.POSITIVE_INFINITY])('%d is no time of one', (at) =>
		expect(() => historyKey(parseStreamName('abc'), at)).toThrow(RangeError),
	);
});

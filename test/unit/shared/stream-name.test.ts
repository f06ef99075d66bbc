import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LivestillError } from '../../../src/shared/errors.ts';
import { limits } from '../../../src/shared/limits.ts';
import { liveKey, nameOfLiveKey, parseStreamName, rtmpStreamName } from '../../../src/shared/stream-name.ts';

const accepted: readonly (readonly [input: string, name: string, key: string])[] = [
	['abc', 'abc', 'live/abc'],
	['64966f33', '64966f33', 'live/64966f33'],
	['conference/room-1', 'conference/room-1', 'live/conference/room-1'],
	['a b', 'a b', 'live/a_IA_b'],
	['a_b', 'a_b', 'live/a_Xw_b'],
	['...', '...', 'live/...'],
	['камера', 'камера', 'live/_0LrQsNC80LXRgNCw_'],
	['rtsp://cam.local:554/stream1', 'rtsp://cam.local:554/stream1', 'live/rtsp_Og_/__/cam.local_Og_554/stream1'],
	['RTSP://admin:p@ss@Cam.local/a?b=c', 'rtsp://cam.local/a?b=c', 'live/rtsp_Og_/__/cam.local/a_Pw_b_PQ_c'],
	['rtsp://cam//ch1/', 'rtsp://cam//ch1/', 'live/rtsp_Og_/__/cam/__/ch1/__'],
];

const refused: readonly unknown[] = [
	'',
	'/',
	'/abc',
	'abc/',
	'a//b',
	'.',
	'..',
	'a/../b',
	'a/./b',
	'a\nb',
	'a\u0000b',
	'\u007f',
	'\u0085',
	'a\u2028b',
	'\ud800',
	'x'.repeat(limits.streamNameLength + 1),
	'rtsp://',
	'rtsp:///path',
	'rtsp://user:secret@',
	'rtsp://cam/../etc',
	undefined,
	null,
	42,
	['abc'],
	{ toString: () => 'abc' },
];

describe('parseStreamName', () => {
	test.each(accepted)('%j is %j under %s', (input, name, key) => {
		const parsed = parseStreamName(input);
		expect(parsed).toBe(name);
		expect(liveKey(parsed)).toBe(key);
		expect(nameOfLiveKey(key)).toBe(name);
	});

	test.each(refused.map((input) => [input]))('%j is refused', (input) => {
		expect(() => parseStreamName(input)).toThrow(expect.objectContaining({ code: 'INVALID_STREAM_NAME' }));
	});

	test('credentials never survive', () => {
		expect(parseStreamName('rtsp://user:geheim@10.0.0.1/h264')).toBe(parseStreamName('rtsp://10.0.0.1/h264'));
	});

	test('any input is accepted or refused by our error; an accepted one is stable and has one key', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string({ unit: 'binary' }),
					fc.webUrl().map((url) => url.replace(/^\w+/, 'rtsp')),
				),
				(input) => {
					let name: ReturnType<typeof parseStreamName>;
					try {
						name = parseStreamName(input);
					} catch (error) {
						expect(error).toBeInstanceOf(LivestillError);
						return;
					}
					expect(parseStreamName(name)).toBe(name);
					const key = liveKey(name);
					expect(key).toMatch(/^live\/[A-Za-z0-9._/-]+$/);
					expect(key.length).toBeLessThanOrEqual(limits.objectKeyBytes - 'frames/'.length - 14);
					expect(nameOfLiveKey(key)).toBe(name);
				},
			),
			{ numRuns: 1000 },
		);
	});

	test.each(['\u20ac', '\ud83d\ude00', 'a ', ' _'])('the longest name of %j fits into a key', (unit) => {
		const name = parseStreamName(unit.repeat(limits.streamNameLength / unit.length));
		expect(liveKey(name).length).toBeLessThanOrEqual(limits.objectKeyBytes - 'frames/'.length - 14);
		expect(nameOfLiveKey(liveKey(name))).toBe(name);
	});
});

describe('nameOfLiveKey', () => {
	test.each([
		'',
		'live/',
		'frames/abc/1',
		'live/a_b',
		'live/__',
		'live/_!_',
		'live/_gA_', // a lone continuation byte
		'live/_YQ_', // "a" needs no escape: another key than ours for the same name
		'live/a/../b',
		'live/_Lg_', // "." needs none either
	])('%j is not one of our keys', (key) => {
		expect(nameOfLiveKey(key)).toBeNull();
	});
});

describe('rtmpStreamName', () => {
	test('the application live is left out, others stand in front', () => {
		expect(rtmpStreamName('live', 'abc')).toBe('abc');
		expect(rtmpStreamName('', 'abc')).toBe('abc');
		expect(rtmpStreamName('cams', 'door')).toBe('cams/door');
		expect(rtmpStreamName('', 'live')).toBe('live');
		expect(rtmpStreamName('cams', 'live/door')).toBe('cams/live/door');
	});

	test('a URL is one stream wherever a client lets the application end', () => {
		const pairs = [
			['', 'live/cam/1'],
			['live', 'cam/1'],
			['live/cam', '1'],
		] as const;
		expect(pairs.map(([app, name]) => rtmpStreamName(app, name))).toEqual(['cam/1', 'cam/1', 'cam/1']);
	});

	test('a name that is refused is refused behind an application', () => {
		expect(() => rtmpStreamName('..', 'door')).toThrow(LivestillError);
	});
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codecs } from '../../../src/shared/codec.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import {
	buildMetadata,
	isLive,
	type KeyframeInfo,
	noKeyframeBody,
	objectContentType,
	parseMetadata,
	protocols,
	tombstone,
} from '../../../src/shared/keyframe-object.ts';
import { limits } from '../../../src/shared/limits.ts';

const example: KeyframeInfo = {
	codec: 'h264',
	width: 1280,
	height: 720,
	rotation: 0,
	capturedAt: 1_790_000_000_000,
	publishedAt: 1_789_999_990_000,
	session: '0b0e7a4e-1f1d-4d46-9f36-0f7a4f6f2f60',
	sequence: 7,
	protocol: 'rtmp',
	node: 'http://10.0.0.5:8082',
	leaseUntil: 1_790_000_030_000,
	keyframeInterval: 2000,
};

const anyInfo: fc.Arbitrary<KeyframeInfo> = fc
	.record({
		codec: fc.constantFrom(...codecs, 'none' as const),
		width: fc.nat(limits.side),
		height: fc.nat(limits.side),
		rotation: fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const),
		capturedAt: fc.maxSafeNat(),
		publishedAt: fc.maxSafeNat(),
		session: fc.uuid(),
		sequence: fc.maxSafeNat(),
		protocol: fc.constantFrom(...protocols),
		node: fc.constantFrom('', 'http://127.0.0.1:8082', 'https://node-7.example/ctl'),
		leaseUntil: fc.maxSafeNat(),
		keyframeInterval: fc.maxSafeNat(),
	})
	.map((info) => (info.codec === 'none' ? { ...info, sequence: 0 } : info))
	.chain((info) =>
		fc.constantFrom(
			info,
			{ ...info, history: { interval: 10_000, retention: 3_600_000 } },
			{
				...{ ...info, history: { interval: 1, retention: 0 } },
			},
		),
	);

const invalid = expect.objectContaining({ code: 'OBJECT_INVALID' });

describe('metadata', () => {
	test('is what docs/keyframe-object.md shows', () => {
		expect(buildMetadata(example)).toEqual({
			format: '1',
			codec: 'h264',
			width: '1280',
			height: '720',
			rotation: '0',
			'captured-at': '1790000000000',
			'published-at': '1789999990000',
			session: '0b0e7a4e-1f1d-4d46-9f36-0f7a4f6f2f60',
			sequence: '7',
			protocol: 'rtmp',
			node: 'http://10.0.0.5:8082',
			'lease-until': '1790000030000',
			'keyframe-interval-ms': '2000',
		});
	});

	test('comes back as it went in', () => {
		fc.assert(
			fc.property(anyInfo, (info) => {
				expect(parseMetadata(buildMetadata(info))).toEqual(info);
			}),
		);
	});

	test.each([
		['no format', { format: undefined }],
		['an unknown format', { format: '2' }],
		['an unknown codec', { codec: 'theora' }],
		['a negative number', { width: '-1' }],
		['a fraction', { height: '1.5' }],
		['a number with zeros in front', { sequence: '007' }],
		['a number in another notation', { sequence: '1e3' }],
		['a number beyond 2^53', { 'captured-at': '9007199254740993' }],
		['a side beyond the limit', { width: String(limits.side + 1) }],
		['a rotation of 45°', { rotation: '45' }],
		['a session that is no UUID', { session: '../../etc' }],
		['a node with a line break', { node: 'http://a\nX: y' }],
		['codec none with a keyframe counter', { codec: 'none' }],
		['metadata beyond the limit', { extra: 'x'.repeat(limits.metadataBytes) }],
	])('%s is refused', (_, change) => {
		const metadata = Object.fromEntries(
			Object.entries({ ...buildMetadata(example), ...change }).filter(([, value]) => value !== undefined),
		) as Record<string, string>;
		expect(() => parseMetadata(metadata)).toThrow(invalid);
	});

	test('what is said of kept keyframes is whole or it is nothing', () => {
		const metadata = buildMetadata({ ...example, history: { interval: 10_000, retention: 3_600_000 } });
		expect(metadata).toMatchObject({ 'history-interval-ms': '10000', 'history-retention-ms': '3600000' });
		expect(parseMetadata(buildMetadata(example)).history).toBeUndefined();
		const { 'history-retention-ms': _, ...half } = metadata;
		for (const broken of [
			half,
			{ ...metadata, 'history-interval-ms': '0' },
			{ ...metadata, 'history-interval-ms': '1s' },
		])
			expect(() => parseMetadata(broken)).toThrow(invalid);
	});

	test('unknown keys are left alone: a later writer of this format may add some', () => {
		expect(parseMetadata({ ...buildMetadata(example), 'frame-number': '12' })).toEqual(example);
	});

	test('what could not be read back is not written', () => {
		expect(() => buildMetadata({ ...example, width: Number.NaN })).toThrow(invalid);
		expect(() => buildMetadata({ ...example, session: 'x' })).toThrow(invalid);
		expect(() => buildMetadata({ ...example, leaseUntil: -1 })).toThrow(invalid);
	});

	test('any strings are read or refused by our error', () => {
		const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('1', 'h264', '0', 'rtmp', '__proto__'));
		const metadata = fc.dictionary(fc.constantFrom(...Object.keys(buildMetadata(example)), '__proto__'), value);
		fc.assert(
			fc.property(metadata, (changes) => {
				try {
					parseMetadata({ ...buildMetadata(example), ...changes });
				} catch (error) {
					expect(error).toBeInstanceOf(LivestillError);
				}
			}),
		);
	});
});

describe('bodies without a keyframe', () => {
	test('differ between sessions and between life and death', () => {
		const other = { ...example, session: '11111111-1111-4111-8111-111111111111' };
		const bodies = [noKeyframeBody(example.session), noKeyframeBody(other.session), tombstone(example).body];
		expect(new Set(bodies.map((body) => body.toString())).size).toBe(3);
	});

	test('a tombstone is a valid object and not live', () => {
		const { info } = tombstone(example);
		expect(parseMetadata(buildMetadata(info))).toEqual(info);
		expect(isLive(info, 0)).toBe(false);
		expect(info.session).toBe(example.session);
	});

	test('a lease ends at its last millisecond', () => {
		expect(isLive(example, example.leaseUntil - 1)).toBe(true);
		expect(isLive(example, example.leaseUntil)).toBe(false);
	});

	test('content types', () => {
		expect(objectContentType('none')).toBe('text/plain');
		expect(objectContentType('h264')).toBe('video/h264');
		expect(objectContentType('jpeg')).toBe('image/jpeg');
	});
});

/** What real publishers sent, replayed: the session must do with it what it did live. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccessUnit, elementaryStream } from '../../ingest-node/unit.ts';
import { nalUnitType } from '../../src/shared/h264/nal.ts';
import { hevcNalTypeOf } from '../../src/shared/hevc/nal.ts';
import { captures, fixture } from './support/fixtures.ts';
import { type Replay, replayInPortions } from './support/replay.ts';

const typesOf = (unit: AccessUnit): number[] =>
	unit.payloads.map((nal) => (unit.codec === 'hevc' ? hevcNalTypeOf(nal) : nalUnitType(nal)));

const digest = ({ targets, units, discards, kinds, sent }: Replay) => ({
	targets,
	discards,
	kinds,
	units: units.map((unit) => ({
		...unit,
		payloads: unit.payloads.map((payload) => Buffer.from(payload).toString('hex')),
	})),
	sent: Buffer.concat(sent).toString('hex'),
});

describe.each(captures)('$file', ({ file, name, query, codec }) => {
	const bytes = fixture(file);
	const whole = replayInPortions(bytes, [bytes.length]);

	it('publishes under its name, the query apart', () => {
		expect(whole.targets).toEqual([{ name, query }]);
	});

	it('gives its three keyframes, complete', () => {
		expect(whole.discards).toEqual([]);
		expect(whole.units.map(({ width, height, keyframe }) => ({ width, height, keyframe }))).toEqual(
			Array.from({ length: 3 }, () => ({ width: 98, height: 66, keyframe: true })),
		);
		for (const unit of whole.units) {
			expect(unit.codec).toBe(codec);
			expect(unit.payloads.every((payload) => payload.length > 0)).toBe(true);
			if (codec === 'h264') expect(typesOf(unit).slice(0, 2)).toEqual([7, 8]);
			if (codec === 'hevc') expect(typesOf(unit).slice(0, 3)).toEqual([32, 33, 34]);
			if (codec === 'av1') expect([...elementaryStream(unit).subarray(0, 3)]).toEqual([0x12, 0, 0x0a]);
		}
	});

	it('keeps the time between keyframes', () => {
		const [first = 0, second = 0, third = 0] = whole.units.map(({ timestamp }) => timestamp);
		expect(second - first).toBeGreaterThanOrEqual(990);
		expect(second - first).toBeLessThanOrEqual(1010);
		expect(third - second).toBeGreaterThanOrEqual(990);
		expect(third - second).toBeLessThanOrEqual(1010);
	});

	it('counts video without copying what is no keyframe', () => {
		expect(whole.session.counters.bytes).toBe(bytes.length);
		expect(whole.session.counters.videoMessages).toBeGreaterThanOrEqual(30);
		if (file.includes('aac')) expect(whole.session.counters.audioMessages).toBeGreaterThan(20);
	});

	it('does the same however TCP cuts the bytes', () => {
		// Acknowledgements depend on when they are asked for, but a capture is smaller than the window.
		const expected = digest(whole);
		expect(digest(replayInPortions(bytes, [1]))).toEqual(expected);
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 20 }), (lengths) => {
				expect(digest(replayInPortions(bytes, lengths))).toEqual(expected);
			}),
			{ numRuns: 25 },
		);
	});
});

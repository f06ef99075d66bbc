/** Captures of real publishers with bytes changed: nothing but our error escapes, and TCP's cuts change nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementaryStream } from '../../ingest-node/unit.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { captures, fixture } from './support/fixtures.ts';
import { createReplay } from './support/replay.ts';

/** What a session makes of the bytes, up to the error that ends it. */
const outcome = (bytes: Uint8Array, portion: number): unknown => {
	const replay = createReplay();
	let error = '';
	try {
		for (let at = 0; at < bytes.length; at += portion) replay.feed(bytes.subarray(at, at + portion));
	} catch (caught) {
		expect(caught).toBeInstanceOf(LivestillError);
		error = caught instanceof LivestillError ? caught.message : 'unexpected';
	}
	for (const unit of replay.units) {
		expect(unit.keyframe).toBe(true);
		expect(elementaryStream(unit).length).toBeGreaterThan(0);
	}
	return {
		error,
		kinds: replay.kinds,
		discards: replay.discards,
		units: replay.units.map((unit) => Buffer.from(elementaryStream(unit)).toString('base64')),
	};
};

describe.each(captures)('$file', ({ file }) => {
	const original = fixture(file);
	// The handshake takes any bytes but its first: what follows is more worth while.
	const start = 3073;

	it('with bytes changed', () => {
		const change = fc.tuple(fc.nat(original.length - start - 1), fc.nat(255));
		fc.assert(
			fc.property(
				fc.array(change, { minLength: 1, maxLength: 6 }),
				fc.integer({ min: 1, max: 3000 }),
				(changes, portion) => {
					const bytes = original.slice();
					for (const [at, value] of changes) bytes[start + at] = value;
					expect(outcome(bytes, portion)).toEqual(outcome(bytes, bytes.length));
				},
			),
			{ numRuns: 60 },
		);
	});

	it('with a part taken out or doubled', () => {
		const part = fc.tuple(fc.nat(original.length - start), fc.nat(300), fc.boolean());
		fc.assert(
			fc.property(part, fc.integer({ min: 1, max: 3000 }), ([at, length, isDoubled], portion) => {
				const from = start + at;
				const to = Math.min(original.length, from + length);
				const bytes = Buffer.concat([
					original.subarray(0, isDoubled ? to : from),
					original.subarray(isDoubled ? from : to),
				]);
				expect(outcome(bytes, portion)).toEqual(outcome(bytes, bytes.length));
			}),
			{ numRuns: 40 },
		);
	});
});

/** The bounded run of the decoder's fuzzing; `npm run fuzz` goes on for longer. */
import { expect, test } from 'vitest';
import { fuzzH264 } from './h264-fuzz.ts';

test('2,000 damaged keyframes: no trap, no hang, only our errors, and the next clean picture is exact', () => {
	const report = fuzzH264(2000, 1);
	expect(report.traps).toBe(0);
	expect(report.decoded + report.refused).toBe(2000);
	// Damage that is never noticed, or always, would mean that the test tests nothing.
	expect(report.refused).toBeGreaterThan(1000);
	expect(report.decoded).toBeGreaterThan(20);
}, 60_000);

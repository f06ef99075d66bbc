/** The bounded run of the decoder's fuzzing; `npm run fuzz` goes on for longer. */
import { expect, test } from 'vitest';
import { createFuzzer, emptyReport } from './keyframe-fuzz.ts';

const cases = 2000;

test('2,000 damaged keyframes: no trap, no hang, only our errors, and the next clean picture is exact', () => {
	const complaints: string[] = [];
	const report = emptyReport();
	const { run } = createFuzzer('h264', 1, (message) => complaints.push(message));
	for (let number = 0; number < cases; number++) run(number, report);
	expect(complaints).toEqual([]);
	expect(report).toMatchObject({ traps: 0, tooSlow: 0, spoilt: 0 });
	expect(report.decoded + report.refused).toBe(cases);
	// Damage that is never noticed, or always, would mean that the test tests nothing.
	expect(report.refused).toBeGreaterThan(cases / 2);
	expect(report.decoded).toBeGreaterThan(cases / 100);
}, 60_000);

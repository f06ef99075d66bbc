/**
 * `npm run fuzz -- [COUNT] [SEED] [--from N] [--codec h264|hevc]`: a million damaged keyframes by default. Cases do not depend on each other: a run
 * that was stopped goes on where its last line says. Exit code 1 when an invariant broke.
 */
import { parseArgs } from 'node:util';
import { createFuzzer, emptyReport, isClean } from './keyframe-fuzz.ts';

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: { from: { type: 'string', default: '0' }, codec: { type: 'string', default: 'h264' } },
});
const [count = 1_000_000, seed = Date.now() % 1_000_000] = positionals.map(Number);
const from = Number(values.from);
const { codec } = values;
if ((codec !== 'h264' && codec !== 'hevc') || ![count, seed, from].every(Number.isSafeInteger))
	throw new Error('usage: npm run fuzz -- [COUNT] [SEED] [--from N] [--codec h264|hevc]');

const checkpoint = 10_000;
console.log(`${count} damaged keyframes of ${codec}, seed ${seed}, from case ${from}`);
const report = emptyReport();
const { run } = createFuzzer(codec, seed, (message, cause) => console.error(message, cause ?? ''));
for (let number = from; number < count; number++) {
	run(number, report);
	const next = number + 1;
	if (next % checkpoint === 0 || next === count) console.log(`--from ${next}`, JSON.stringify(report));
}
console.log(isClean(report) ? 'clean' : 'NOT CLEAN');
process.exitCode = isClean(report) ? 0 : 1;

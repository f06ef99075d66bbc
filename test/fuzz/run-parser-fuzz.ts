/**
 * `node test/fuzz/run-parser-fuzz.ts [COUNT] [SEED] [TARGET]`: so many damaged inputs for each parser, or for one. What is found is written into
 * its corpus, where every test run tries it again. Exit code 1 when something was found.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { FuzzFinding, fuzzParser } from './parser-fuzz.ts';
import { parserTargets } from './parser-targets.ts';

const [count = '100000', seed = String(Date.now() % 1_000_000), only] = process.argv.slice(2);
console.log(`${count} inputs each, seed ${seed}`);
for (const target of parserTargets.filter(({ name }) => only === undefined || name === only)) {
	try {
		const { taken, slowest } = await fuzzParser(target, Number(count), Number(seed));
		console.log(`${target.name}: ${taken} taken, the slowest ${slowest.toFixed(1)} ms`);
	} catch (error) {
		if (!(error instanceof FuzzFinding)) throw error;
		const name = createHash('sha256').update(error.input).digest('hex').slice(0, 12);
		console.error(error.message);
		try {
			writeFileSync(new URL(`./corpus/${target.name}/found-${name}`, import.meta.url), error.input);
		} catch {
			console.error('this target has no corpus of its own: the input is above');
		}
		process.exitCode = 1;
	}
}

import { describe, expect, it } from 'vitest';
import { fuzzParser } from './parser-fuzz.ts';
import { parserTargets } from './parser-targets.ts';

describe('parsers', () => {
	it.each(parserTargets.map((target) => [target.name, target] as const))('%s', async (_name, target) => {
		const { taken } = await fuzzParser(target, 400, 20261122);
		// A fuzzer all of whose inputs are refused at the door tests the door.
		expect(taken).toBeGreaterThan(0);
	});
});

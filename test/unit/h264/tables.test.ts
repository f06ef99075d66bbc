/** The code tables of the core are complete and prefix-free: read from its sources, which hold nothing but numbers. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const table = (file: string, name: string): number[] => {
	const text = readFileSync(new URL(`../../../src/decoder/${file}.ts`, import.meta.url), 'utf8');
	const body = new RegExp(`const ${name}: usize = memory\\.data<\\w+>\\(\\[([^\\]]*)\\]`).exec(text)?.[1];
	if (body === undefined) throw new Error(`${file} has no table ${name}`);
	return (body.match(/-?\d+/g) ?? []).map(Number);
};

/** Code lengths by value, from a table indexed by the next `bits` bits. Checks that each code owns exactly its indices. */
const codesOf = (entries: readonly number[], bits: number, shift: number): Map<number, number> => {
	const codes = new Map<number, number>();
	const owned = new Map<number, number>();
	for (const entry of entries.filter((value) => value !== 0)) {
		const value = entry & ((1 << shift) - 1);
		codes.set(value, entry >> shift);
		owned.set(value, (owned.get(value) ?? 0) + 1);
	}
	for (const [value, size] of codes) expect(owned.get(value), `value ${value}`).toBe(2 ** (bits - size));
	return codes;
};

describe('CAVLC', () => {
	const coeffToken = table('h264/core/cavlc-tables', 'coeffToken');

	test.each([
		['0 <= nC < 2', 0, 16, 62],
		['2 <= nC < 4', 1, 14, 62],
		['4 <= nC < 8', 2, 10, 62],
		['nC = -1', 3, 8, 14],
	])('coeff_token, %s: every pair has one code, and the codes fit together', (_, index, longest, pairs) => {
		const rows = coeffToken.slice(index * 128, index * 128 + 128);
		const lengths = new Map<number, number>();
		// Look every pattern of the longest code's length up, as the parser does.
		let known = 0;
		for (let pattern = 0; pattern < 2 ** longest; pattern++) {
			const zeros = Math.min(15, Math.clz32(pattern) - (32 - longest));
			const behind = zeros + 4 <= longest ? pattern >> (longest - zeros - 4) : pattern << (4 - longest + zeros);
			const entry = rows[zeros * 8 + (behind & 7)] ?? 0;
			if (entry === 0) continue;
			known++;
			lengths.set(entry & 255, entry >> 8);
		}
		expect(lengths.size).toBe(pairs);
		const kraft = [...lengths.values()].reduce((sum, size) => sum + 2 ** (longest - size), 0);
		expect(known).toBe(kraft);
		for (const pair of lengths.keys()) expect(pair & 3).toBeLessThanOrEqual(Math.min(3, pair >> 2));
	});

	test('coeff_token, nC >= 8: 62 codes of 6 bits', () => {
		const entries = table('h264/core/cavlc-tables', 'coeffTokenFixed').filter((entry) => entry !== 0);
		expect(new Set(entries.map((entry) => entry & 255)).size).toBe(62);
		expect(entries.every((entry) => entry >> 8 === 6)).toBe(true);
	});

	test('total_zeros: 17 - TotalCoeff codes each', () => {
		const entries = table('h264/core/cavlc-tables', 'totalZeros');
		for (let total = 1; total <= 15; total++)
			expect(codesOf(entries.slice((total - 1) * 512, total * 512), 9, 4).size).toBe(17 - total);
	});

	test('total_zeros of chroma DC: 5 - TotalCoeff codes each', () => {
		const entries = table('h264/core/cavlc-tables', 'totalZerosChromaDc');
		for (let total = 1; total <= 3; total++)
			expect(codesOf(entries.slice((total - 1) * 8, total * 8), 3, 4).size).toBe(5 - total);
	});

	test('run_before: zerosLeft + 1 codes each, 7 short ones above 6', () => {
		const entries = table('h264/core/cavlc-tables', 'runBefore');
		for (let left = 1; left <= 7; left++)
			expect(codesOf(entries.slice((left - 1) * 8, left * 8), 3, 4).size).toBe(left === 7 ? 7 : left + 1);
	});

	test('coded_block_pattern is a permutation', () => {
		const sorted = table('h264/core/cavlc-tables', 'intraCbp').toSorted((a, b) => a - b);
		expect(sorted).toEqual(Array.from({ length: 48 }, (_, i) => i));
	});
});

describe('scans', () => {
	test.each([
		['zigzag4x4', 16],
		['zigzag8x8', 64],
		['interleaved8x8', 64],
	])('%s visits every element once', (name, size) => {
		const sorted = table('h264/core/scan-tables', name).toSorted((a, b) => a - b);
		expect(sorted).toEqual(Array.from({ length: size }, (_, i) => i));
	});
});

describe('CABAC', () => {
	test('rangeTabLPS falls with the state and rises with the range', () => {
		const lps = table('cabac/core/tables', 'rangeLps');
		expect(lps).toHaveLength(512);
		const at = (quarter: number, state: number): number => lps[state * 8 + quarter] ?? 0;
		for (let state = 0; state < 63; state++)
			for (let quarter = 0; quarter < 4; quarter++) {
				if (state < 62) expect(at(quarter, state)).toBeGreaterThanOrEqual(at(quarter, state + 1));
				if (quarter < 3) expect(at(quarter, state)).toBeLessThan(at(quarter + 1, state));
			}
	});

	test('every context of I slices has an initial value', () => {
		const init = table('h264/core/cabac-tables', 'contextInit');
		expect(init).toHaveLength(920);
		for (let context = 60; context < 460; context++)
			if (context !== 276) expect([init[context * 2], init[context * 2 + 1]]).not.toEqual([0, 0]);
	});
});

/** Every SIMD kernel of the core gives what its scalar twin gives, on random and on extreme input. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { randomSource } from '../../support/mutate.ts';

type Kernel = (...args: number[]) => void;

const file = new URL('../../../src/decoder/h264/core/h264-twins.wasm', import.meta.url);
const twins = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {}).exports as unknown as Record<
	string,
	Kernel
> & {
	readonly memory: { readonly buffer: ArrayBuffer };
	readonly error: { readonly value: number };
	scratch(): number;
	scratchSize(): number;
};

const base = twins.scratch();
const bytes = new Uint8Array(twins.memory.buffer, base, twins.scratchSize());
const stride = 64;
// Places in the scratch memory: samples with room on every side, coefficients, thresholds.
const samples = 8 * stride + 16;
const second = samples + 32;
const coefficients = 4096;
const thresholds = 6144;

const rounds = 400;
const random = randomSource(7);
const booleans = [0, 1] as const;

/** Anything, or samples near each other, or black and white. */
const fillSamples = (round: number): void => {
	const kind = round % 3;
	for (let at = 0; at < coefficients; at++) {
		const value = random() & 255;
		bytes[at] = kind === 0 ? value : kind === 1 ? 100 + (value & 15) : value & 1 ? 255 : 0;
	}
};

/** What the scratch memory holds after `kernel`, and the core's error; the memory is as before afterwards. */
const outcome = (kernel: Kernel, args: readonly number[]) => {
	const before = bytes.slice();
	twins.clearError?.();
	kernel(...args);
	const after = { bytes: bytes.slice(), error: twins.error.value };
	bytes.set(before);
	return after;
};

const kernelNamed = (name: string): Kernel => {
	const kernel = twins[name];
	if (kernel === undefined) throw new Error(`the core has no ${name}`);
	return kernel;
};

const compare = (name: string, args: readonly number[]): void => {
	const simd = outcome(kernelNamed(name), args);
	const scalar = outcome(kernelNamed(`${name}Scalar`), args);
	expect(simd.error, `error of ${name}(${args})`).toBe(scalar.error);
	// What stands where a block could not be predicted does not matter.
	if (simd.error === 0 && Buffer.compare(simd.bytes, scalar.bytes) !== 0) expect.fail(`${name}(${args}) differs`);
};

/** Which neighbours there are, in every combination that a picture has: a corner needs both sides in the same slice. */
function* neighbourhoods(count: number): Generator<number[]> {
	for (let bits = 0; bits < 1 << count; bits++) yield Array.from({ length: count }, (_, bit) => (bits >> bit) & 1);
}

describe('intra prediction', () => {
	test.each([
		['predict4x4', 9],
		['predict8x8', 9],
	] as const)('%s: all modes and neighbours', (name, modes) => {
		for (let round = 0; round < rounds / 10; round++) {
			fillSamples(round);
			for (let mode = 0; mode < modes; mode++)
				for (const [left = 0, top = 0, right = 0, corner = 0] of neighbourhoods(4)) {
					// Upper right neighbours without upper ones are not to be had.
					if (right && !top) continue;
					compare(name, [mode, base + samples, stride, left, top, right, corner]);
				}
		}
	});

	test('predict16x16 and predictChroma: all modes and neighbours', () => {
		for (let round = 0; round < rounds / 10; round++) {
			fillSamples(round);
			for (let mode = 0; mode < 4; mode++)
				for (const neighbours of neighbourhoods(3)) {
					compare('predict16x16', [mode, base + samples, stride, ...neighbours]);
					for (const height of [8, 16]) compare('predictChroma', [mode, base + samples, stride, height, ...neighbours]);
				}
		}
	});
});

describe('transforms', () => {
	/** Coefficients as the scaling makes them, so many in each of the 4x4 blocks, or in an 8x8 block; results stay within 16 bits, as in every conforming stream. */
	const fillCoefficients = (counts: readonly number[], round: number): void => {
		const view = new Int16Array(twins.memory.buffer, base + coefficients, 64).fill(0);
		for (const [block, count] of counts.entries()) {
			const range = [16, 256, 32_000 / count][round % 3] ?? 1;
			for (let index = block * 16; index < block * 16 + count; index++)
				if (round % 2 === 0 || random() % 4 === 0) view[index] = ((random() % 2001) / 1000 - 1) * range;
		}
	};

	test.each([
		['add4x4', [16]],
		['add8x8', [64]],
		['addDc4x4', [1]],
		['addDc8x8', [1]],
		['addDcPair4x4', [1, 1]],
		['addPair4x4', [16, 16]],
		['addPair4x4', [1, 16]],
	] as const)('%s', (name, counts) => {
		for (let round = 0; round < rounds; round++) {
			fillSamples(round);
			fillCoefficients(counts, round);
			compare(name, [base + coefficients, base + samples, stride]);
		}
	});
});

describe('deblocking', () => {
	const fillThresholds = (at = thresholds): void => {
		for (let lane = 0; lane < 16; lane++) {
			// Large ones let most lines pass, small ones few.
			const isLoose = random() & 1;
			bytes[at + lane] = isLoose ? 255 - (random() & 63) : random() & 15;
			bytes[at + 16 + lane] = isLoose ? 18 : random() % 19;
			bytes[at + 32 + lane] = random() % 26;
		}
	};

	let filtered = 0;
	const compareFilter = (name: 'filterLuma' | 'filterChroma' | 'filterColumns', args: readonly number[]): void => {
		const kernel = kernelNamed(name);
		const simd = outcome(kernel, [0, ...args]);
		const scalar = outcome(kernel, [1, ...args]);
		if (Buffer.compare(simd.bytes, scalar.bytes) !== 0) expect.fail(`${name}(${args}) differs`);
		if (Buffer.compare(simd.bytes, bytes) !== 0) filtered++;
	};

	test('luma and chroma, both directions, bS 3 and 4', () => {
		for (let round = 0; round < rounds; round++) {
			fillSamples(round);
			fillThresholds();
			for (const vertical of booleans)
				for (const strong of booleans) {
					compareFilter('filterLuma', [vertical, strong, base + samples, stride, base + thresholds]);
					const planes = [base + samples, base + second];
					compareFilter('filterChroma', [vertical, strong, ...planes, stride, base + thresholds]);
				}
		}
		expect(filtered).toBeGreaterThan(rounds);
	});

	test('all vertical edges of a macroblock', () => {
		filtered = 0;
		for (let round = 0; round < rounds; round++) {
			fillSamples(round);
			fillThresholds();
			fillThresholds(thresholds + 48);
			for (const left of booleans) compareFilter('filterColumns', [left, base + samples, stride, base + thresholds]);
		}
		expect(filtered).toBeGreaterThan(rounds);
	});
});

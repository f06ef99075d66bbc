/** Damaged copies of a parser's seeds, reproducible from a seed: what holds for any input is asserted for each. */
import { LivestillError } from '../../src/shared/errors.ts';
import { mutate, randomSource } from '../support/mutate.ts';
import type { ParserTarget } from './parser-targets.ts';

export interface FuzzReport {
	readonly runs: number;
	/** Inputs that were taken. */
	readonly taken: number;
	/** Milliseconds of the slowest input. */
	readonly slowest: number;
}

/** An input for which something did not hold. */
export class FuzzFinding extends Error {
	readonly input: Uint8Array;

	constructor(target: string, number: number, input: Uint8Array, cause: unknown) {
		const what = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
		super(`${target}, case ${number}: ${what}\n${Buffer.from(input).toString('base64')}`, { cause });
		this.input = input;
	}
}

/** Milliseconds that one input may take, on a machine that does other things as well. */
const patience = 2000;

/** What parsers compare with: mutations of bytes alone seldom make such a thing. */
const words = [
	...[
		'\r\n',
		'\r\n\r\n',
		'\0',
		',',
		';',
		'=',
		'"',
		'\\',
		'%',
		'%00',
		'%ff',
		'/',
		'..',
		'?',
		'&',
		'@',
		':',
		'[',
		']',
		'{',
		'}',
	],
	...[
		'*',
		'**',
		'-1',
		'4294967296',
		'99999999999999999999',
		'NaN',
		'1e999',
		'null',
		'true',
		'__proto__',
		'constructor',
		'\ud83c\udfa5',
	],
	...[
		'a=',
		'm=video 9 UDP/TLS/RTP/SAVPF 96',
		'Content-Length: ',
		'Basic ',
		'Digest ',
		'Bearer ',
		'$\0\xff\xff',
		'!!js/function',
	],
].map((word) => new TextEncoder().encode(word));

const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const pick = <T>(list: readonly T[], random: () => number): T | undefined => list[random() % list.length];

/** One case of a target; the same numbers give the same bytes. */
const inputOf = (seeds: readonly Uint8Array[], random: () => number): Uint8Array => {
	let bytes = pick(seeds, random) ?? new Uint8Array(0);
	for (let rounds = 1 + (random() % 4); rounds > 0; rounds -= 1) {
		const at = bytes.length === 0 ? 0 : random() % bytes.length;
		const kind = random() % 5;
		if (kind < 2 && bytes.length > 0) bytes = mutate(bytes, random);
		else if (kind < 4) {
			// A word in place of what is there, or between.
			const word = pick(words, random) ?? new Uint8Array(0);
			bytes = joined(bytes.subarray(0, at), word, bytes.subarray(at + (kind === 2 ? word.length : 0)));
		} else {
			// The beginning of one and the end of another.
			const other = pick(seeds, random) ?? new Uint8Array(0);
			bytes = joined(bytes.subarray(0, at), other.subarray(other.length === 0 ? 0 : random() % other.length));
		}
	}
	return bytes;
};

/** Runs cases `from` to `from + count`. @throws FuzzFinding */
export const fuzzParser = async (target: ParserTarget, count: number, seed: number, from = 0): Promise<FuzzReport> => {
	let [taken, slowest] = [0, 0];
	/** Milliseconds that the input takes. */
	const attempt = async (number: number, input: Uint8Array): Promise<number> => {
		const began = performance.now();
		try {
			if (await target.run(input)) taken += 1;
		} catch (error) {
			const isExpected = error instanceof LivestillError || target.isAllowed?.(error) === true;
			if (!isExpected) throw new FuzzFinding(target.name, number, input, error);
		}
		return performance.now() - began;
	};
	const run = async (number: number, input: Uint8Array): Promise<void> => {
		let time = await attempt(number, input);
		// A machine that was busy is not so twice with the same input.
		if (time > patience) time = Math.min(time, await attempt(number, input));
		slowest = Math.max(slowest, time);
		if (time > patience) throw new FuzzFinding(target.name, number, input, `took ${Math.round(time)} ms`);
	};
	// The seeds as they are: what was found once is among them.
	if (from === 0) for (const seedInput of target.seeds) await run(-1, seedInput);
	for (let number = from; number < from + count; number += 1) {
		const random = randomSource((seed * 2_654_435_761 + number) >>> 0);
		await run(number, inputOf(target.seeds, random));
	}
	return { runs: count, taken, slowest };
};

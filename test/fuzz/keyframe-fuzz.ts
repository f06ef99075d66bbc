/**
 * Fuzzing of our decoders: damaged copies of every small conformance stream, so every format, coding tool and
 * structure. A damaged keyframe must decode or give a LivestillError, without a trap and in bounded time, and the clean picture
 * behind it must be exact again. `run-keyframe-fuzz.ts` is the script, `h264-fuzz.test.ts` and `hevc-fuzz.test.ts` are
 * bounded runs.
 */
import { h264Cores } from '../../cli/h264-core.ts';
import { instantiateHevcCore } from '../../cli/hevc-core.ts';
import { createH264Decoder } from '../../src/decoder/h264/decode.ts';
import { createHevcDecoder } from '../../src/decoder/hevc/decode.ts';
import type { Picture } from '../../src/decoder/picture.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { readManifest, readStream } from '../support/conformance-manifest.ts';
import { mutate, randomSource } from '../support/mutate.ts';
import { md5, packPlanes } from '../support/planes.ts';

interface KeyframeDecoder {
	decode(body: Uint8Array): Picture;
}

type Counting = <Core>(instantiate: () => Core) => () => Core;

/** What is fuzzed: conformance streams in folders of `test/fixtures`, and a decoder that counts its instances. */
interface Target {
	readonly folders: readonly string[];
	create(counting: Counting): KeyframeDecoder;
}

export type FuzzedCodec = 'h264' | 'hevc';

const targets: Readonly<Record<FuzzedCodec, Target>> = {
	h264: {
		folders: ['h264/jm', 'h264/x264'],
		create: (counting) => createH264Decoder({ standard: counting(h264Cores.standard), high: counting(h264Cores.high) }),
	},
	hevc: {
		folders: ['hevc/hm'],
		create: (counting) => createHevcDecoder(counting(() => instantiateHevcCore('hevc'))),
	},
};

interface Victim {
	readonly path: string;
	readonly bytes: Uint8Array;
	readonly hash: string;
	/** Milliseconds that the clean picture takes. */
	readonly cleanTime: number;
}

/** What a run found. All but the first two mean that something is wrong. */
export interface FuzzReport {
	decoded: number;
	refused: number;
	/** WebAssembly traps: caught and survived, but none should be reachable. */
	traps: number;
	tooSlow: number;
	/** Clean pictures that came out wrong after a damaged one. */
	spoilt: number;
}

export const emptyReport = (): FuzzReport => ({ decoded: 0, refused: 0, traps: 0, tooSlow: 0, spoilt: 0 });

export const isClean = ({ traps, tooSlow, spoilt }: FuzzReport): boolean => traps + tooSlow + spoilt === 0;

// Small ones: what matters is the number of cases.
const largestVictim = 13_000;
const mostSamples = 352 * 288;
/** Every so many cases, the clean picture is decoded behind the damaged one; always behind a fresh instance. */
const cleanEvery = 4;
/** A damaged picture may take three times as long as the clean one, and this: damage may make the picture 4K. */
const timeFactor = 3;
const timeFloor = 100;
/** Garbage collection and compilation count as well: what took too long gets so many chances. */
const timeTrials = 4;

/** Milliseconds of processor time: what else runs on the machine does not count. */
const timed = (work: () => void): number => {
	const since = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(since);
	return (user + system) / 1000;
};

const readVictims = (decoder: KeyframeDecoder, folders: readonly string[]): Victim[] =>
	folders.flatMap((folder) =>
		readManifest(folder)
			.filter(({ pictures, refusal }) => pictures.length === 1 && refusal === undefined)
			.filter(({ width = 0, height = 0 }) => width * height <= mostSamples)
			.map(({ file }) => ({ path: `${folder}/${file}`, bytes: readStream(folder, file) }))
			.filter(({ bytes }) => bytes.length <= largestVictim)
			.map(({ path, bytes }) => {
				const hash = md5(packPlanes(decoder.decode(bytes)));
				return { path, bytes, hash, cleanTime: timed(() => decoder.decode(bytes)) };
			}),
	);

export interface Fuzzer {
	/** Runs case `number`, the same whatever ran before, and adds what happened to `report`. */
	run(number: number, report: FuzzReport): void;
}

/** @param complain is told of everything that should not be */
export const createFuzzer = (
	codec: FuzzedCodec,
	seed: number,
	complain: (message: string, cause?: unknown) => void,
): Fuzzer => {
	let instances = 0;
	const counting: Counting = (instantiate) => () => {
		instances++;
		return instantiate();
	};
	const { folders, create } = targets[codec];
	const decoder = create(counting);
	const victims = readVictims(decoder, folders);

	const decode = (damaged: Uint8Array, name: string, report: FuzzReport): void => {
		try {
			const { crop, planes } = decoder.decode(damaged);
			if ((planes.length !== 3 && planes.length !== 1) || crop.width < 1 || crop.height < 1)
				throw new Error('the picture has no shape');
			report.decoded++;
		} catch (error) {
			if (!(error instanceof LivestillError)) throw new Error(name, { cause: error });
			report.refused++;
			if (error.cause === undefined) return;
			report.traps++;
			complain(`${name}: trap`, error.cause);
		}
	};

	return {
		run: (number, report) => {
			// Neighbouring numbers give unlike sequences.
			const random = randomSource(Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b));
			const victim = victims[random() % victims.length] as Victim;
			const name = `case ${number} of seed ${seed} (${victim.path})`;
			const damaged = mutate(victim.bytes, random);
			const limit = timeFactor * victim.cleanTime + timeFloor;
			const before = instances;
			let time = timed(() => decode(damaged, name, report));
			for (let trial = 1; time > limit && trial < timeTrials; trial++)
				time = timed(() => decode(damaged, name, emptyReport()));
			if (time > limit) {
				report.tooSlow++;
				complain(`${name}: ${time.toFixed(0)} ms, at most ${limit.toFixed(0)} are allowed`);
			}
			if (number % cleanEvery !== 0 && instances === before) return;
			if (md5(packPlanes(decoder.decode(victim.bytes))) === victim.hash) return;
			report.spoilt++;
			complain(`${name}: the clean picture behind it is wrong`);
		},
	};
};

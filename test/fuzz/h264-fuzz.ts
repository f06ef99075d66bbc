/**
 * Fuzzing of the H.264 decoder as a script: `npm run fuzz -- [COUNT] [SEED]`, a million access units by default. Every
 * damaged keyframe must decode or give a LivestillError without a trap and in bounded time, and the clean one behind it
 * must be exact again. `h264-fuzz.test.ts` runs a thousand.
 */
import { readFileSync } from 'node:fs';
import { instantiateCore } from '../../cli/h264-core.ts';
import type { H264Core } from '../../src/decoder/h264/core.ts';
import { createH264Decoder } from '../../src/decoder/h264/decode.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { mutate, randomSource } from '../support/mutate.ts';
import { md5, packPlanes } from '../support/planes.ts';

const fixture = (path: string): Uint8Array =>
	new Uint8Array(readFileSync(new URL(`../fixtures/h264/${path}`, import.meta.url)));

/** One stream for every part of the syntax: entropy coders, PCM, slices, scaling lists, slice groups, lossless. */
const victims = [
	'jm/pcm_mixed_cabac_slices.264',
	'jm/pcm_mixed_cavlc_slices.264',
	'jm/dblk_cabac_idc012.264',
	'jm/dblk_cavlc_idc012.264',
	'jm/only_t8_cabac.264',
	'jm/only_t8_cavlc.264',
	'jm/qm_fallback_cabac.264',
	'jm/fmo_type6.264',
	'jm/fmo_type3_dir1.264',
	'jm/lossless_mix_420_cabac.264',
	'jm/lossless_mix_420_cavlc.264',
	'jm/syn_vui_cavlc.264',
	'jm/paff_cabac_t8_slices.264',
	'jm/paff_cavlc_pcm_dqp.264',
	'jm/gray_qm_cavlc.264',
	'jm/mbaff_cabac_slices.264',
	'jm/mbaff_cavlc_slices.264',
	'x264/mbaff-bff-jvt-cabac.264',
	'jm/paff_gray_cabac.264',
	'x264/profile-high.264',
	'x264/profile-baseline.264',
];

/** Milliseconds that a damaged keyframe of these sizes (at most 176 × 144, clean: about 1 ms) may take; a hang takes longer. */
const timeLimit = 1000;

export interface FuzzReport {
	decoded: number;
	refused: number;
	/** Wasm traps: caught and survived, but none should be reachable. */
	traps: number;
	slowest: number;
}

/** @throws Error with the seed's case number when an invariant breaks */
export const fuzzH264 = (count: number, seed: number, onProgress?: (done: number) => void): FuzzReport => {
	const random = randomSource(seed);
	const report: FuzzReport = { decoded: 0, refused: 0, traps: 0, slowest: 0 };
	let instances = 0;
	const decoder = createH264Decoder((): H264Core => {
		instances++;
		return instantiateCore();
	});
	const clean = victims.map((path) => {
		const bytes = fixture(path);
		return { path, bytes, hash: md5(packPlanes(decoder.decode(bytes))) };
	});
	for (let n = 0; n < count; n++) {
		const victim = clean[random() % clean.length];
		if (victim === undefined) continue;
		const damaged = mutate(victim.bytes, random);
		const before = instances;
		const started = performance.now();
		try {
			const { crop, planes } = decoder.decode(damaged);
			if ((planes.length !== 3 && planes.length !== 1) || crop.width < 1 || crop.height < 1)
				throw new Error('the picture has no shape');
			report.decoded++;
		} catch (error) {
			if (!(error instanceof LivestillError))
				throw new Error(`case ${n} of seed ${seed} (${victim.path})`, { cause: error });
			if (error.cause !== undefined) {
				report.traps++;
				console.error(`trap in case ${n} of seed ${seed} (${victim.path}):`, error.cause);
			}
			report.refused++;
		}
		report.slowest = Math.max(report.slowest, performance.now() - started);
		if (report.slowest > timeLimit) throw new Error(`case ${n} of seed ${seed} (${victim.path}) took too long`);
		// The picture after a damaged one is what users see next; every instance has to prove itself.
		if (n % 8 === 0 || instances !== before) {
			if (md5(packPlanes(decoder.decode(victim.bytes))) !== victim.hash)
				throw new Error(`case ${n} of seed ${seed} (${victim.path}) spoilt the clean picture behind it`);
		}
		onProgress?.(n + 1);
	}
	return report;
};

if (process.argv[1]?.endsWith('h264-fuzz.ts')) {
	const [count = 1_000_000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
	console.log(`${count} damaged keyframes, seed ${seed}`);
	console.log(fuzzH264(count, seed, (done) => done % 10_000 === 0 && console.log(done)));
}

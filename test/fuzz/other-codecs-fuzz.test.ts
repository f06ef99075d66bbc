/** Damaged keyframes of VP8, VP9, AV1 and JPEG: our errors or a picture, in bounded time, and the next one is exact. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decoderCores } from '../../cli/decoder-cores.ts';
import { createDecoder } from '../../src/decoder/index.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { readKeyframes } from '../support/keyframe-manifest.ts';
import { mutate, randomSource } from '../support/mutate.ts';
import { md5, packPlanes } from '../support/planes.ts';

/** Milliseconds that a damaged keyframe may take; a clean one of these sizes takes about ten, on a busy machine fifty. */
const timeLimit = 3000;

const decoder = createDecoder(decoderCores);

test.each(['vp8', 'vp9', 'av1', 'jpeg'] as const)(
	'1,000 damaged keyframes of %s',
	(codec) => {
		const random = randomSource(1);
		const victims = readKeyframes(codec)
			.filter(({ refusal, width, height }) => refusal === undefined && width * height <= 176 * 144)
			.map((keyframe) => ({ ...keyframe, body: new Uint8Array(readFileSync(keyframe.path)) }));
		let decoded = 0;
		let refused = 0;
		for (let n = 0; n < 1000; n++) {
			const victim = victims[random() % victims.length];
			if (victim === undefined) continue;
			const damaged = mutate(victim.body, random);
			const started = performance.now();
			try {
				const { crop, planes } = decoder.decode(codec, damaged);
				expect(planes.every(({ data, stride, height }) => data.length >= stride * height)).toBe(true);
				expect(Math.min(crop.width, crop.height)).toBeGreaterThan(0);
				decoded++;
			} catch (error) {
				if (!(error instanceof LivestillError)) throw new Error(`case ${n}, ${victim.file}`, { cause: error });
				refused++;
			}
			expect(performance.now() - started, `milliseconds of case ${n}, ${victim.file}`).toBeLessThan(timeLimit);
			if (n % 10 === 0) expect(md5(packPlanes(decoder.decode(codec, victim.body)))).toBe(victim.md5);
		}
		expect(decoded + refused).toBe(1000);
		// Damage that is never noticed, or always, would mean that the test tests nothing.
		expect(refused).toBeGreaterThan(100);
		expect(decoded).toBeGreaterThan(10);
	},
	180_000,
);

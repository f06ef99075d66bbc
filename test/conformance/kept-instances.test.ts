/** Decoders of other people are used again for the next frame; nobody must be able to tell. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decoderCores } from '../../cli/decoder-cores.ts';
import { createDecoder, type Decoder } from '../../src/decoder/index.ts';
import type { Instantiate } from '../../src/decoder/instantiate.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { readKeyframes } from '../support/keyframe-manifest.ts';
import { mutate, randomSource } from '../support/mutate.ts';
import { md5, packPlanes } from '../support/planes.ts';

const codecs = ['vp8', 'vp9', 'av1', 'jpeg'] as const;
type Kept = (typeof codecs)[number];

const wholeFrames = (codec: Kept, mostPixels: number) =>
	readKeyframes(codec)
		.filter(({ refusal, width, height }) => refusal === undefined && width * height <= mostPixels)
		.map(({ path, md5: hash }) => ({ body: new Uint8Array(readFileSync(path)), hash }));

/** A decoder of one codec, and how many instances it made. */
const countInstances = (codec: Kept): { decoder: Decoder; count: () => number } => {
	let instances = 0;
	const instantiate: Instantiate = (imports) => {
		instances++;
		return (decoderCores[codec] as Instantiate)(imports);
	};
	return { decoder: createDecoder({ ...decoderCores, [codec]: instantiate }), count: () => instances };
};

const outcome = (decoder: Decoder, codec: Kept, body: Uint8Array): string => {
	try {
		return md5(packPlanes(decoder.decode(codec, body)));
	} catch (error) {
		if (error instanceof LivestillError) return `${error.code}: ${error.message}`;
		throw error;
	}
};

describe.each(codecs)('%s', (codec) => {
	it('has one instance for all whole frames, of any size and in any order', () => {
		const { decoder, count } = countInstances(codec);
		const frames = wholeFrames(codec, 640 * 360);
		for (const { body, hash } of [...frames, ...frames.toReversed()])
			expect(md5(packPlanes(decoder.decode(codec, body)))).toBe(hash);
		expect(frames.length).toBeGreaterThan(2);
		expect(count()).toBe(1);
	});

	it('says the same of damaged frames as a fresh one', () => {
		const random = randomSource(7);
		const frames = wholeFrames(codec, 176 * 144);
		const { decoder, count } = countInstances(codec);
		let refused = 0;
		for (let n = 0; n < 60; n++) {
			const frame = frames[random() % frames.length];
			const damaged = mutate(frame?.body ?? new Uint8Array(), random);
			const said = outcome(decoder, codec, damaged);
			expect(said).toBe(outcome(createDecoder(decoderCores), codec, damaged));
			if (!/^[0-9a-f]{32}$/.test(said)) refused++;
		}
		expect(refused).toBeGreaterThan(6);
		expect(count()).toBeLessThanOrEqual(refused + 1);
	});
});

it('makes way for another codec', () => {
	const { decoder, count } = countInstances('vp8');
	const [vp8] = wholeFrames('vp8', 640 * 360);
	const [jpeg] = wholeFrames('jpeg', 640 * 360);
	for (const { codec, frame } of [
		{ codec: 'vp8', frame: vp8 },
		{ codec: 'jpeg', frame: jpeg },
		{ codec: 'vp8', frame: vp8 },
	] as const)
		expect(outcome(decoder, codec, frame?.body ?? new Uint8Array())).toBe(frame?.hash);
	expect(count()).toBe(2);
});

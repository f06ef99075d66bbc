/** Keyframes of VP8, VP9, AV1 and JPEG: planes bit for bit as another decoder gives them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decoderCores } from '../../cli/decoder-cores.ts';
import { createDecoder } from '../../src/decoder/index.ts';
import type { Codec } from '../../src/shared/codec.ts';
import { readKeyframes } from '../support/keyframe-manifest.ts';
import { md5, packPlanes } from '../support/planes.ts';

const decoder = createDecoder(decoderCores);

// What a stream of the codec carries that does not say more.
const usual: Partial<Record<Codec, { readonly matrix: number; readonly fullRange: boolean }>> = {
	vp8: { matrix: 6, fullRange: false },
	vp9: { matrix: 2, fullRange: false },
	av1: { matrix: 2, fullRange: false },
	jpeg: { matrix: 0, fullRange: true },
};

for (const codec of ['vp8', 'vp9', 'av1', 'jpeg'] as const)
	describe(codec, () => {
		for (const keyframe of readKeyframes(codec)) {
			const { file, covers, width, height, refusal, matrix, fullRange } = keyframe;
			const body = new Uint8Array(readFileSync(keyframe.path));
			if (refusal !== undefined) {
				it(`refuses ${file}: ${covers}`, () => {
					const refused = expect.objectContaining({ name: 'LivestillError', code: refusal });
					expect(() => decoder.decode(codec, body)).toThrow(refused);
				});
				continue;
			}
			it(`decodes ${file}: ${covers}`, () => {
				const picture = decoder.decode(codec, body);
				expect(picture.crop).toEqual({ left: 0, top: 0, width, height });
				expect(md5(packPlanes(picture))).toBe(keyframe.md5);
				const expected = { ...usual[codec], ...(matrix !== undefined && { matrix }), ...(fullRange && { fullRange }) };
				const { matrixCoefficients, fullRange: range } = picture.colour;
				expect({ matrix: matrixCoefficients, fullRange: range }).toEqual(expected);
			});
		}
	});

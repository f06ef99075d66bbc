/** The keyframe object that the ingest node has stored, and whether our decoder and ffmpeg see the same in it. */
import { expect } from 'vitest';
import { decoderCores } from '../../../cli/decoder-cores.ts';
import { createDecoder } from '../../../src/decoder/index.ts';
import { parseMetadata } from '../../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../../src/shared/stream-name.ts';
import { packPlanes } from '../../support/planes.ts';
import { decodeKeyframe } from './ffmpeg.ts';
import type { TestStack } from './stack.ts';

const decoder = createDecoder(decoderCores);

/** Expects planes that are equal bit for bit. Returns the object's codec. */
export const expectSamePlanes = async ({ store }: TestStack, name: string): Promise<string> => {
	const object = await store.get(liveKey(parseStreamName(name)));
	if (object === null) throw new Error(`${name} is not in the store`);
	const { codec } = parseMetadata(object.metadata);
	if (codec === 'none' || codec === 'jpeg') throw new Error(`${codec}?`);
	const planes = packPlanes(decoder.decode(codec, object.body));
	expect(planes.equals(await decodeKeyframe(codec, object.body)), 'planes').toBe(true);
	return codec;
};

/** The keyframe object that the ingest node has stored, and whether our decoder and ffmpeg see the same in it. */
import { expect } from 'vitest';
import { decoderCores } from '../../../cli/decoder-cores.ts';
import { createDecoder } from '../../../src/decoder/index.ts';
import type { Codec } from '../../../src/shared/codec.ts';
import { parseMetadata } from '../../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../../src/shared/stream-name.ts';
import { eventually } from '../../ingest/support/eventually.ts';
import { packPlanes } from '../../support/planes.ts';
import { decodeKeyframe } from './ffmpeg.ts';
import type { TestStack } from './stack.ts';

const decoder = createDecoder(decoderCores);

interface StoredKeyframe {
	readonly codec: Codec;
	readonly body: Uint8Array;
}

/** Waits until there is one: the first picture may come straight from the node, ahead of its object. */
export const storedKeyframe = ({ store }: TestStack, name: string): Promise<StoredKeyframe> =>
	eventually(`a keyframe of ${name} is stored`, async () => {
		const object = await store.get(liveKey(parseStreamName(name)));
		if (object === null) throw new Error(`${name} is not in the store`);
		const { codec } = parseMetadata(object.metadata);
		return codec !== 'none' && { codec, body: object.body };
	});

/** Expects planes that are equal bit for bit. Returns the object's codec. */
export const expectSamePlanes = async (stack: TestStack, name: string): Promise<string> => {
	const { codec, body } = await storedKeyframe(stack, name);
	if (codec === 'jpeg') throw new Error('jpeg?');
	const planes = packPlanes(decoder.decode(codec, body));
	expect(planes.equals(await decodeKeyframe(codec, body)), 'planes').toBe(true);
	return codec;
};

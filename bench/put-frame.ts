/** Keyframe objects of a stream for the bench, written as an ingest node does. */
import type { LocalEdge } from '../local/edge.ts';
import { buildMetadata, objectContentType } from '../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../src/shared/stream-name.ts';
import type { BenchStream } from './streams.ts';

export const streamName = 'bench';

/** Makes keyframe number `sequence` the newest one of the stream `name`. */
export const putFrame = async (
	edge: LocalEdge,
	stream: BenchStream,
	sequence: number,
	name = streamName,
): Promise<void> => {
	const now = Date.now();
	const key = liveKey(parseStreamName(name));
	const old = await edge.store.head(key);
	const keyframe = {
		body: stream.frames[sequence % stream.frames.length] as Uint8Array,
		contentType: objectContentType('h264'),
		metadata: buildMetadata({
			...{ codec: 'h264', width: stream.width, height: stream.height, rotation: 0, protocol: 'rtmp', node: '' },
			...{ capturedAt: now, publishedAt: now, leaseUntil: now + 60_000, keyframeInterval: 0 },
			...{ session: '00000000-0000-4000-8000-000000000000', sequence },
		}),
	};
	await edge.store.put(key, keyframe, old === null ? 'absent' : { etag: old.etag });
};

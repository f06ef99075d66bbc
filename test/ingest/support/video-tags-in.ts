import { createChunkReader } from '../../../ingest-node/protocols/rtmp/chunk-reader.ts';
import { handshakeSize } from '../../../ingest-node/protocols/rtmp/handshake.ts';
import { messageType } from '../../../ingest-node/protocols/rtmp/message.ts';

/** All video messages of a capture. */
export const videoTagsIn = (capture: Uint8Array): Uint8Array[] => {
	const reader = createChunkReader({ wants: (typeId) => typeId === messageType.video, maxLength: () => 1_000_000 });
	const messages = [...reader.read(capture.subarray(1 + 2 * handshakeSize))];
	return messages.flatMap(({ payload }) => (payload === null ? [] : [payload]));
};

/** The bytes of a publisher, for sessions without a socket. */

import { concatBytes } from '../../../ingest-node/protocols/bytes.ts';
import { type Amf0Value, encodeAmf0 } from '../../../ingest-node/protocols/rtmp/amf0.ts';
import { createChunkReader } from '../../../ingest-node/protocols/rtmp/chunk-reader.ts';
import { writeMessage } from '../../../ingest-node/protocols/rtmp/chunk-writer.ts';
import { type Command, parseCommand } from '../../../ingest-node/protocols/rtmp/commands.ts';
import { handshakeSize } from '../../../ingest-node/protocols/rtmp/handshake.ts';
import type { Message } from '../../../ingest-node/protocols/rtmp/message.ts';

/** C0, C1 and C2. */
export const hello = (): Uint8Array => {
	const bytes = new Uint8Array(1 + 2 * handshakeSize);
	bytes[0] = 3;
	return bytes;
};

/** A message in chunks of 128 bytes. */
export const message = (typeId: number, payload: Uint8Array, streamId = 0, timestamp = 0): Uint8Array =>
	writeMessage({ chunkStreamId: typeId < 7 ? 2 : typeId === 9 ? 6 : 3, typeId, streamId, timestamp, payload }, 128);

export const command = (streamId: number, ...values: readonly Amf0Value[]): Uint8Array =>
	message(20, encodeAmf0(...values), streamId);

export const connect = (app = 'live', extra: Record<string, Amf0Value> = {}): Uint8Array =>
	command(0, 'connect', 1, { app, tcUrl: `rtmp://127.0.0.1/${app}`, ...extra });

/** Everything up to and including the publish command. */
export const publishBytes = (name = 'abc', app = 'live'): Uint8Array =>
	concatBytes([
		hello(),
		connect(app),
		command(0, 'createStream', 2, null),
		command(1, 'publish', 3, null, name, 'live'),
	]);

/** Messages that a session has sent, without the handshake. */
export const readSent = (sent: readonly Uint8Array[]): Message[] => {
	const reader = createChunkReader({ wants: () => true, maxLength: () => 100_000 });
	const bytes = concatBytes(sent);
	return [...reader.read(bytes.subarray(1 + 2 * handshakeSize))];
};

export const commandsIn = (sent: readonly Uint8Array[]): Command[] =>
	readSent(sent)
		.filter(({ typeId }) => typeId === 20)
		.map(parseCommand);

/**
 * Puts messages together from chunks. Adobe RTMP 1.0 § 5.3. Protocol control messages that steer the chunk stream
 * itself (Set Chunk Size, Abort; § 5.4) are obeyed here and are not handed on.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { concatBytes, u32 } from '../bytes.ts';
import { type ChunkHeader, parseChunkHeader } from './chunk-header.ts';
import { type Message, messageType } from './message.ts';
import { createMessageBuffer, type MessageBuffer } from './message-buffer.ts';
import { rtmpLimits } from './rtmp-limits.ts';

/** Chunk size of both directions until the peer sets another one, § 5.4.1. */
const defaultChunkSize = 128;

/** Bytes of a message that {@link ChunkReaderOptions.wants} sees: enough for a tag header and a slice header or two. */
export const peekLength = 256;

export interface ChunkReaderOptions {
	/**
	 * Whether a message that is handed on is worth keeping, decided by its first {@link peekLength} bytes, or all when it
	 * is shorter. Asked once a message.
	 *
	 * @param timestamp milliseconds, modulo 2^32
	 */
	readonly wants: (typeId: number, head: Uint8Array, timestamp: number) => boolean;
	/** Bytes that a message of the type may have now. */
	readonly maxLength: (typeId: number) => number;
}

export interface ChunkReader {
	/** Takes bytes in any portions and yields the messages that they complete. @throws LivestillError `PROTOCOL_VIOLATION` */
	read(bytes: Uint8Array): Generator<Message, void>;
}

interface Incoming {
	readonly chunkStreamId: number;
	typeId: number;
	streamId: number;
	length: number;
	timestamp: number;
	/** Timestamp field of the last header, absolute or delta: what format 3 repeats. */
	timestampField: number;
	extended: boolean;
	/** Bytes of the current message that have arrived; `null` between messages. */
	received: number | null;
	/** Whether the current message is worth keeping; `null`: too little of it has arrived to tell. */
	isWanted: boolean | null;
	/** What is kept of the current message; `null` while that is nothing. */
	buffer: MessageBuffer | null;
}

const noBytes = new Uint8Array(0);

const violation = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `RTMP chunk stream: ${why}`);
};

/** Messages that steer the chunk stream itself. */
const steers = (typeId: number): boolean => typeId === messageType.setChunkSize || typeId === messageType.abort;

export const createChunkReader = ({ wants, maxLength }: ChunkReaderOptions): ChunkReader => {
	const chunkStreams = new Map<number, Incoming>();
	let chunkSize = defaultChunkSize;
	/** Start of a header whose end has not arrived. */
	let carry: Uint8Array = noBytes;
	/** The chunk whose payload is being read, and how much of it is still to come. */
	let current: Incoming | null = null;
	let chunkRemaining = 0;

	const extendedOf = (id: number): number | null => {
		const stream = chunkStreams.get(id);
		return stream?.extended ? stream.timestampField : null;
	};

	const incomingOf = (header: ChunkHeader): Incoming => {
		const known = chunkStreams.get(header.chunkStreamId);
		if (known !== undefined) return known;
		// librtmp opens a chunk stream with format 1 (a ping); 2 and 3 have nothing to build on.
		if (header.format > 1) violation(`chunk stream ${header.chunkStreamId} begins with format ${header.format}`);
		if (chunkStreams.size >= rtmpLimits.chunkStreams) violation(`more than ${rtmpLimits.chunkStreams} chunk streams`);
		const fresh: Incoming = {
			chunkStreamId: header.chunkStreamId,
			typeId: 0,
			streamId: 0,
			length: 0,
			timestamp: 0,
			timestampField: 0,
			extended: false,
			received: null,
			isWanted: null,
			buffer: null,
		};
		chunkStreams.set(header.chunkStreamId, fresh);
		return fresh;
	};

	const beginMessage = (stream: Incoming): void => {
		const most = maxLength(stream.typeId);
		if (stream.length > most)
			violation(`message of type ${stream.typeId} has ${stream.length} bytes, at most ${most} are allowed`);
		stream.received = 0;
		stream.isWanted = null;
		stream.buffer = null;
	};

	const beginChunk = (header: ChunkHeader): void => {
		const stream = incomingOf(header);
		const continues = header.format === 3 && stream.received !== null;
		if (!continues) {
			// A new header in the middle of a message gives the old one up.
			if (header.format < 3) {
				stream.timestampField = header.timestamp;
				stream.extended = header.extended;
			}
			const { timestampField } = stream;
			stream.timestamp = header.format === 0 ? timestampField : (stream.timestamp + timestampField) % 2 ** 32;
			if (header.format < 2) {
				stream.length = header.length;
				stream.typeId = header.typeId;
			}
			if (header.format === 0) stream.streamId = header.streamId;
			beginMessage(stream);
		}
		current = stream;
		chunkRemaining = Math.min(chunkSize, stream.length - (stream.received ?? 0));
	};

	const checkMemory = (): void => {
		let total = 0;
		for (const stream of chunkStreams.values()) total += stream.buffer?.capacity ?? 0;
		if (total > rtmpLimits.incompleteBytes)
			violation(`incomplete messages hold ${total} bytes, at most ${rtmpLimits.incompleteBytes} are allowed`);
	};

	const isWanted = ({ typeId, timestamp }: Incoming, head: Uint8Array): boolean =>
		steers(typeId) || wants(typeId, head, timestamp);

	/** Keeps a portion of the current message. Most messages are not wanted, and cost no copy when they come in one piece. */
	const keep = (stream: Incoming, portion: Uint8Array): void => {
		if (stream.isWanted === false) return;
		const peek = Math.min(peekLength, stream.length);
		if (stream.isWanted === null && stream.buffer === null && portion.length >= peek) {
			stream.isWanted = isWanted(stream, portion.subarray(0, peek));
			if (!stream.isWanted) return;
		}
		stream.buffer ??= createMessageBuffer(stream.length);
		const before = stream.buffer.capacity;
		stream.buffer.append(portion);
		if (stream.isWanted === null && stream.buffer.received >= peek) {
			stream.isWanted = isWanted(stream, stream.buffer.view().subarray(0, peek));
			if (!stream.isWanted) stream.buffer = null;
		}
		if (stream.buffer !== null && stream.buffer.capacity !== before) checkMemory();
	};

	const obey = ({ typeId, payload }: Message): boolean => {
		if (!steers(typeId)) return false;
		if (payload === null || payload.length < 4) return violation('control message is too short');
		const value = u32(payload, 0);
		if (typeId === messageType.abort) {
			const stream = chunkStreams.get(value);
			if (stream !== undefined) {
				stream.received = null;
				stream.buffer = null;
			}
			return true;
		}
		if (value === 0 || value > 0x7fffffff) return violation(`chunk size ${value}`);
		chunkSize = value;
		return true;
	};

	const finishMessage = (stream: Incoming): Message => {
		const message: Message = {
			typeId: stream.typeId,
			streamId: stream.streamId,
			timestamp: stream.timestamp,
			length: stream.length,
			payload: stream.isWanted === true ? (stream.buffer?.view() ?? noBytes) : null,
		};
		stream.received = null;
		stream.buffer = null;
		return message;
	};

	return {
		read: function* (bytes) {
			const input = carry.length === 0 ? bytes : concatBytes([carry, bytes]);
			carry = noBytes;
			let offset = 0;
			// A message of no bytes is complete with its header.
			while (offset < input.length || (current !== null && chunkRemaining === 0)) {
				if (current === null) {
					const header = parseChunkHeader(input, offset, extendedOf);
					if (header === null) {
						carry = input.slice(offset);
						return;
					}
					offset += header.size;
					beginChunk(header);
				}
				const stream: Incoming | null = current;
				if (stream === null) continue;
				const portion = input.subarray(offset, offset + chunkRemaining);
				offset += portion.length;
				chunkRemaining -= portion.length;
				stream.received = (stream.received ?? 0) + portion.length;
				keep(stream, portion);
				if (chunkRemaining > 0) return;
				current = null;
				if (stream.received < stream.length) continue;
				const message = finishMessage(stream);
				if (!obey(message)) yield message;
			}
		},
	};
};

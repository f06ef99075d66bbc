/**
 * Aggregate messages: FLV tags, each followed by its size, in one message. Adobe RTMP 1.0 § 7.1.6, FLV 10.1 § E.4.1.
 *
 *     | type 8 | size 24 | timestamp 24, 8 | stream id 24 | data (size) | back pointer 32 |
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { u8, u24 } from '../bytes.ts';
import type { Message } from './message.ts';

const headerSize = 11;
const backPointerSize = 4;

/** Yields the messages of an aggregate; payloads are views. @throws LivestillError `PROTOCOL_VIOLATION` */
export const splitAggregate = function* (aggregate: Message): Generator<Message, void> {
	const bytes = aggregate.payload ?? new Uint8Array(0);
	let first: number | null = null;
	for (let at = 0; at + headerSize <= bytes.length; ) {
		const length = u24(bytes, at + 1);
		const start = at + headerSize;
		if (start + length > bytes.length)
			throw new LivestillError('PROTOCOL_VIOLATION', 'RTMP aggregate message is cut off');
		const timestamp = u24(bytes, at + 4) + u8(bytes, at + 7) * 2 ** 24;
		first ??= timestamp;
		yield {
			typeId: u8(bytes, at),
			streamId: aggregate.streamId,
			// Only the differences between the tags count; the aggregate's own timestamp is that of the first.
			timestamp: (aggregate.timestamp + timestamp - first + 2 ** 32) % 2 ** 32,
			length,
			payload: bytes.subarray(start, start + length),
		};
		at = start + length + backPointerSize;
	}
};

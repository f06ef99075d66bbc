import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../ingest-node/protocols/bytes.ts';
import { type ChunkReader, createChunkReader, peekLength } from '../../ingest-node/protocols/rtmp/chunk-reader.ts';
import { type OutgoingMessage, writeMessage } from '../../ingest-node/protocols/rtmp/chunk-writer.ts';
import type { Message } from '../../ingest-node/protocols/rtmp/message.ts';
import { LivestillError } from '../../src/shared/errors.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const createReader = (options: Partial<Parameters<typeof createChunkReader>[0]> = {}): ChunkReader =>
	createChunkReader({ wants: () => true, maxLength: () => 1_000_000, ...options });

const read = (reader: ChunkReader, ...portions: readonly Uint8Array[]): Message[] =>
	portions.flatMap((portion) => [...reader.read(portion)]);

const brief = ({ typeId, streamId, timestamp, payload }: Message) => ({
	typeId,
	streamId,
	timestamp,
	payload: payload === null ? null : Buffer.from(payload).toString('hex'),
});

describe('createChunkReader', () => {
	it('reads the four header formats (§ 5.3.1.2)', () => {
		const messages = read(
			createReader(),
			bytes('03 0003e8 000002 08 01000000 aaaa'),
			bytes('43 000014 000001 09 bb'),
			bytes('83 000005 cc'),
			bytes('c3 dd'),
		);
		expect(messages.map(brief)).toEqual([
			{ typeId: 8, streamId: 1, timestamp: 1000, payload: 'aaaa' },
			{ typeId: 9, streamId: 1, timestamp: 1020, payload: 'bb' },
			{ typeId: 9, streamId: 1, timestamp: 1025, payload: 'cc' },
			{ typeId: 9, streamId: 1, timestamp: 1030, payload: 'dd' },
		]);
	});

	it('reads chunk stream ids of one, two and three bytes (§ 5.3.1.1)', () => {
		const one = bytes('3f 000000 000001 08 00000000 01');
		const two = bytes('00 05 000000 000001 08 00000000 02');
		const three = bytes('01 0501 000000 000001 08 00000000 03');
		// Each is a chunk stream of its own: format 3 repeats its own message.
		const messages = read(createReader(), one, two, three, bytes('c0 05 12'), bytes('c1 0501 13'), bytes('ff 11'));
		expect(messages.map((message) => brief(message).payload)).toEqual(['01', '02', '03', '12', '13', '11']);
	});

	it('puts interleaved messages together', () => {
		const video = new Uint8Array(300).fill(1);
		const cut = writeMessage({ chunkStreamId: 6, typeId: 9, streamId: 1, timestamp: 0, payload: video }, 128);
		const audio = writeMessage(
			{ chunkStreamId: 4, typeId: 8, streamId: 1, timestamp: 0, payload: Uint8Array.of(2) },
			128,
		);
		const messages = read(createReader(), cut.subarray(0, 12 + 128), audio, cut.subarray(12 + 128));
		expect(messages.map(({ typeId, length }) => [typeId, length])).toEqual([
			[8, 1],
			[9, 300],
		]);
		expect(messages[1]?.payload).toEqual(video);
	});

	it('obeys Set Chunk Size and Abort (§ 5.4.1, § 5.4.2)', () => {
		const large = bytes(`06 000000 0000c8 09 01000000 ${'aa'.repeat(200)}`);
		const half = bytes(`06 000000 0000c8 09 01000000 ${'aa'.repeat(128)}`);
		expect(read(createReader(), bytes('02 000000 000004 01 00000000 000000c8'), large)).toHaveLength(1);
		const aborted = read(
			createReader(),
			half,
			bytes('02 000000 000004 02 00000000 00000006'),
			bytes('06 000000 000001 08 01000000 05'),
		);
		expect(aborted.map(brief)).toEqual([{ typeId: 8, streamId: 1, timestamp: 0, payload: '05' }]);
	});

	it('gives a message up when a new one begins in its chunk stream', () => {
		const half = bytes(`06 000000 0000c8 09 01000000 ${'aa'.repeat(128)}`);
		expect(read(createReader(), half, bytes('06 000000 000001 08 01000000 05'))).toHaveLength(1);
	});

	it('reads extended timestamps, repeated in format 3 or not (§ 5.3.1.3)', () => {
		const payload = new Uint8Array(200).fill(0xab);
		const message: OutgoingMessage = { chunkStreamId: 6, typeId: 9, streamId: 1, timestamp: 0x01020304, payload };
		const repeated = writeMessage(message, 128);
		const omitted = concatBytes([repeated.subarray(0, 16 + 128 + 1), repeated.subarray(16 + 128 + 5)]);
		for (const coded of [repeated, omitted]) {
			const [whole] = read(createReader(), coded);
			expect(whole).toMatchObject({ timestamp: 0x01020304, payload });
			const oneByOne = read(createReader(), ...Array.from(coded, (byte) => Uint8Array.of(byte)));
			expect(oneByOne.map(brief)).toEqual([brief(whole as Message)]);
		}
	});

	it('hands messages of no bytes on', () => {
		expect(read(createReader(), bytes('03 000000 000000 08 00000000'))).toMatchObject([{ length: 0 }]);
	});

	it('keeps nothing of a message that nobody wants', () => {
		const seen: number[] = [];
		const reader = createReader({
			wants: (_type, head) => {
				seen.push(head.length);
				return false;
			},
		});
		const coded = writeMessage(
			{ chunkStreamId: 4, typeId: 9, streamId: 1, timestamp: 0, payload: new Uint8Array(5000) },
			128,
		);
		expect(read(reader, coded)).toMatchObject([{ length: 5000, payload: null }]);
		expect(seen).toEqual([peekLength]);
	});

	const refused: readonly [string, string][] = [
		['format 2 on a new chunk stream', '83 000000'],
		['format 3 on a new chunk stream', 'c3 00'],
		['chunk size 0', '02 000000 000004 01 00000000 00000000'],
		['chunk size with its top bit set', '02 000000 000004 01 00000000 80000001'],
		['a control message that is too short', '02 000000 000003 01 00000000 000001'],
		['a message that is too long', '03 000000 ffffff 09 00000000'],
	];
	it.each(refused)('refuses: %s', (_name, hex) => {
		expect(() => read(createReader(), bytes(hex))).toThrow(LivestillError);
	});

	it('refuses the 65th chunk stream', () => {
		const reader = createReader();
		const open = (index: number): Uint8Array =>
			bytes(`00 ${index.toString(16).padStart(2, '0')} 000000 000001 08 00000000 01`);
		for (let index = 0; index < 64; index += 1) read(reader, open(index));
		expect(() => read(reader, open(64))).toThrow('64 chunk streams');
	});

	it('takes memory for what arrives, not for what is announced', () => {
		const reader = createChunkReader({ wants: () => true, maxLength: () => 16 * 1024 * 1024 });
		const before = process.memoryUsage().arrayBuffers;
		for (let index = 0; index < 64; index += 1)
			read(reader, bytes(`00 ${index.toString(16).padStart(2, '0')} 000000 ffffff 09 00000000 01`));
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
	});

	it('refuses more than its share of incomplete messages', () => {
		const reader = createChunkReader({ wants: () => true, maxLength: () => 16 * 1024 * 1024 });
		const megabytes = new Uint8Array(9 * 1024 * 1024);
		const open = (index: number): Uint8Array => concatBytes([bytes(`0${index} 000000 ffffff 09 00000000`), megabytes]);
		// Chunks of 9 MiB: the first of each message is whole, the message is not.
		read(reader, bytes('02 000000 000004 01 00000000 00900000'));
		read(reader, open(3));
		expect(() => {
			read(reader, open(4));
			read(reader, open(5));
		}).toThrow('incomplete messages');
	});
});

const message = fc.record({
	chunkStreamId: fc.integer({ min: 3, max: 6 }),
	typeId: fc.constantFrom(8, 9, 18, 20),
	streamId: fc.integer({ min: 0, max: 0xffffffff }),
	timestamp: fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0xfffffe, 0xffffff, 0x1000000)),
	payload: fc.uint8Array({ maxLength: 400 }),
});

const cut = (whole: Uint8Array, lengths: readonly number[]): Uint8Array[] => {
	const portions: Uint8Array[] = [];
	for (let at = 0, turn = 0; at < whole.length; turn += 1) {
		const length = lengths[turn % lengths.length] ?? 1;
		portions.push(whole.subarray(at, at + length));
		at += length;
	}
	return portions;
};

describe('properties', () => {
	it('reads what was written, however it is cut', () => {
		fc.assert(
			fc.property(
				fc.array(message, { minLength: 1, maxLength: 6 }),
				fc.integer({ min: 1, max: 500 }),
				fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 }),
				(messages, chunkSize, lengths) => {
					const announce = writeMessage(
						{
							chunkStreamId: 2,
							typeId: 1,
							streamId: 0,
							timestamp: 0,
							payload: Uint8Array.of(0, 0, chunkSize >> 8, chunkSize),
						},
						128,
					);
					const coded = concatBytes([announce, ...messages.map((each) => writeMessage(each, chunkSize))]);
					const expected = messages.map(({ typeId, streamId, timestamp, payload }) =>
						brief({ typeId, streamId, timestamp, payload, length: payload.length }),
					);
					expect(read(createReader(), ...cut(coded, lengths)).map(brief)).toEqual(expected);
				},
			),
		);
	});

	it('does the same with garbage however it is cut, and throws nothing but our error', () => {
		const outcome = (portions: readonly Uint8Array[]): unknown => {
			const reader = createReader({ maxLength: () => 2000 });
			const messages: unknown[] = [];
			try {
				for (const portion of portions) for (const each of reader.read(portion)) messages.push(brief(each));
			} catch (error) {
				expect(error).toBeInstanceOf(LivestillError);
				messages.push((error as LivestillError).message);
			}
			return messages;
		};
		fc.assert(
			fc.property(
				fc.uint8Array({ maxLength: 600 }),
				fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }),
				(garbage, lengths) => {
					expect(outcome(cut(garbage, lengths))).toEqual(outcome([garbage]));
				},
			),
			{ numRuns: 500 },
		);
	});
});

import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../ingest-node/protocols/bytes.ts';
import { createRtmpSession, type RtmpEvent } from '../../ingest-node/protocols/rtmp/session.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { command, commandsIn, connect, hello, message, publishBytes, readSent } from './support/publisher-bytes.ts';
import { createReplay, type Replay } from './support/replay.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const played = (...portions: readonly Uint8Array[]): Replay => {
	const replay = createReplay();
	for (const portion of portions) replay.feed(portion);
	return replay;
};

const statuses = ({ sent }: Replay): unknown[] =>
	commandsIn(sent)
		.filter(({ name }) => name === 'onStatus')
		.map(({ values }) => (values[1] as { code?: string }).code);

describe('connect', () => {
	it('answers with windows, chunk size and the FourCCs', () => {
		const replay = played(hello(), connect());
		const messages = readSent(replay.sent);
		expect(messages.map(({ typeId }) => typeId)).toEqual([5, 6, 20]);
		const [reply] = commandsIn(replay.sent);
		expect(reply).toMatchObject({
			name: '_result',
			transactionId: 1,
			values: [
				{
					fourCcList: ['avc1', 'hvc1', 'vp08', 'vp09', 'av01'],
					videoFourCcInfoMap: { hvc1: 4, av01: 4 },
					capsEx: 7,
				},
				{ level: 'status', code: 'NetConnection.Connect.Success', objectEncoding: 0 },
			],
		});
	});

	it('takes AMF 3 command messages', () => {
		const amf3 = message(
			17,
			concatBytes([
				bytes('00'),
				bytes('02 0007'),
				new TextEncoder().encode('connect'),
				bytes('00 3ff0000000000000 03 0000 09'),
			]),
		);
		expect(commandsIn(played(hello(), amf3).sent)).toMatchObject([{ name: '_result' }]);
	});

	it('must come first and only once', () => {
		expect(() => played(hello(), command(0, 'createStream', 2, null))).toThrow('before connect');
		expect(() => played(hello(), connect(), connect())).toThrow('second connect');
	});
});

describe('publish', () => {
	const names: readonly [app: string, name: string, streamName: string, query: string][] = [
		['live', 'abc', 'abc', ''],
		['live', 'abc?key=1&t=2', 'abc', 'key=1&t=2'],
		['live?token=x', 'abc', 'abc', 'token=x'],
		['live/', 'abc', 'abc', ''],
		['studio', 'cam/1', 'studio/cam/1', ''],
		['', 'abc', 'abc', ''],
		['live', 'Kamera größe', 'Kamera größe', ''],
	];
	it.each(names)('app %j and name %j', (app, name, streamName, query) => {
		expect(played(publishBytes(name, app)).targets).toEqual([{ name: streamName, query }]);
	});

	it('joins the credentials of name and tcUrl', () => {
		const replay = played(
			hello(),
			connect('live', { tcUrl: 'rtmp://127.0.0.1/live?token=t' }),
			command(0, 'createStream', 2, null),
			command(1, 'publish', 3, null, 'abc?key=k'),
		);
		expect(replay.targets).toEqual([{ name: 'abc', query: 'key=k&token=t' }]);
	});

	it('is answered with the start of the stream', () => {
		const replay = played(publishBytes());
		expect(statuses(replay)).toEqual(['NetStream.Publish.Start']);
		expect(replay.session.phase).toBe('publishing');
	});

	it('works with other calls around it', () => {
		const replay = played(
			hello(),
			connect(),
			command(0, 'releaseStream', 2, null, 'abc'),
			command(0, 'FCPublish', 3, null, 'abc'),
			command(0, 'createStream', 4, null),
			command(0, '_checkbw', 5, null),
			command(1, 'publish', 6, null, 'abc', 'live'),
		);
		expect(commandsIn(replay.sent).map(({ name, transactionId }) => [name, transactionId])).toEqual([
			['_result', 1],
			['_result', 2],
			['_result', 3],
			['_result', 4],
			['_error', 5],
			['onStatus', 0],
		]);
	});

	it.each(['', '..', 'a//b', `x${'y'.repeat(300)}`])('refuses the name %j', (name) => {
		const replay = played(publishBytes(name));
		expect(statuses(replay)).toEqual(['NetStream.Publish.BadName']);
		expect(replay.kinds).toEqual(['close']);
	});

	it('reads nothing on until it is decided', () => {
		const session = createRtmpSession(() => {});
		const everything = concatBytes([publishBytes(), message(4, bytes('0006 00000007'), 0)]);
		const events = session.receive(everything);
		const seen: RtmpEvent['kind'][] = [];
		for (let next = events.next(); !next.done; next = events.next()) {
			seen.push(next.value.kind);
			if (next.value.kind === 'publish') break;
		}
		expect(seen.at(-1)).toBe('publish');
		expect(session.phase).toBe('commands');
		session.acceptPublish();
		// The ping that came with the publish is answered now.
		expect(events.next().value).toMatchObject({ kind: 'send' });
	});

	it('happens once at a time', () => {
		expect(() => played(publishBytes(), command(1, 'publish', 9, null, 'def'))).toThrow('second publish');
	});

	it('can be refused in our words', () => {
		const session = createRtmpSession(() => {});
		for (const event of session.receive(publishBytes())) if (event.kind === 'publish') break;
		const sent = [new Uint8Array(3073), session.refusePublish('Stream name is already in use')];
		expect(commandsIn(sent)[0]?.values[1]).toEqual({
			level: 'error',
			code: 'NetStream.Publish.BadName',
			description: 'Stream name is already in use',
		});
	});
});

describe('unpublish', () => {
	it.each([
		['FCUnpublish', command(0, 'FCUnpublish', 5, null, 'abc')],
		['deleteStream', command(0, 'deleteStream', 5, null, 1)],
		['closeStream', command(1, 'closeStream', 0, null)],
	])('by %s', (_name, ending) => {
		const replay = played(publishBytes(), ending);
		expect(replay.kinds).toEqual(['publish', 'unpublish']);
		expect(statuses(replay)).toEqual(['NetStream.Publish.Start', 'NetStream.Unpublish.Success']);
		expect(replay.session.phase).toBe('commands');
	});

	it('not by deleting another stream', () => {
		expect(played(publishBytes(), command(0, 'deleteStream', 5, null, 7)).kinds).toEqual(['publish']);
	});

	it('leaves the connection for another publish', () => {
		const replay = played(
			publishBytes(),
			command(0, 'FCUnpublish', 5, null, 'abc'),
			command(0, 'deleteStream', 6, null, 1),
			command(0, 'createStream', 7, null),
			command(2, 'publish', 8, null, 'def'),
		);
		expect(replay.targets.map(({ name }) => name)).toEqual(['abc', 'def']);
	});
});

describe('manners', () => {
	it('refuses to play', () => {
		const replay = played(hello(), connect(), command(1, 'play', 3, null, 'abc'));
		expect(statuses(replay)).toEqual(['NetStream.Play.Failed']);
		expect(replay.kinds).toEqual(['close']);
	});

	it('answers pings (§ 7.1.7)', () => {
		const [pong] = readSent(played(hello(), connect(), message(4, bytes('0006 01020304'))).sent).filter(
			({ typeId }) => typeId === 4,
		);
		expect(pong?.payload).toEqual(bytes('0007 01020304'));
	});

	it('acknowledges what it has received (§ 5.4.3)', () => {
		const replay = played(hello(), connect(), message(5, bytes('00000400')));
		const before = replay.sent.length;
		replay.feed(message(18, new Uint8Array(2000)));
		const [acknowledgement] = readSent([new Uint8Array(3073), ...replay.sent.slice(before)]);
		expect(acknowledgement?.typeId).toBe(3);
		expect(Buffer.from(acknowledgement?.payload ?? []).readUInt32BE()).toBe(replay.session.counters.bytes);
	});

	it('reads aggregates (§ 7.1.6)', () => {
		const tag = (typeId: number, hex: string, time: number): Uint8Array => {
			const data = bytes(hex);
			return concatBytes([Uint8Array.of(typeId, 0, 0, data.length, 0, 0, time, 0, 0, 0, 0), data, new Uint8Array(4)]);
		};
		// A VP8 keyframe of 16 × 16 in an enhanced tag.
		const vp8 = '93 76703038 10 00 00 9d 01 2a 1000 1000 00';
		const replay = played(publishBytes(), message(22, concatBytes([tag(8, 'af01', 0), tag(9, vp8, 40)]), 1, 1000));
		expect(replay.units).toMatchObject([{ codec: 'vp8', width: 16, height: 16, timestamp: 1040 }]);
	});

	it('counts a broken video message and goes on', () => {
		const replay = played(
			publishBytes(),
			message(9, bytes('17 09 000000'), 1),
			message(9, bytes('93 76703038 10 00 00 9d 01 2a 1000 1000 00'), 1),
		);
		expect(replay.kinds).toEqual(['publish', 'discard', 'unit']);
	});
});

describe('limits', () => {
	it('of messages before a publish', () => {
		const replay = played(hello(), connect());
		expect(() => {
			for (let count = 0; count < 200; count += 1) replay.feed(command(0, 'noop', 0, null));
		}).toThrow('messages without a publish');
	});

	it('of a message before a publish', () => {
		expect(() => played(hello(), connect(), bytes('06 000000 ffffff 09 01000000'))).toThrow(LivestillError);
	});

	it('of a command after it', () => {
		expect(() => played(publishBytes(), bytes('03 000000 ffffff 14 00000000'))).toThrow('at most 65536');
	});
});

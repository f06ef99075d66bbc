/** What an RTMP publisher is told when the node, and not it, wants the stream to end. */
import { describe, expect, it } from 'vitest';
import { parseCommand, property } from '../../ingest-node/protocols/rtmp/commands.ts';
import { createRtmpSession, type RtmpSession } from '../../ingest-node/protocols/rtmp/session.ts';
import { command, connect, hello, readSent } from './support/publisher-bytes.ts';

/** A session that publishes. */
const publishing = (capsEx?: number): RtmpSession => {
	const session = createRtmpSession(() => {});
	const said = [hello(), connect('live', capsEx === undefined ? {} : { capsEx }), command(0, 'createStream', 2, null)];
	for (const bytes of [...said, command(1, 'publish', 3, null, 'abc', 'live')]) for (const _ of session.receive(bytes));
	session.acceptPublish();
	return session;
};

const statusIn = (bytes: Uint8Array | null) => {
	// What is read starts behind a handshake.
	const [sent] = readSent([new Uint8Array(1 + 2 * 1536), bytes ?? new Uint8Array(0)]);
	if (sent === undefined) return null;
	const { name, values } = parseCommand(sent);
	const info = values[1] ?? null;
	return { name, streamId: sent.streamId, code: property(info, 'code'), level: property(info, 'level') };
};

describe('a publisher', () => {
	it('is asked to connect anew when it has said that it understands', () => {
		expect(statusIn(publishing(1).requestReconnect('soon'))).toEqual({
			...{ name: 'onStatus', streamId: 0, code: 'NetConnection.Connect.ReconnectRequest', level: 'status' },
		});
		expect(publishing(6).requestReconnect('soon')).toBeNull();
		expect(publishing().requestReconnect('soon')).toBeNull();
	});

	it('hears that its stream is over', () => {
		expect(statusIn(publishing().endPublish('over'))).toMatchObject({
			...{ streamId: 1, code: 'NetStream.Unpublish.Success', level: 'status' },
		});
	});

	it('that publishes nothing hears nothing', () => {
		expect(createRtmpSession(() => {}).endPublish('over')).toHaveLength(0);
	});
});

/**
 * One RTMP connection: the socket, its session and, while it publishes, its publication. There is one way out, `finish`,
 * which logs the reason.
 */
import { randomFillSync } from 'node:crypto';
import type { Socket } from 'node:net';
import { LivestillError } from '../../src/shared/errors.ts';
import type { Clock } from '../clock.ts';
import type { Hub, Publication } from '../hub.ts';
import { type Log, messageOf } from '../log.ts';
import type { PublishTarget } from '../protocols/rtmp/publish-name.ts';
import { createRtmpSession, type RtmpEvent } from '../protocols/rtmp/session.ts';
import { createPictureSource, type PictureSource } from '../protocols/webrtc/picture-source.ts';
import type { Connection } from './connection-server.ts';
import { peerAddress } from './peer-address.ts';
import type { RtmpTimeouts } from './rtmp-timeouts.ts';

export interface RtmpConnectionOptions {
	readonly hub: Hub;
	readonly clock: Clock;
	readonly log: Log;
	readonly timeouts: RtmpTimeouts;
	readonly onClosed: () => void;
}

/** Bytes that may wait for the peer to read them: all our answers together are below 2 kB. */
const maxUnreadBytes = 64 * 1024;

/** Takes the socket over. */
export const serveRtmpConnection = (socket: Socket, options: RtmpConnectionOptions): Connection => {
	const { hub, clock, log, timeouts, onClosed } = options;
	const remote = peerAddress(socket.remoteAddress, socket.remotePort);
	const session = createRtmpSession((bytes) => randomFillSync(bytes));
	let publication: Publication | null = null;
	/** The stream as players see it. */
	let source: PictureSource | null = null;
	let finished = false;
	/** Start of the current wait, monotonic: connection, end of the last stream, or the last sign of life. */
	let waitingSince = clock.monotonic();
	let messagesSeen = 0;

	const endStream = (reason: string): void => {
		source?.end(reason);
		source = null;
		void publication?.end(reason);
		publication = null;
		waitingSince = clock.monotonic();
	};

	const finish = (reason: string): void => {
		if (finished) return;
		finished = true;
		endStream(reason);
		log.info('rtmp connection closed', { remote, reason, bytes: session.counters.bytes });
		// What we have said last, a refusal mostly, should arrive; a peer that does not read must not keep the socket.
		const cancel = clock.after(timeouts.flush, () => socket.destroy());
		socket.once('close', () => {
			cancel();
			onClosed();
		});
		socket.resume();
		socket.destroySoon();
	};

	const send = (bytes: Uint8Array): void => {
		if (finished || socket.destroyed) return;
		socket.write(bytes);
		if (socket.writableLength > maxUnreadBytes) finish('the peer does not read');
	};

	/** Ends what the peer would have gone on with, and tells it why. */
	const expel = (reason: string, farewell = session.endPublish(reason)): void => {
		send(farewell);
		finish(reason);
	};

	const decide = async ({ name, query }: PublishTarget): Promise<void> => {
		const playable = createPictureSource(clock);
		try {
			const accepted = await hub.publish({
				name,
				protocol: 'rtmp',
				remote,
				query,
				stop: ({ code, message }) => {
					const word = code === 'STREAM_NAME_IN_USE' ? session.refusePublish : session.endPublish;
					expel(message, word(message));
				},
				counters: () => ({ ...session.counters, players: playable.players }),
				playable,
			});
			if (finished) {
				playable.end('the peer left');
				await accepted.end('the peer left');
				return;
			}
			publication = accepted;
			source = playable;
			waitingSince = clock.monotonic();
			send(session.acceptPublish(playable));
		} catch (error) {
			const reason = error instanceof LivestillError ? error.message : 'internal error';
			if (!(error instanceof LivestillError)) log.error('publish failed', { remote, reason: messageOf(error) });
			send(session.refusePublish(reason));
			finish(`publish of ${name} refused: ${reason}`);
		}
	};

	const handle = (event: Exclude<RtmpEvent, { kind: 'publish' }>): void => {
		switch (event.kind) {
			case 'send':
				send(event.bytes);
				break;
			case 'unit':
				publication?.deliver(event.unit);
				source?.push(event.unit);
				break;
			case 'discard':
				publication?.discard(event.reason);
				break;
			case 'unpublish':
				endStream('unpublished');
				break;
			case 'close':
				finish(event.reason);
				break;
		}
	};

	/** Works through the events of some bytes; a publish stops the work, and the socket, until it is decided. */
	const drain = (events: Generator<RtmpEvent, void>): void => {
		try {
			while (!finished) {
				const { value, done } = events.next();
				if (done) return;
				if (value.kind === 'publish') {
					socket.pause();
					void decide(value.target).then(() => {
						drain(events);
						socket.resume();
					});
					return;
				}
				handle(value);
			}
		} catch (error) {
			if (!(error instanceof LivestillError)) log.error('rtmp session failed', { remote, reason: messageOf(error) });
			finish(messageOf(error));
		}
	};

	socket.setKeepAlive(true, timeouts.idle);
	socket.on('data', (bytes) => {
		if (!finished) drain(session.receive(bytes));
	});
	socket.on('error', (error) => finish(error.message));
	socket.on('end', () => finish('the peer closed the connection'));
	socket.on('close', () => finish('the connection was closed'));
	log.info('rtmp connection opened', { remote });

	return {
		checkTime: () => {
			if (finished) return;
			const { phase, counters } = session;
			const now = clock.monotonic();
			if (phase === 'publishing' && counters.messages !== messagesSeen) {
				messagesSeen = counters.messages;
				waitingSince = now;
			}
			const waited = now - waitingSince;
			const seconds = Math.round(waited / 1000);
			if (phase === 'handshake' && waited > timeouts.handshake) finish(`no handshake within ${seconds} s`);
			else if (phase === 'commands' && waited > timeouts.publish) finish(`no publish within ${seconds} s`);
			else if (phase === 'publishing' && waited > timeouts.idle) finish(`no message for ${seconds} s`);
		},
		askToLeave: () => {
			const request = session.requestReconnect('This server ends soon.');
			if (request !== null) send(request);
		},
		finish: expel,
	};
};

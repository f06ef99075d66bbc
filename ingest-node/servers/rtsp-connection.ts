/**
 * One RTSP connection of a publisher: the socket, its session and, while it publishes, its publication. There is one way
 * out, `finish`, which logs the reason.
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { LivestillError } from '../../src/shared/errors.ts';
import type { Clock } from '../clock.ts';
import type { Hub } from '../hub.ts';
import { type Log, messageOf } from '../log.ts';
import type { PushedStream, PushPorts, UdpPath, UdpTrack } from '../protocols/rtsp/push-ports.ts';
import { createPushSession } from '../protocols/rtsp/push-session.ts';
import { createRtspReader } from '../protocols/rtsp/reader.ts';
import { createRtpPlayable } from '../protocols/webrtc/rtp-playable.ts';
import type { Connection } from './connection-server.ts';
import { peerAddress } from './peer-address.ts';
import type { RtspTimeouts } from './rtsp-timeouts.ts';
import { openUdpPortPair, type PortRange } from './udp-port-pair.ts';

export interface RtspConnectionOptions {
	readonly hub: Hub;
	readonly clock: Clock;
	readonly log: Log;
	readonly timeouts: RtspTimeouts;
	readonly udpPorts: PortRange | null;
	readonly takesDigest?: (() => boolean) | undefined;
	readonly onClosed: () => void;
}

/** Bytes that may wait for the peer to read them: all our answers together are below 4 kB, a report has 64. */
const maxUnreadBytes = 64 * 1024;

/** Takes the socket over. */
export const serveRtspConnection = (socket: Socket, options: RtspConnectionOptions): Connection => {
	const { hub, clock, log, timeouts, udpPorts, takesDigest, onClosed } = options;
	const remote = peerAddress(socket.remoteAddress, socket.remotePort);
	const reader = createRtspReader();
	const counters = { tcpBytes: 0, requests: 0, foreign: 0 };
	let finished = false;
	/** Start of the current wait, monotonic: connection or end of the last recording. */
	let waitingSince = clock.monotonic();
	let reportedAt = waitingSince;

	const send = (bytes: Uint8Array): void => {
		if (finished || socket.destroyed) return;
		socket.write(bytes);
		if (socket.writableLength > maxUnreadBytes) finish('the peer does not read');
	};

	const publish: PushPorts['publish'] = async ({ name, query }, proof): Promise<PushedStream> => {
		const playable = createRtpPlayable(clock);
		try {
			const publication = await hub.publish({
				name,
				protocol: 'rtsp',
				remote,
				query,
				...(proof === null ? {} : { proves: proof }),
				stop: (reason) => finish(reason.message),
				counters: () => ({ ...counters, ...session.counters(), players: playable.players }),
				playable,
			});
			const end = (reason: string): void => {
				playable.end(reason);
				void publication.end(reason);
			};
			return { ...publication, playable, end };
		} catch (error) {
			// Clients ask without credentials first, to be told how to prove them.
			const isQuestion = proof === null && error instanceof LivestillError && error.code === 'UNAUTHORIZED';
			if (!isQuestion) log.info('publish refused', { stream: name, remote, reason: messageOf(error) });
			throw error;
		}
	};

	const openUdp = async ({ clientPort, onPacket }: UdpTrack): Promise<UdpPath> => {
		const pair = await openUdpPortPair({
			remoteAddress: socket.remoteAddress ?? '',
			localAddress: socket.localAddress,
			range: udpPorts,
			onRtp: (bytes) => onPacket('rtp', bytes),
			onRtcp: (bytes) => onPacket('rtcp', bytes),
			onForeign: () => {
				counters.foreign += 1;
			},
		});
		pair.expect(clientPort);
		return pair;
	};

	const onFault = (error: unknown): void => log.error('rtsp session failed', { remote, reason: messageOf(error) });
	const createId = (): string => randomBytes(16).toString('hex');
	const session = createPushSession({ clock, createId, takesDigest, send, publish, openUdp, onFault }, Math.random);

	const finish = (reason: string): void => {
		if (finished) return;
		finished = true;
		session.end(reason);
		log.info('rtsp connection closed', { remote, reason, ...counters });
		// What we have said last, a refusal mostly, should arrive; a peer that does not read must not keep the socket.
		const cancel = clock.after(timeouts.flush, () => socket.destroy());
		socket.once('close', () => {
			cancel();
			onClosed();
		});
		socket.resume();
		socket.destroySoon();
	};

	/** Works through the messages of some bytes; nothing more is read from the socket while a request is answered. */
	const drain = async (bytes: Uint8Array): Promise<void> => {
		for (const message of reader.read(bytes)) {
			if (finished) return;
			if (message.kind === 'interleaved') session.receive(message);
			if (message.kind !== 'request') continue;
			counters.requests += 1;
			const before = session.phase;
			socket.pause();
			send(await session.answer(message));
			if (session.verdict !== null) finish(session.verdict);
			if (finished) return;
			if (before === 'recording' && session.phase !== before) waitingSince = clock.monotonic();
			socket.resume();
		}
	};

	socket.setKeepAlive(true, timeouts.media);
	socket.on('data', (bytes) => {
		counters.tcpBytes += bytes.length;
		if (finished) return;
		drain(bytes).catch((error: unknown) => {
			if (!(error instanceof LivestillError)) onFault(error);
			finish(messageOf(error));
		});
	});
	socket.on('error', (error) => finish(error.message));
	socket.on('end', () => finish('the peer closed the connection'));
	socket.on('close', () => finish('the connection was closed'));
	log.info('rtsp connection opened', { remote });

	return {
		checkTime: () => {
			if (finished) return;
			const now = clock.monotonic();
			const late = (since: number, limit: number, what: string): void => {
				if (now - since > limit) finish(`${what} within ${Math.round((now - since) / 1000)} s`);
			};
			if (session.phase !== 'recording') {
				if (counters.requests === 0) late(waitingSince, timeouts.request, 'no request');
				else late(waitingSince, timeouts.record, 'no recording');
				return;
			}
			if (session.hasLeft) late(session.heardAt, timeouts.goodbye, 'the publisher said goodbye, and nothing more came');
			else late(session.heardAt, timeouts.media, 'no media');
			if (now - reportedAt < timeouts.report) return;
			reportedAt = now;
			session.report();
		},
		askToLeave: () => {
			const request = session.redirect();
			if (request !== null) send(request);
		},
		finish,
	};
};

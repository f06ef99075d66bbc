/**
 * The node's end of one WebSDK connection, without its socket: text in, text out. It owns the streams of its client and
 * ends them when the client is gone.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { parseStreamName, type StreamName } from '../../../src/shared/stream-name.ts';
import { createBudget } from '../../budget.ts';
import type { IceServer } from '../../ice-servers.ts';
import { credentialsQuery } from './credentials.ts';
import { parseEnvelope, textField, writeEnvelope } from './envelope.ts';
import { availability, streamStatus, warning } from './outgoing.ts';
import type { SignallingPeer, SignallingPorts } from './ports.ts';
import { createSnapshotReplies } from './snapshot-replies.ts';
import { createStreams } from './streams.ts';
import { signallingTimeouts } from './timeouts.ts';
import { userData } from './user-data.ts';

export interface SignallingConnection {
	receive(text: string): void;
	/** To be called every second or so: pings, and closes a client that is silent for too long. */
	checkTime(): void;
	/** Ends all streams, and tells the client why. */
	fail(info: string): void;
	/** Ends all streams: the client is gone. */
	end(reason: string): void;
	readonly streams: number;
}

const maxIdLength = 100;
/** Messages: the SDK sends a few a minute. */
const messageBudget = { burst: 500, perSecond: 100 } as const;
/** Messages that are none at all, before the connection is closed. */
const maxBroken = 100;

type Fields = Readonly<Record<string, unknown>>;

export const createSignallingConnection = (peer: SignallingPeer, ports: SignallingPorts): SignallingConnection => {
	const { clock, isPublished, obstacle, timeouts = signallingTimeouts } = ports;
	const openedAt = clock.monotonic();
	const withinBudget = createBudget({ ...messageBudget, startedAt: openedAt });
	let connection: Fields | null = null;
	let heardAt = openedAt;
	let pingedAt = openedAt;
	let broken = 0;
	let ended = false;

	const send = (text: string): void => {
		if (!ended) peer.send(text);
	};
	/** Errors that the client has made are told to it and to nobody else. */
	const onFault = (error: unknown): void => {
		if (!(error instanceof LivestillError)) ports.onFault(error);
	};
	const streams = createStreams({ ...ports, timeouts, peer, send, onFault, connection: () => connection });
	const look = (name: StreamName, query: string): Promise<void> => ports.authoriseLook(name, query, peer.remote);
	const snapshots = createSnapshotReplies({
		take: async (name, query) => {
			await look(name, query);
			return ports.takeSnapshot(name);
		},
		...{ send, isLive: streams.has, onFault },
	});
	/** What the client has shown so far. */
	const shown = (): string => credentialsQuery(peer.query, connection?.authToken, connection?.custom);

	const open = (kind: 'publish' | 'play', fields: Fields): void => {
		const id = textField(fields, 'mediaSessionId', maxIdLength);
		if (id === null) send(warning(`${kind}Stream`, 'MediaSessionId is null'));
		// A status with this id would end the stream that has it.
		else if (streams.has(id)) send(warning(`${kind}Stream`, 'MediaSessionId is already in use'));
		else streams.open(kind, id, fields);
	};

	const stop = (kind: 'publish' | 'play', fields: Fields): void => {
		const id = textField(fields, 'mediaSessionId', maxIdLength);
		if (id === null) return;
		if (streams.stop(id)) return;
		// The buttons of a page wait for an answer, whatever has become of the stream.
		const status = kind === 'publish' ? 'UNPUBLISHED' : 'STOPPED';
		send(
			streamStatus({ mediaSessionId: id, name: textField(fields, 'name', 200) ?? '', status, info: 'Stopped by user' }),
		);
	};

	const snapshot = (fields: Fields): void => {
		const id = textField(fields, 'mediaSessionId', maxIdLength);
		if (id === null) send(warning('snapshot', 'MediaSessionId is null'));
		else if (connection === null)
			send(streamStatus({ mediaSessionId: id, name: '', status: 'FAILED', info: 'Session not ready' }));
		else snapshots.request(id, fields.name, streams.credentials(id) ?? shown());
	};

	const obstacleTo = async (value: unknown): Promise<string | null> => {
		try {
			const name = parseStreamName(value);
			await look(name, shown());
			return isPublished(name) ? obstacle(name) : 'Stream not found';
		} catch (error) {
			// No stream has a name that is none.
			return error instanceof LivestillError && error.code === 'UNAUTHORIZED' ? error.message : 'Stream not found';
		}
	};

	const handlers: Readonly<Record<string, (fields: Fields) => void>> = {
		connection: (fields) => {
			if (connection !== null) return;
			connection = fields;
			const { remote, local } = peer;
			const welcome = (iceServers: readonly IceServer[]): void =>
				send(userData({ remote, local, connection: fields, iceServers }));
			const iceServers = ports.iceServersFor(shown(), remote);
			// At once where nobody has to be asked: it is the first that a client hears.
			if (iceServers instanceof Promise) void iceServers.then(welcome, ports.onFault);
			else welcome(iceServers);
		},
		ping: () => send(writeEnvelope('pong', null)),
		publishStream: (fields) => open('publish', fields),
		playStream: (fields) => open('play', fields),
		unPublishStream: (fields) => stop('publish', fields),
		stopStream: (fields) => stop('play', fields),
		snapshot,
		availableStream: (fields) => {
			const id = textField(fields, 'mediaSessionId', maxIdLength);
			if (id === null) return;
			void obstacleTo(fields.name)
				.then((obstacle) => send(availability(id, obstacle)))
				.catch(ports.onFault);
		},
		sendStreamEvent: (fields) => {
			const info = streams.announce(fields);
			if (info !== null) send(warning('sendStreamEvent', info));
		},
		// There is no application server behind this node that could take it.
		sendData: ({ operationId }) =>
			send(writeEnvelope('DataStatusEvent', { operationId, status: 'FAILED', info: 'No application takes this data' })),
	};

	return {
		receive: (text) => {
			if (ended) return;
			heardAt = clock.monotonic();
			if (!withinBudget(heardAt)) return peer.close('too many messages');
			try {
				const { message, argument } = parseEnvelope(text);
				// Names that are not known are other features of the SDK, or later ones.
				if (Object.hasOwn(handlers, message)) handlers[message]?.(argument);
			} catch (error) {
				if (!(error instanceof LivestillError)) throw error;
				broken += 1;
				if (broken > maxBroken) return peer.close('too many broken messages');
				send(warning('', error.message));
			}
		},
		checkTime: () => {
			const now = clock.monotonic();
			if (connection === null && now - openedAt >= timeouts.hello) return peer.close('no connection message in time');
			if (now - heardAt >= timeouts.silence) return peer.close('the client is silent');
			if (connection === null || now - pingedAt < timeouts.ping) return;
			pingedAt = now;
			send(writeEnvelope('ping'));
			streams.checkSizes();
		},
		fail: streams.failAll,
		end: (reason) => {
			ended = true;
			streams.abandonAll(reason);
		},
		get streams() {
			return streams.count;
		},
	};
};

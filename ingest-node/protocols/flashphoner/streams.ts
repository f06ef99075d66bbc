/** The streams of one client, by the ids that it has given them. */
import { parseStreamName } from '../../../src/shared/stream-name.ts';
import { credentialsQuery } from './credentials.ts';
import { textField } from './envelope.ts';
import { failureInfo } from './failure-info.ts';
import { type MediaStream, openMediaStream } from './media-stream.ts';
import { streamEvent, streamStatus } from './outgoing.ts';
import type { SignallingPeer, SignallingPorts } from './ports.ts';
import type { PublisherSeat } from './rooms.ts';
import type { SignallingTimeouts } from './timeouts.ts';

/** Streams of one connection at a time: a wall of cameras fits, a flood does not. */
const maxStreams = 64;
/** Characters of an offer: browsers send 10,000. */
const maxOfferLength = 100_000;
/** Characters of an event's payload, which is sent to every player. */
const maxPayloadLength = 64 * 1024;
const maxTypeLength = 50;

type Fields = Readonly<Record<string, unknown>>;

export interface StreamsOptions extends SignallingPorts {
	readonly timeouts: SignallingTimeouts;
	readonly peer: SignallingPeer;
	readonly send: (text: string) => void;
	/** Argument of the `connection` message, `null` before it. */
	readonly connection: () => Fields | null;
}

export interface Streams {
	readonly count: number;
	has(id: string): boolean;
	/** Query string that the stream was opened with. */
	credentials(id: string): string | undefined;
	/** Any failure is told to the client as FAILED. */
	open(kind: 'publish' | 'play', id: string, fields: Fields): void;
	/** `false` when there is no such stream. */
	stop(id: string): boolean;
	/** Sends a publisher's event to its players; the result says why it cannot. */
	announce(fields: Fields): string | null;
	checkSizes(): void;
	abandonAll(reason: string): void;
	/** Ends all, and tells the client. */
	failAll(info: string): void;
}

export const createStreams = (options: StreamsOptions): Streams => {
	const { engine, rooms, clock, timeouts, peer, send, onFault, isPublished, connection } = options;
	const streams = new Map<string, MediaStream>();
	/** Leaves the room, for players; publishers have their seat. */
	const seats = new Map<string, PublisherSeat>();
	/** Credentials that each was opened with. */
	const shown = new Map<string, string>();

	const refusal = (fields: Fields): string | null => {
		if (connection() === null) return 'Session not ready';
		if (streams.size >= maxStreams) return `More than ${maxStreams} streams on one connection`;
		if (fields.mediaProvider !== 'WebRTC') return 'Only the media provider WebRTC is supported';
		if (textField(fields, 'sdp', maxOfferLength) === null) return 'No SDP offer, or a too long one';
		return null;
	};

	const start = (kind: 'publish' | 'play', id: string, fields: Fields): void => {
		const name = parseStreamName(fields.name);
		const query = credentialsQuery(peer.query, connection()?.authToken, connection()?.custom, fields.custom);
		const request = { name, offer: textField(fields, 'sdp', maxOfferLength) ?? '', remote: peer.remote, query };
		const createDate = clock.now();
		let leave = (): void => {};
		const stream = openMediaStream({
			kind,
			id,
			name,
			clock,
			timeouts,
			send,
			onFault,
			open: async () => {
				if (kind === 'publish') return engine.publish(request);
				await options.fetchStream?.(String(fields.name), query, peer.remote);
				return engine.play(request);
			},
			isPublished: () => isPublished(name),
			isStored: () => options.isStored(name),
			details: () => {
				const muted = rooms.muted(name);
				return {
					published: kind === 'publish',
					hasAudio: fields.hasAudio === true,
					hasVideo: fields.hasVideo === true,
					audioState: { muted: muted.audio },
					videoState: { muted: muted.video },
					createDate,
					mediaProvider: 'WebRTC',
				};
			},
			onOpened: () => {
				if (kind === 'publish') {
					const seat = rooms.publish(name);
					seats.set(id, seat);
					leave = seat.leave;
				} else
					leave = rooms.play(name, {
						onEvent: (type, payload) => send(streamEvent(id, type, payload)),
						onPublisherGone: () => stream.fail('Stopped by publisher stop'),
					});
			},
			onEnded: () => {
				streams.delete(id);
				shown.delete(id);
				seats.delete(id);
				leave();
			},
		});
		streams.set(id, stream);
		shown.set(id, query);
	};

	return {
		get count() {
			return streams.size;
		},
		has: (id) => streams.has(id),
		credentials: (id) => shown.get(id),
		open: (kind, id, fields) => {
			const fail = (info: string): void => {
				const name = textField(fields, 'name', 200) ?? '';
				send(streamStatus({ mediaSessionId: id, name, status: 'FAILED', info }));
			};
			const refused = refusal(fields);
			if (refused !== null) return fail(refused);
			if (kind === 'publish' && /^rtsps?:\/\//i.test(String(fields.name))) return fail('Bad URI');
			try {
				start(kind, id, fields);
			} catch (error) {
				onFault(error);
				fail(failureInfo(kind, error));
			}
		},
		stop: (id) => {
			const stream = streams.get(id);
			stream?.stop();
			return stream !== undefined;
		},
		announce: (fields) => {
			const id = textField(fields, 'mediaSessionId', 100);
			const type = textField(fields, 'type', maxTypeLength);
			const seat = id === null ? undefined : seats.get(id);
			// Before its answer, the state of a publisher's microphone comes without anybody having asked.
			if (type === null || id === null) return 'An event needs mediaSessionId and type';
			if (seat === undefined) return streams.has(id) ? null : 'Stream not found';
			const payload = fields.payload === undefined ? '' : JSON.stringify(fields.payload);
			if (payload.length > maxPayloadLength) return `The payload is longer than ${maxPayloadLength} characters`;
			seat.announce(type, payload);
			return null;
		},
		checkSizes: () => {
			for (const stream of streams.values()) stream.checkSize();
		},
		failAll: (info) => {
			for (const stream of [...streams.values()]) stream.fail(info);
		},
		abandonAll: (reason) => {
			for (const stream of [...streams.values()]) stream.abandon(reason);
		},
	};
};

/**
 * The streams of this node: one publisher per name, its newest keyframe in memory, its writer. Protocol servers publish
 * here and know nothing of the store.
 */
import { randomUUID } from 'node:crypto';
import { LivestillError } from '../src/shared/errors.ts';
import type { Protocol } from '../src/shared/keyframe-object.ts';
import type { StreamName } from '../src/shared/stream-name.ts';
import type { Clock } from './clock.ts';
import { createErrorCounter } from './error-counter.ts';
import { createFreshKeyframes, type FreshKeyframes, type FreshOptions } from './fresh-keyframe.ts';
import type { HistoryKeeper } from './history/keeper.ts';
import type { Keyframe, Session } from './keyframe.ts';
import { createKeyframeWriter, type KeyframeWriter } from './keyframe-writer.ts';
import { type Log, messageOf } from './log.ts';
import { claimName, nameInUse } from './name-claim.ts';
import type { Playable } from './playable.ts';
import type { KeyframeStore, PutCondition } from './store/port.ts';
import type { AccessUnit } from './unit.ts';

export interface PublishRequest {
	readonly name: StreamName;
	readonly protocol: Protocol;
	/** Address and port of the peer. */
	readonly remote: string;
	/** Query string that came with the name, without `?`: credentials for {@link HubOptions.authorise}, never logged. */
	readonly query: string;
	/** Whether the publisher has proved to know a secret that it has not sent along: RTSP's digest. Without it: no. */
	readonly proves?: (secret: string) => boolean;
	/** Ends the publisher when the name is lost or the node stops. The server then calls {@link Publication.end}. */
	readonly stop: (reason: LivestillError) => void;
	/** Counters of the protocol, for `/health`. */
	readonly counters: () => Readonly<Record<string, number>>;
	/**
	 * Asks the publisher for a keyframe now, where its protocol can (RTCP PLI). Called three times a second at most; the
	 * keyframe comes by {@link Publication.deliver}. Must not throw.
	 */
	readonly requestKeyframe?: () => void;
	/** Somebody wants a picture: called at each call for a keyframe. Must not throw. */
	readonly onWanted?: () => void;
	/** The node itself fetches the stream: there is nobody to authorise. */
	readonly isPulled?: boolean;
	/** How players get the stream, where its protocol can be played. */
	readonly playable?: Playable;
}

/** A publish that was let in. */
export interface Publication {
	readonly session: Session;
	/** Takes a keyframe. @throws nothing */
	deliver(unit: AccessUnit): void;
	/** The publisher pauses: its newest keyframe is not shown any longer, and the name stays taken. */
	withdraw(): void;
	/** Counts a frame or message that had to be discarded. */
	discard(reason: string): void;
	/** Ends the stream; resolves when the store says so. May be called again. Never rejects. */
	end(reason: string): Promise<void>;
}

/** A stream as `/health` shows it. */
export interface StreamStatus {
	readonly name: StreamName;
	readonly session: string;
	readonly protocol: Protocol;
	readonly remote: string;
	readonly publishedAt: number;
	readonly codec: string;
	readonly width: number;
	readonly height: number;
	readonly keyframes: number;
	/** Arrival of the newest keyframe, epoch milliseconds; `null` before the first. */
	readonly keyframeAt: number | null;
	readonly keyframeInterval: number;
	readonly pushes: number;
	/** Keyframes that were never written: a newer one came first. */
	readonly superseded: number;
	/** Whether the lease has run out and the store takes no new one. */
	readonly isUnrenewed: boolean;
	readonly errors: number;
	readonly counters: Readonly<Record<string, number>>;
}

/** Holds a name among the processes of a node, from before it is claimed in the store until its tombstone is written. */
export interface NameHold {
	/** The stream is over, the tombstone on its way. */
	ending(): void;
	release(): void;
}

export interface HubOptions {
	readonly store: KeyframeStore;
	readonly clock: Clock;
	readonly log: Log;
	/** Control URL of this node, or ''. */
	readonly node: string;
	/** Milliseconds. */
	readonly pushInterval: number;
	readonly random?: () => number;
	/** Keeps keyframes for a while; without it none are. */
	readonly history?: HistoryKeeper | undefined;
	/**
	 * Holds the name among the processes of this node, where there are several. @throws LivestillError `STREAM_NAME_IN_USE`
	 */
	readonly hold?: (name: StreamName) => Promise<NameHold>;
	/** Lets a publisher in, or rejects with the reason that the publisher is told. */
	readonly authorise?: (request: PublishRequest) => Promise<void>;
	/** Hears how it stood with each stream when it ended. */
	readonly onEnded?: (status: StreamStatus) => void;
	/** Hears of each keyframe that is in the store now, where it was not before: from then on viewers get it. Must not throw. */
	readonly onStored?: (session: Session, keyframe: Keyframe) => void;
	/** Hears of each stream that viewers find no longer. Must not throw. */
	readonly onGone?: (session: Session, reason: string) => void;
	/** Hears of each publisher that was not let in. */
	readonly onRefused?: (protocol: Protocol, error: unknown) => void;
}

export interface FreshSessionOptions extends FreshOptions {
	/** UUID of the publish that is meant. */
	readonly session: string;
}

export interface FreshKeyframe {
	readonly session: Session;
	readonly keyframe: Keyframe | null;
}

export interface PlayableStream {
	readonly playable: Playable;
	/** Tells its source that somebody wants it: a camera on demand is fetched. */
	readonly want: () => void;
	/** Of the newest keyframe; `null` before the first. */
	readonly size: () => { readonly width: number; readonly height: number } | null;
}

export interface Hub {
	/**
	 * Claims the name. At most a few seconds: as long as the store needs, or a lease that has just run out.
	 *
	 * @throws LivestillError `STREAM_NAME_IN_USE`, `STORE_UNAVAILABLE`, or what `authorise` rejects with
	 */
	publish(request: PublishRequest): Promise<Publication>;
	/** Newest keyframe of a stream that is published here, or `null`. */
	newestKeyframe(name: StreamName): { readonly session: Session; readonly keyframe: Keyframe } | null;
	/**
	 * A keyframe captured after the call, or after `after`, where the publisher can be asked for one; else, and when the
	 * time is up, the newest one, `null` when there is none. `null` for a session that is not, or no longer, published
	 * here. Never rejects.
	 */
	freshKeyframe(name: StreamName, options: FreshSessionOptions): Promise<FreshKeyframe | null>;
	streams(): StreamStatus[];
	/** One of {@link Hub.streams}, or `null`. */
	status(name: StreamName): StreamStatus | null;
	/** What players may follow; `null` when nobody publishes the name here, or by a protocol that cannot be played. */
	playable(name: StreamName): PlayableStream | null;
	/** Refuses new publishers from now on. */
	drain(): void;
	/** Refuses new publishers, ends all streams, resolves when the store knows. */
	close(): Promise<void>;
}

interface Stream {
	readonly session: Session;
	readonly status: () => StreamStatus;
	readonly playable: Playable | undefined;
	readonly stop: (reason: LivestillError) => void;
	readonly end: (reason: string) => Promise<void>;
	readonly fresh: FreshKeyframes;
	readonly onWanted: (() => void) | undefined;
	newest: Keyframe | null;
}

/** Of a node that is one process. */
const nobodyElse: NameHold = { ending: () => {}, release: () => {} };

export const createHub = (options: HubOptions): Hub => {
	const { store, clock, log, node, pushInterval, random = Math.random } = options;
	const { authorise, onEnded, onRefused, onStored, onGone } = options;
	const { history, hold = async () => nobodyElse } = options;
	const streams = new Map<StreamName, Stream>();
	const claiming = new Set<StreamName>();
	/** Streams whose tombstone is on its way: a new publish of the name waits for it. */
	const ending = new Map<StreamName, Promise<void>>();
	let closed = false;

	const isOurs = (session: string): boolean => [...streams.values()].some((stream) => stream.session.id === session);

	const refuseWhenClosed = (): void => {
		if (closed) throw new LivestillError('BUSY', 'the ingest node is shutting down');
	};

	const claim = async ({ name }: PublishRequest): Promise<{ condition: PutCondition; held: NameHold }> => {
		await ending.get(name);
		const held = await hold(name);
		try {
			const condition = await claimName(name, { store, clock, node, isOurs });
			refuseWhenClosed();
			return { condition, held };
		} catch (error) {
			held.release();
			throw error;
		}
	};

	const open = (request: PublishRequest, condition: PutCondition, held: NameHold): Publication => {
		const { name, protocol, remote, stop, playable } = request;
		const publishedAt = clock.now();
		const session: Session = { name, id: randomUUID(), protocol, node, publishedAt, history: history?.policy };
		const keep = history?.open(session);
		const errors = createErrorCounter(clock, (count, last) => log.warn('stream errors', { stream: name, count, last }));
		let keyframeAt = 0;
		let sequence = 0;
		let isUnrenewed = false;
		/** Viewers have got a picture. */
		let isSeen = false;
		let whenEnded: Promise<void> | null = null;

		const end = (reason: string): Promise<void> => {
			if (whenEnded !== null) return whenEnded;
			streams.delete(name);
			stream.fresh.end();
			errors.flush();
			onEnded?.(status());
			const fields = { stream: name, session: session.id, reason, keyframes: sequence, pushes: writer.pushes };
			log.info('stream ended', fields);
			held.ending();
			whenEnded = writer.end().finally(() => {
				held.release();
				if (ending.get(name) === whenEnded) ending.delete(name);
				onGone?.(session, reason);
			});
			ending.set(name, whenEnded);
			return whenEnded;
		};

		const status = (): StreamStatus => ({
			name,
			session: session.id,
			protocol,
			remote,
			publishedAt: session.publishedAt,
			codec: stream.newest?.unit.codec ?? 'none',
			width: stream.newest?.unit.width ?? 0,
			height: stream.newest?.unit.height ?? 0,
			keyframes: sequence,
			keyframeAt: stream.newest?.capturedAt ?? null,
			keyframeInterval: stream.newest?.interval ?? 0,
			pushes: writer.pushes,
			superseded: writer.superseded,
			isUnrenewed,
			errors: errors.total,
			counters: request.counters(),
		});

		const fresh = createFreshKeyframes({ clock, request: request.requestKeyframe, newest: () => stream.newest });
		const { onWanted } = request;
		const stream: Stream = { session, status, playable, stop, end, fresh, onWanted, newest: null };
		streams.set(name, stream);
		const writer: KeyframeWriter = createKeyframeWriter(session, {
			store,
			clock,
			random,
			pushInterval,
			condition,
			isOurs,
			onLost: stop,
			onFailure: (error) => errors.count(messageOf(error)),
			onWritten: (keyframe) => {
				if (!isSeen) {
					const milliseconds = Math.round(clock.now() - session.publishedAt);
					log.info('first keyframe stored', { stream: name, session: session.id, milliseconds });
				}
				isSeen = true;
				onStored?.(session, keyframe);
			},
			onFence: (isFenced) => {
				isUnrenewed = isFenced;
				const fields = { stream: name, session: session.id };
				if (isFenced) log.warn('the lease ran out, the store does not take it', fields);
				else log.info('the stream has its name again', fields);
			},
		});
		log.info('stream published', { stream: name, session: session.id, protocol, remote });

		return {
			session,
			deliver: (unit) => {
				if (!unit.keyframe || whenEnded !== null) return;
				const now = clock.monotonic();
				const previous = stream.newest;
				const interval = previous === null ? 0 : Math.round(now - keyframeAt);
				sequence += 1;
				stream.newest = { unit, capturedAt: clock.now(), sequence, interval };
				keyframeAt = now;
				writer.offer(stream.newest);
				keep?.(stream.newest);
				fresh.arrived(stream.newest);
			},
			withdraw: () => {
				stream.newest = null;
				writer.withdraw();
			},
			discard: (reason) => errors.count(reason),
			end,
		};
	};

	return {
		publish: async (request) => {
			refuseWhenClosed();
			const { name } = request;
			try {
				// Before anything else: a stranger neither learns which names are taken nor keeps one from its owner meanwhile.
				if (request.isPulled !== true) await authorise?.(request);
				refuseWhenClosed();
				if (streams.has(name) || claiming.has(name)) throw nameInUse();
				claiming.add(name);
				try {
					const { condition, held } = await claim(request);
					return open(request, condition, held);
				} finally {
					claiming.delete(name);
				}
			} catch (error) {
				onRefused?.(request.protocol, error);
				throw error;
			}
		},
		newestKeyframe: (name) => {
			const stream = streams.get(name);
			return stream?.newest ? { session: stream.session, keyframe: stream.newest } : null;
		},
		freshKeyframe: async (name, { session, ...options }) => {
			const stream = streams.get(name);
			if (stream?.session.id !== session) return null;
			stream.onWanted?.();
			const keyframe = await stream.fresh.wait(options);
			return streams.get(name) === stream ? { session: stream.session, keyframe } : null;
		},
		streams: () => [...streams.values()].map((stream) => stream.status()),
		status: (name) => streams.get(name)?.status() ?? null,
		playable: (name) => {
			const stream = streams.get(name);
			if (stream?.playable === undefined) return null;
			const size = () => stream.newest && { width: stream.newest.unit.width, height: stream.newest.unit.height };
			return { playable: stream.playable, size, want: () => stream.onWanted?.() };
		},
		drain: () => {
			closed = true;
		},
		close: async () => {
			closed = true;
			const reason = new LivestillError('INTERNAL', 'the ingest node is shutting down');
			for (const stream of [...streams.values()]) {
				stream.stop(reason);
				void stream.end(reason.message);
			}
			await Promise.all(ending.values());
		},
	};
};

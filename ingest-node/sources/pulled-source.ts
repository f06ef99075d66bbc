/**
 * The life of one source: fetched again and again while it is wanted, with growing pauses where it fails. While it is not
 * fetched there is no stream of its name, and so no old picture; only a source on demand stands by under its name,
 * "published, no keyframe yet", so that whoever asks for a picture reaches this node.
 */

import { LivestillError } from '../../src/shared/errors.ts';
import { createBackoff } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { Hub, Publication } from '../hub.ts';
import { type Log, messageOf } from '../log.ts';
import type { LowerTransport } from '../protocols/rtsp/pull-session.ts';
import { createRtpPlayable } from '../protocols/webrtc/rtp-playable.ts';
import type { AccessUnit } from '../unit.ts';
import type { Pull, StartPull } from './pull.ts';
import type { SourceSettings, SourceState } from './source.ts';

export interface PulledSource {
	readonly settings: SourceSettings;
	readonly state: SourceState;
	/** Why the last attempt failed; '' while none has. */
	readonly failure: string;
	/** Resolves when its video runs under its name; rejects when the next attempt fails, or it has ended. */
	untilPublished(): Promise<void>;
	/** Resolves when it has ended, by itself or not. Never rejects. */
	readonly ended: Promise<void>;
	/** Ends it for good; resolves when the store knows. Never rejects. */
	end(reason: string): Promise<void>;
}

export interface SourceTools {
	readonly hub: Pick<Hub, 'publish'>;
	readonly clock: Clock;
	readonly log: Log;
	/** 0 ≤ x < 1. */
	readonly random: () => number;
	readonly startPull: StartPull;
	/** Milliseconds without anybody who asks for a picture, after which a source on demand is let go. */
	readonly idleTimeout: number;
}

/** Milliseconds: a camera that reboots takes half a minute. */
const pauses = { first: 1000, longest: 30_000 };
/** Milliseconds of play after which the next failure counts as the first. */
const healthyAfter = 10_000;
const idle = 'nobody wants it';

const other: Readonly<Record<LowerTransport, LowerTransport>> = { tcp: 'udp', udp: 'tcp' };

/** Starts at once. */
export const startSource = (settings: SourceSettings, tools: SourceTools): PulledSource => {
	const { name, uri, isOnDemand, isTransient } = settings;
	const { hub, clock, log, random, startPull, idleTimeout } = tools;
	const backoff = createBackoff(clock, random, pauses);
	let transports: readonly LowerTransport[] = [settings.transport, other[settings.transport]];
	let state: SourceState = isOnDemand ? 'standby' : 'connecting';
	let failure = '';
	let publication: Publication | null = null;
	let pull: Pull | null = null;
	let wantedAt: number | null = isTransient ? clock.monotonic() : null;
	let published = Promise.withResolvers<void>();
	// Nobody may be waiting for it.
	published.promise.catch(() => {});
	const playable = createRtpPlayable(clock);
	/** Why this round has to end, or the whole. */
	let lost: string | null = null;
	let ending: string | null = null;
	let proceed = (): void => {};

	/** Waits until something has happened, or so many milliseconds. */
	const pause = (milliseconds = Number.POSITIVE_INFINITY): Promise<void> =>
		new Promise((resolve) => {
			const cancel = Number.isFinite(milliseconds) ? clock.after(milliseconds, resolve) : () => {};
			proceed = () => {
				cancel();
				resolve();
			};
		});

	const interrupt = (reason: string): void => {
		lost = reason;
		pull?.stop(reason);
		proceed();
	};

	const want = (): void => {
		wantedAt = clock.monotonic();
		if (state === 'standby') proceed();
	};

	const publish = async (): Promise<Publication> =>
		hub.publish({
			name,
			protocol: 'rtsp',
			remote: `${uri.host}:${uri.port}`,
			query: '',
			isPulled: true,
			stop: (reason) => interrupt(reason.message),
			counters: () => ({ ...pull?.counters(), players: playable.players }),
			onWanted: want,
			playable,
		});

	const standBy = async (): Promise<void> => {
		publication ??= await publish();
		state = 'standby';
		wantedAt = null;
		while (wantedAt === null && (ending ?? lost) === null) await pause();
	};

	/** Stops the pull when nobody has wanted it for long enough; the result ends the watch. */
	const watchDemand = (current: Pull): (() => void) => {
		let cancel = (): void => {};
		const look = (): void => {
			if (playable.players > 0) wantedAt = clock.monotonic();
			const rest = (wantedAt ?? 0) + idleTimeout - clock.monotonic();
			if (rest <= 0) current.stop(idle);
			else cancel = clock.after(rest, look);
		};
		if (isOnDemand || isTransient) look();
		return () => cancel();
	};

	const play = async (): Promise<string> => {
		state = 'connecting';
		/** A keyframe that came before the name was ours. */
		let early: AccessUnit | null = null;
		let publishing: Promise<void> | null = null;
		let startedAt: number | null = null;
		const announce = async (): Promise<void> => {
			try {
				publication ??= await publish();
				if (early !== null) publication.deliver(early);
				published.resolve();
			} catch (error) {
				current.stop(messageOf(error));
			}
		};
		const current = startPull(settings, transports, {
			onStart: () => {
				state = 'playing';
				startedAt = clock.monotonic();
				publishing = announce();
			},
			onKeyframe: (unit) => {
				if (publication === null) early = unit;
				else publication.deliver(unit);
			},
			onDiscard: (reason) => publication?.discard(reason),
			playable,
		});
		pull = current;
		const stopWatching = watchDemand(current);
		const { reason, mute } = await current.ended;
		stopWatching();
		await publishing;
		pull = null;
		if (mute !== null) transports = [other[mute], mute];
		if (startedAt !== null && clock.monotonic() - startedAt > healthyAfter) backoff.reset();
		return reason;
	};

	const round = async (): Promise<string> => {
		lost = null;
		try {
			if (isOnDemand) await standBy();
			return ending ?? lost ?? (await play());
		} catch (error) {
			return messageOf(error);
		}
	};

	const run = async (): Promise<void> => {
		while (ending === null) {
			const reason = await round();
			state = 'waiting';
			published.reject(new LivestillError('STREAM_NOT_FOUND', reason));
			published = Promise.withResolvers();
			published.promise.catch(() => {});
			if (isTransient) ending ??= reason;
			if (reason === idle && ending === null) {
				publication?.withdraw();
				continue;
			}
			// The next round waits for the tombstone by itself; it must not wait for a store that is gone.
			void publication?.end(reason);
			publication = null;
			if (ending !== null) continue;
			failure = reason;
			backoff.failed();
			const wait = backoff.until - clock.monotonic();
			log.warn('source failed', { stream: name, reason, retryIn: Math.round(wait) });
			await pause(wait);
		}
	};

	log.info('source added', { stream: name, camera: `${uri.host}:${uri.port}`, onDemand: isOnDemand });
	const finished = run();

	return {
		settings,
		untilPublished: () => published.promise,
		ended: finished,
		get state() {
			return state;
		},
		get failure() {
			return failure;
		},
		end: async (reason) => {
			if (ending === null) log.info('source removed', { stream: name, reason });
			ending ??= reason;
			interrupt(reason);
			const last = publication;
			await finished;
			await last?.end(reason);
		},
	};
};

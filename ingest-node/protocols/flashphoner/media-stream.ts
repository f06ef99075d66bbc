/**
 * One stream object of a client, publishing or playing: offer → answer → media connected → status → end. It ends once,
 * with a status and a reason, or without a word when the client is gone.
 */
import type { StreamName } from '../../../src/shared/stream-name.ts';
import { type Clock, delay } from '../../clock.ts';
import type { MediaSession } from '../../media-engine.ts';
import { failureInfo } from './failure-info.ts';
import { remoteSdp, type StreamStatus, streamStatus, videoFormat } from './outgoing.ts';
import type { SignallingTimeouts } from './timeouts.ts';

export interface MediaStreamOptions {
	readonly kind: 'publish' | 'play';
	/** The client's `mediaSessionId`. */
	readonly id: string;
	readonly name: StreamName;
	readonly clock: Clock;
	readonly timeouts: SignallingTimeouts;
	/** Asks the media engine. */
	readonly open: () => Promise<MediaSession>;
	readonly send: (text: string) => void;
	/** Fields of a status event beside id, name and status. */
	readonly details: () => Readonly<Record<string, unknown>>;
	readonly isPublished: () => boolean;
	readonly isStored: () => boolean;
	/** The engine has let it in. */
	readonly onOpened: () => void;
	/** Called once, before the last status is sent. */
	readonly onEnded: () => void;
	/** An error that is none of the client's. */
	readonly onFault: (error: unknown) => void;
}

export interface MediaStream {
	readonly kind: 'publish' | 'play';
	readonly name: StreamName;
	/** Ends it as its client asks: UNPUBLISHED or STOPPED. */
	stop(): void;
	fail(info: string): void;
	/** Ends it without a word. */
	abandon(reason: string): void;
	/** Tells a player the size of the video when that has changed. */
	checkSize(): void;
}

/** Milliseconds between two looks whether the store has a new stream. */
const storeInterval = 20;

/** Starts at once. */
export const openMediaStream = (options: MediaStreamOptions): MediaStream => {
	const { kind, id, name, clock, timeouts, send } = options;
	const running = kind === 'publish' ? 'PUBLISHING' : 'PLAYING';
	let media: MediaSession | null = null;
	let isLive = false;
	/** Why it has ended; `null` until then. */
	let ending: string | null = null;
	let size = '';

	const status = (value: StreamStatus, info?: string): void =>
		send(
			streamStatus({
				...options.details(),
				mediaSessionId: id,
				name,
				status: value,
				...(info === undefined ? {} : { info }),
			}),
		);

	const end = (reason: string, value: StreamStatus | null): void => {
		if (ending !== null) return;
		ending = reason;
		cancelPending();
		media?.close(reason);
		options.onEnded();
		if (value !== null) status(value, reason);
	};
	const fail = (info: string): void => end(info, 'FAILED');

	const cancelPending = clock.after(timeouts.pending, () => fail('Failed by ICE timeout'));

	const checkSize = (): void => {
		const now = media?.size() ?? null;
		if (kind !== 'play' || !isLive || now === null || `${now.width}x${now.height}` === size) return;
		size = `${now.width}x${now.height}`;
		for (const text of videoFormat(id, now)) send(text);
	};

	const onMediaClosed = (reason: string): void => {
		clock.after(timeouts.stopGrace, () =>
			fail(kind === 'play' && !options.isPublished() ? 'Stopped by publisher stop' : reason),
		);
	};

	const untilStored = async (): Promise<void> => {
		const deadline = clock.monotonic() + timeouts.store;
		while (ending === null && !options.isStored() && clock.monotonic() < deadline) await delay(clock, storeInterval);
	};

	const run = async (): Promise<void> => {
		try {
			const opened = await options.open();
			// Nobody may be waiting for it any more.
			opened.connected.catch(() => {});
			if (ending !== null) {
				opened.close(ending);
				return;
			}
			media = opened;
			options.onOpened();
			void opened.closed.then(onMediaClosed);
			send(remoteSdp(id, opened.answer));
			await opened.connected;
			if (kind === 'publish') await untilStored();
			if (ending !== null) return;
			isLive = true;
			cancelPending();
			status(running);
			checkSize();
		} catch (error) {
			if (ending === null) options.onFault(error);
			fail(failureInfo(kind, error));
		}
	};
	void run();

	return {
		kind,
		name,
		stop: () => end('Stopped by user', kind === 'publish' ? 'UNPUBLISHED' : 'STOPPED'),
		fail,
		abandon: (reason) => end(reason, null),
		checkSize,
	};
};

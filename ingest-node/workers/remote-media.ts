/**
 * Players whose signalling is in one worker and whose publisher in another. The media engine of the publisher's worker
 * answers the offer, and the player's packets go there; only its signalling stays where it came in.
 */
import { LivestillError } from '../../src/shared/errors.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../log.ts';
import type { MediaEngine, MediaRequest, MediaSession } from '../media-engine.ts';

/** What the worker with the publisher tells the one with the signalling. */
export type MediaEvent = { readonly media: string } & (
	| { readonly kind: 'connected' }
	| { readonly kind: 'failed'; readonly message: string }
	| { readonly kind: 'closed'; readonly reason: string }
	| { readonly kind: 'size'; readonly width: number; readonly height: number }
);

export interface RemotePlay {
	readonly media: string;
	readonly request: MediaRequest;
}

/** Milliseconds between two looks whether the size of a video has changed. */
const sizeInterval = 1000;

export interface MediaHost {
	/** Opens a session for the worker `from`. Resolves to the SDP answer. */
	play(from: number, play: RemotePlay): Promise<string>;
	close(media: string, reason: string): void;
	/** That worker is gone: nobody can end its sessions any more. */
	gone(slot: number): void;
}

/** The end with the publisher. @param tell sends an event to the worker with that slot */
export const createMediaHost = (
	engine: MediaEngine,
	clock: Clock,
	tell: (slot: number, event: MediaEvent) => void,
): MediaHost => {
	const sessions = new Map<string, { readonly from: number; readonly session: MediaSession }>();

	const follow = (from: number, media: string, session: MediaSession): void => {
		let told = '';
		const lookAtSize = (): void => {
			if (!sessions.has(media)) return;
			const size = session.size();
			if (size !== null && `${size.width}x${size.height}` !== told) {
				told = `${size.width}x${size.height}`;
				tell(from, { media, kind: 'size', ...size });
			}
			clock.after(sizeInterval, lookAtSize);
		};
		session.connected.then(
			() => {
				lookAtSize();
				tell(from, { media, kind: 'connected' });
			},
			(error: unknown) => tell(from, { media, kind: 'failed', message: messageOf(error) }),
		);
		void session.closed.then((reason) => {
			sessions.delete(media);
			tell(from, { media, kind: 'closed', reason });
		});
	};

	return {
		play: async (from, { media, request }) => {
			const session = await engine.play(request);
			sessions.set(media, { from, session });
			follow(from, media, session);
			return session.answer;
		},
		close: (media, reason) => sessions.get(media)?.session.close(reason),
		gone: (slot) => {
			for (const { from, session } of [...sessions.values()])
				if (from === slot) session.close('the process of the signalling has ended');
		},
	};
};

interface Remote {
	readonly slot: number;
	readonly connected: PromiseWithResolvers<void>;
	readonly closed: PromiseWithResolvers<string>;
	size: { readonly width: number; readonly height: number } | null;
}

export interface MediaGuests {
	/** Plays a stream of the worker with that slot. @param ask gives its answer; @param close ends the session there */
	play(slot: number, media: string, ask: () => Promise<string>, close: (reason: string) => void): Promise<MediaSession>;
	event(event: MediaEvent): void;
	gone(slot: number): void;
}

/** The end with the signalling. */
export const createMediaGuests = (): MediaGuests => {
	const remotes = new Map<string, Remote>();

	const end = (media: string, reason: string): void => {
		const remote = remotes.get(media);
		remotes.delete(media);
		remote?.connected.reject(new LivestillError('PROTOCOL_VIOLATION', reason));
		remote?.closed.resolve(reason);
	};

	return {
		play: async (slot, media, ask, close) => {
			const remote: Remote = {
				slot,
				connected: Promise.withResolvers(),
				closed: Promise.withResolvers(),
				size: null,
			};
			remote.connected.promise.catch(() => {});
			// Before the answer: events may overtake what is done with it.
			remotes.set(media, remote);
			try {
				const answer = await ask();
				return {
					answer,
					connected: remote.connected.promise,
					closed: remote.closed.promise,
					size: () => remote.size,
					close: (reason) => {
						close(reason);
						end(media, reason);
					},
				};
			} catch (error) {
				remotes.delete(media);
				throw error;
			}
		},
		event: (event) => {
			const remote = remotes.get(event.media);
			if (remote === undefined) return;
			if (event.kind === 'connected') remote.connected.resolve();
			else if (event.kind === 'failed')
				remote.connected.reject(new LivestillError('PROTOCOL_VIOLATION', event.message));
			else if (event.kind === 'size') remote.size = { width: event.width, height: event.height };
			else end(event.media, event.reason);
		},
		gone: (slot) => {
			for (const [media, remote] of [...remotes])
				if (remote.slot === slot) end(media, 'the process of the publisher has ended');
		},
	};
};

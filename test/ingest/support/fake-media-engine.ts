import type { MediaEngine, MediaRequest, MediaSession } from '../../../ingest-node/media-engine.ts';
import { LivestillError } from '../../../src/shared/errors.ts';

export interface FakeMedia extends MediaSession {
	readonly request: MediaRequest;
	readonly kind: 'publish' | 'play';
	/** Why it was closed by its owner; `null` while it was not. */
	closedWith: string | null;
	connect(): void;
	failToConnect(error: Error): void;
	/** Ends it as the media itself does. */
	die(reason: string): void;
	videoSize: { width: number; height: number } | null;
}

export interface FakeMediaEngine extends MediaEngine {
	readonly sessions: readonly FakeMedia[];
	/** Throws this for the next offer. */
	refuseNext: Error | null;
	/** Holds the answers back. */
	hold: Promise<void> | null;
	isPublished(name: string): boolean;
}

/** Media without media: knows its names, connects when it is told to, or at once. */
export const createFakeMediaEngine = ({ connectAtOnce = true } = {}): FakeMediaEngine => {
	const sessions: FakeMedia[] = [];
	const published = new Map<string, FakeMedia>();

	const open = (kind: 'publish' | 'play', request: MediaRequest): FakeMedia => {
		const connected = Promise.withResolvers<void>();
		const closed = Promise.withResolvers<string>();
		const over = (reason: string): void => {
			if (published.get(request.name) === media) published.delete(request.name);
			closed.resolve(reason);
		};
		const media: FakeMedia = {
			request,
			kind,
			answer: `answer to ${request.offer}`,
			connected: connected.promise,
			closed: closed.promise,
			closedWith: null,
			videoSize: null,
			size: () => media.videoSize,
			close: (reason) => {
				media.closedWith ??= reason;
				over(reason);
			},
			connect: connected.resolve,
			failToConnect: connected.reject,
			die: over,
		};
		if (connectAtOnce) connected.resolve();
		sessions.push(media);
		return media;
	};

	const admit = async (): Promise<void> => {
		if (engine.hold !== null) await engine.hold;
		const refusal = engine.refuseNext;
		engine.refuseNext = null;
		if (refusal !== null) throw refusal;
	};

	const engine: FakeMediaEngine = {
		sessions,
		refuseNext: null,
		hold: null,
		isPublished: (name) => published.has(name),
		publish: async (request) => {
			await admit();
			if (published.has(request.name)) throw new LivestillError('STREAM_NAME_IN_USE', 'Stream name is already in use');
			const media = open('publish', request);
			published.set(request.name, media);
			return media;
		},
		play: async (request) => {
			await admit();
			if (!published.has(request.name)) throw new LivestillError('STREAM_NOT_FOUND', 'no live stream has this name');
			return open('play', request);
		},
	};
	return engine;
};

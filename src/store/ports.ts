/** The only storage words that the rest of the edge knows. Adapters: `r2.ts`, `ingest-node.ts`, `cache-api.ts`. */
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import type { Verdict } from '../shared/preview/verdict.ts';
import type { StreamName } from '../shared/stream-name.ts';

/** A keyframe object that was found. Its owner calls `read` or `discard`; a body left alone ties up a connection. */
export interface StoredKeyframe {
	readonly info: KeyframeInfo;
	/** Bytes of the body. */
	readonly size: number;
	/** The body. @throws LivestillError `STORE_UNAVAILABLE` */
	read(): Promise<Uint8Array>;
	/** Lets go of a body that nobody needs, so that it is not transferred. Does nothing after `read`; never throws. */
	discard(): void;
}

export interface ListedStream {
	readonly name: StreamName;
	readonly info: KeyframeInfo;
}

export interface KeyframeSource {
	/**
	 * The newest object of a stream, live or not, or `null` when there is none.
	 *
	 * @throws LivestillError `STORE_UNAVAILABLE`, or `OBJECT_INVALID` when the object's metadata cannot be read
	 */
	newest(name: StreamName): Promise<StoredKeyframe | null>;
	/**
	 * All streams that have an object, live or not, in no particular order. Objects that cannot be read are left out.
	 *
	 * @throws LivestillError `STORE_UNAVAILABLE`
	 */
	list(): AsyncIterable<ListedStream>;
}

/** A keyframe that is kept, as a list shows it. */
export interface KeptEntry {
	/** Epoch milliseconds. */
	readonly capturedAt: number;
	/** Bytes of the body. */
	readonly size: number;
}

/** The keyframes that are kept for a while, where ingest nodes are set to keep some. Streams that have ended are in it, too. */
export interface KeyframeHistory {
	/**
	 * Keyframes of a stream that are kept, captured at `from` (epoch milliseconds) and later, earliest first: the first
	 * `limit` of them, 1 to 1,000. One list call, which costs as much as a write.
	 *
	 * @throws LivestillError `STORE_UNAVAILABLE`
	 */
	list(name: StreamName, from: number, limit: number): Promise<readonly KeptEntry[]>;
	/**
	 * The keyframe that was kept with that capture time, or `null`. It never changes, and says nothing of whether the stream
	 * is live.
	 *
	 * @throws LivestillError `STORE_UNAVAILABLE`, `OBJECT_INVALID`
	 */
	kept(name: StreamName, capturedAt: number): Promise<StoredKeyframe | null>;
}

/** The ingest nodes, whose memory has fresher keyframes than the store. */
export interface IngestNodes {
	/**
	 * Asks the node that `info` names for a keyframe of the same session, captured later than `after` (epoch milliseconds of
	 * the node's clock) or, without it, after the call. An older one may come where the publisher is slow or cannot be asked.
	 * Takes less than a second and never throws.
	 *
	 * @returns `'ended'`: the node knows that the session is over. `null`: nothing newer, or no answer.
	 */
	fresher(name: StreamName, info: KeyframeInfo, after?: number): Promise<StoredKeyframe | 'ended' | null>;
}

/** A finished picture. `bytes` are shared between requests: never write to them. */
export interface CachedPicture {
	/** The file. */
	readonly bytes: Uint8Array<ArrayBuffer>;
	/** Its media type. */
	readonly type: string;
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	/** Epoch milliseconds of the keyframe's arrival at the ingest node. */
	readonly capturedAt: number;
	/** The picture had a high dynamic range, coded so, that was made an ordinary one. */
	readonly toneMapped?: 'pq' | 'hlg';
	/** What was seen in it, where somebody has looked. */
	readonly verdict?: Verdict;
}

/** Finished pictures under the identity of their keyframe. A cache that fails is an empty cache: nothing here throws. */
export interface PictureCache {
	/** Looks everywhere; may take I/O. */
	find(key: string): Promise<CachedPicture | null>;
	/** Looks in this isolate's memory only. */
	held(key: string): CachedPicture | null;
	/** Stores in the background. */
	keep(key: string, picture: CachedPicture): void;
	/** Deletes in the background what this isolate has in its memory of a session that is over, there and elsewhere. */
	forget(session: string): void;
}

/** A keyframe in memory. Its bytes are shared: never write to them. */
export interface HeldKeyframe {
	readonly info: KeyframeInfo;
	readonly body: Uint8Array;
}

/** A keyframe in memory as one that was found: there is nothing to wait for, nor to let go of. */
export const asStored = ({ info, body }: HeldKeyframe): StoredKeyframe => ({
	info,
	size: body.length,
	read: async () => body,
	discard: () => {},
});

/**
 * The newest keyframe of each session that gave a good picture, for half a minute. A cache that fails is an empty cache: nothing
 * here throws.
 */
export interface GoodKeyframes {
	/** Looks everywhere; may take I/O. */
	find(session: string): Promise<HeldKeyframe | null>;
	/** Looks in this isolate's memory only. */
	held(session: string): HeldKeyframe | null;
	/** Stores in the background, unless a later one is known. */
	keep(keyframe: HeldKeyframe): void;
	/** The session is over. Deletes in the background. */
	forget(session: string): void;
}

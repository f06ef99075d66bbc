/** Which streams are live: the stream list of the REST API. */
import { isLive, type KeyframeInfo } from '../shared/keyframe-object.ts';
import type { StreamName } from '../shared/stream-name.ts';
import type { KeyframeSource, ListedStream } from '../store/ports.ts';

export interface FindStreams {
	/** The live stream of that name, or `null`. @throws LivestillError `OBJECT_INVALID`, `STORE_UNAVAILABLE` */
	byName(name: StreamName): Promise<ListedStream | null>;
	/** All live streams, sorted by name. @throws LivestillError `STORE_UNAVAILABLE` */
	all(): Promise<ListedStream[]>;
}

export const createStreamFinder = (source: KeyframeSource, now: () => number): FindStreams => {
	const live = (info: KeyframeInfo): boolean => isLive(info, now());
	return {
		byName: async (name) => {
			const stored = await source.newest(name);
			stored?.discard();
			return stored !== null && live(stored.info) ? { name, info: stored.info } : null;
		},
		all: async () => {
			const streams: ListedStream[] = [];
			for await (const stream of source.list()) if (live(stream.info)) streams.push(stream);
			return streams.sort((a, b) => (a.name < b.name ? -1 : 1));
		},
	};
};

/** The sources of this node, each under its stream name and its URI. */
import { LivestillError } from '../../src/shared/errors.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import { parseRtspUri } from '../protocols/rtsp/rtsp-uri.ts';
import { type PulledSource, type SourceTools, startSource } from './pulled-source.ts';
import type { SourceSettings } from './source.ts';

export interface Sources {
	/** @throws LivestillError `STREAM_NAME_IN_USE` when there is one of that name or URI; `BUSY` when there are too many */
	add(settings: SourceSettings): PulledSource;
	/** In the order in which they came. */
	list(): PulledSource[];
	/** @param uri with or without credentials. @throws LivestillError `INVALID_PARAMETER` */
	find(uri: string): PulledSource | null;
	/** Ends a source; `false` when there is none. @throws LivestillError `INVALID_PARAMETER` */
	remove(uri: string, reason: string): Promise<boolean>;
	/** Ends all; takes no more. */
	close(reason: string): Promise<void>;
}

/** Sources at a time: each is a connection and a timer. */
const maxSources = 1000;

export const createSources = (tools: SourceTools): Sources => {
	const sources = new Map<StreamName, PulledSource>();
	let closed: string | null = null;

	const byUri = (url: string): PulledSource | null =>
		[...sources.values()].find(({ settings }) => settings.uri.url === url) ?? null;

	const end = async (source: PulledSource, reason: string): Promise<void> => {
		sources.delete(source.settings.name);
		await source.end(reason);
	};

	return {
		add: (settings) => {
			const { name, uri } = settings;
			if (closed !== null) throw new LivestillError('BUSY', closed);
			if (sources.has(name) || byUri(uri.url) !== null)
				throw new LivestillError('STREAM_NAME_IN_USE', 'this stream is pulled already');
			if (sources.size >= maxSources) throw new LivestillError('BUSY', `there are ${maxSources} sources already`);
			const source = startSource(settings, tools);
			sources.set(name, source);
			void source.ended.then(() => {
				if (sources.get(name) === source) sources.delete(name);
			});
			return source;
		},
		list: () => [...sources.values()],
		find: (uri) => byUri(parseRtspUri(uri).url),
		remove: async (uri, reason) => {
			const source = byUri(parseRtspUri(uri).url);
			if (source !== null) await end(source, reason);
			return source !== null;
		},
		close: async (reason) => {
			closed = reason;
			await Promise.all([...sources.values()].map((source) => end(source, reason)));
		},
	};
};

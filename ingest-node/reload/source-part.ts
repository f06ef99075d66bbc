/** The cameras of `RTSP_SOURCES`, which change with the configuration. Those that callers have started stay. */
import type { Config } from '../config.ts';
import { type Log, messageOf } from '../log.ts';
import type { Sources } from '../sources/registry.ts';
import type { SourceSettings } from '../sources/source.ts';
import type { Reloadable } from './reload.ts';
import { sourceChanges } from './source-changes.ts';

export interface SourcePartOptions {
	readonly sources: Pick<Sources, 'add' | 'list' | 'remove'>;
	/** The list that the node was started with; all of it runs. */
	readonly first: readonly SourceSettings[];
	/** What else keeps the node from taking a new list. */
	readonly moreProblems: (next: Config) => readonly string[];
	/** Hears of new settings before their sources are started. */
	readonly onTake: (next: Config) => void;
	readonly log: Log;
}

export const sourcePart = ({ sources, first, moreProblems, onTake, log }: SourcePartOptions): Reloadable => {
	/** Of the list in force what could be started: the next reload tries the rest again. */
	let pulled = first;

	const isAdded = (settings: SourceSettings): boolean => {
		try {
			sources.add(settings);
			return true;
		} catch (error) {
			log.error('source not started', { stream: settings.name, reason: messageOf(error) });
			return false;
		}
	};

	return {
		problems: (next) => [
			...sourceChanges(pulled, next.sources.sources, sources.list()).problems,
			...moreProblems(next),
		],
		take: async (next) => {
			onTake(next);
			const { remove, add } = sourceChanges(pulled, next.sources.sources, sources.list());
			// What has to go ends before anything new begins: a camera has room for a few.
			await Promise.all(remove.map(({ uri }) => sources.remove(uri.url, 'the configuration has changed')));
			const failed = new Set(add.filter((settings) => !isAdded(settings)));
			pulled = next.sources.sources.filter((settings) => !failed.has(settings));
		},
	};
};

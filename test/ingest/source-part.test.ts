/** A new list of cameras of which some cannot be started. */
import { expect, it } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';
import { createLog } from '../../ingest-node/log.ts';
import { sourcePart } from '../../ingest-node/reload/source-part.ts';
import type { Sources } from '../../ingest-node/sources/registry.ts';
import type { SourceSettings } from '../../ingest-node/sources/source.ts';
import { LivestillError } from '../../src/shared/errors.ts';

const configOf = (...names: string[]) =>
	readConfig({ RTSP_SOURCES: JSON.stringify(names.map((name) => `rtsp://u:marker@cam/${name}`)) });

it('goes on with the others, and tries those again at the next reload', async () => {
	const running = new Map<string, SourceSettings>();
	let mostSources = 2;
	const sources = {
		list: () => [...running.values()].map((settings) => ({ settings })),
		add: (settings: SourceSettings) => {
			if (running.size >= mostSources) throw new LivestillError('BUSY', 'there are too many sources already');
			running.set(settings.uri.url, settings);
		},
		remove: async (url: string) => running.delete(url),
	} as unknown as Sources;
	const lines: string[] = [];
	const part = sourcePart({
		...{ sources, first: [], moreProblems: () => [], onTake: () => {} },
		log: createLog((line) => lines.push(line), 'info'),
	});
	const names = (): string[] => [...running.keys()].map((url) => url.slice(-1)).sort();
	const take = async (...list: string[]): Promise<string[]> => {
		const next = configOf(...list);
		expect(part.problems(next)).toEqual([]);
		await part.take(next);
		return names();
	};

	expect(await take('a', 'b', 'c', 'd')).toEqual(['a', 'b']);
	expect(lines).toHaveLength(2);
	expect(lines.join('')).toContain('there are too many sources');
	expect(lines.join('')).not.toContain('marker');
	mostSources = 3;
	expect(await take('a', 'b', 'c')).toEqual(['a', 'b', 'c']);
	expect(await take('d')).toEqual(['d']);
});

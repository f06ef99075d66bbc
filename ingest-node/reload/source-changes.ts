/** What has to happen to the running sources so that they become those of a new list. */
import type { SourceSettings } from '../sources/source.ts';

export interface SourceChanges {
	/** To be ended: gone from the list, or there with other settings. */
	readonly remove: readonly SourceSettings[];
	readonly add: readonly SourceSettings[];
	/** Why the new list cannot be taken. Tells no credentials. */
	readonly problems: readonly string[];
}

/** What decides whether a source is the same as before, its password included. */
const identity = (settings: SourceSettings): string => JSON.stringify(settings);

/** @param before sources of the old list, @param after of the new one, @param running all that run, those of callers too */
export const sourceChanges = (
	before: readonly SourceSettings[],
	after: readonly SourceSettings[],
	running: readonly { readonly settings: SourceSettings }[],
): SourceChanges => {
	const kept = new Set(after.map(identity));
	const had = new Set(before.map(identity));
	const remove = before.filter((settings) => !kept.has(identity(settings)));
	const add = after.filter((settings) => !had.has(identity(settings)));
	const isOurs = (settings: SourceSettings): boolean => before.some(({ name }) => name === settings.name);
	const inTheWay = running
		.map(({ settings }) => settings)
		.filter((settings) => !isOurs(settings))
		.filter((settings) => add.some(({ name, uri }) => name === settings.name || uri.url === settings.uri.url));
	const problems = inTheWay.map(({ name }) => `RTSP_SOURCES: ${name} is pulled already, for a caller of the REST API.`);
	return { remove, add, problems };
};

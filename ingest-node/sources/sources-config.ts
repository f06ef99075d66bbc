/** `RTSP_SOURCES`, `RTSP_PULL_ALLOW`, `RTSP_IDLE_TIMEOUT`: which cameras are pulled. */
import { messageOf } from '../log.ts';
import { readListSetting } from '../settings/list-setting.ts';
import type { ReadSettings } from '../settings/read.ts';
import type { PullRule } from './pull-rule.ts';
import type { SourceSettings } from './source.ts';
import { parseSourceSettings } from './source-settings.ts';

export interface SourcesConfig {
	readonly sources: readonly SourceSettings[];
	/** Hosts that callers may name and cameras redirect to. */
	readonly rule: PullRule;
	/** Whether the operator has named such hosts. */
	readonly isRuleGiven: boolean;
	/** Milliseconds without anybody who asks, after which a source on demand is let go. */
	readonly idleTimeout: number;
}

const readSources = (read: ReadSettings, readFile: (name: string) => Buffer): SourceSettings[] => {
	const entries = readListSetting('RTSP_SOURCES', read, readFile) ?? [];
	const { problems } = read;
	const sources: SourceSettings[] = [];
	for (const [index, entry] of entries.entries()) {
		try {
			const source = parseSourceSettings(entry, true);
			if (sources.some(({ name, uri }) => name === source.name || uri.url === source.uri.url))
				problems.push(`RTSP_SOURCES, entry ${index + 1}: its name or URI is there already.`);
			sources.push(source);
		} catch (error) {
			problems.push(`RTSP_SOURCES, entry ${index + 1}: ${messageOf(error)}.`);
		}
	}
	return sources;
};

export const readSourcesConfig = (read: ReadSettings, readFile: (name: string) => Buffer): SourcesConfig => ({
	sources: readSources(read, readFile),
	rule: read.settings.RTSP_PULL_ALLOW,
	isRuleGiven: read.value('RTSP_PULL_ALLOW') !== undefined,
	idleTimeout: read.settings.RTSP_IDLE_TIMEOUT,
});

/**
 * Takes keys and sources anew while the node runs: on SIGHUP, and when one of the files that hold them changes. All of it, or with one problem
 * nothing.
 */
import type { Config } from '../config.ts';
import { type Log, messageOf } from '../log.ts';
import { ConfigError } from '../settings/config-error.ts';
import type { Environment } from '../settings/read.ts';
import { needRestart } from './reloadable.ts';

export interface Read {
	readonly environment: Environment;
	readonly config: Config;
}

/** A part of the node that can be changed: first everybody is asked, then everybody changes. */
export interface Reloadable {
	/** What keeps it from taking the new settings. */
	problems(next: Config): readonly string[] | Promise<readonly string[]>;
	take(next: Config): void | Promise<void>;
}

export interface StagedReloadOptions {
	readonly first: Read;
	/** Reads all settings again. @throws ConfigError */
	readonly read: () => Read;
	readonly parts: readonly Reloadable[];
}

/** A reload in its two steps, so that several processes can take them together. One at a time. */
export interface StagedReload {
	/** Reads everything. Resolves to what keeps it from being taken; without problems {@link take} may follow. Never rejects. */
	check(): Promise<readonly string[]>;
	/** Takes what was read last. Resolves to the names of settings that wait for a restart. */
	take(): Promise<readonly string[]>;
}

export const createStagedReload = ({ first, read, parts }: StagedReloadOptions): StagedReload => {
	let current = first;
	let checked: Read | null = null;
	return {
		check: async () => {
			checked = null;
			try {
				const next = read();
				const problems = await Promise.all(parts.map((part) => part.problems(next.config)));
				checked = next;
				return problems.flat();
			} catch (error) {
				return error instanceof ConfigError ? error.problems : [messageOf(error)];
			}
		},
		take: async () => {
			const next = checked;
			if (next === null) throw new Error('there is no new configuration');
			for (const part of parts) await part.take(next.config);
			const waiting = needRestart(current.environment, next.environment);
			current = { ...next, environment: { ...next.environment, ...valuesOf(current.environment, waiting) } };
			return waiting;
		},
	};
};

/** One after the other. Never rejects. @param why for the log */
export type Reload = (why: string) => Promise<void>;

export const createReload = ({ check, take }: StagedReload, log: Log): Reload => {
	let last: Promise<void> = Promise.resolve();

	const run = async (why: string): Promise<void> => {
		const problems = await check();
		for (const problem of problems) log.error('configuration not reloaded', { why, problem });
		if (problems.length > 0) return;
		try {
			const waiting = await take();
			log.info('configuration reloaded', { why });
			if (waiting.length > 0) log.warn('settings wait for a restart', { names: waiting.join(', ') });
		} catch (error) {
			log.error('configuration not reloaded', { why, problem: messageOf(error) });
		}
	};

	return (why) => {
		last = last.then(() => run(why));
		return last;
	};
};

/** What still holds of settings that wait: they are named again next time. */
const valuesOf = (environment: Environment, names: readonly string[]): Environment =>
	Object.fromEntries(names.map((name) => [name, environment[name]]));

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
	problems(next: Config): readonly string[];
	take(next: Config): void | Promise<void>;
}

export interface ReloadOptions {
	readonly first: Read;
	/** Reads all settings again. @throws ConfigError */
	readonly read: () => Read;
	readonly parts: readonly Reloadable[];
	readonly log: Log;
}

/** One after the other. Never rejects. @param why for the log */
export type Reload = (why: string) => Promise<void>;

/** @throws ConfigError */
const check = (read: () => Read, parts: readonly Reloadable[]): Read => {
	const next = read();
	const problems = parts.flatMap((part) => part.problems(next.config));
	if (problems.length > 0) throw new ConfigError(problems);
	return next;
};

export const createReload = ({ first, read, parts, log }: ReloadOptions): Reload => {
	let current = first;
	let last: Promise<void> = Promise.resolve();

	const run = async (why: string): Promise<void> => {
		try {
			const next = check(read, parts);
			for (const part of parts) await part.take(next.config);
			const waiting = needRestart(current.environment, next.environment);
			current = { ...next, environment: { ...next.environment, ...valuesOf(current.environment, waiting) } };
			log.info('configuration reloaded', { why });
			if (waiting.length > 0) log.warn('settings wait for a restart', { names: waiting.join(', ') });
		} catch (error) {
			const problems = error instanceof ConfigError ? error.problems : [messageOf(error)];
			for (const problem of problems) log.error('configuration not reloaded', { why, problem });
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

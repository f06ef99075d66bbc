/** What a run of the bench says, for people and for programs. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, release } from 'node:os';
import { ffmpegVersion } from './libavcodec.ts';
import { type Cell, formatTable } from './table.ts';

/** One table. */
export interface Section {
	readonly title: string;
	readonly head: readonly string[];
	readonly rows: readonly (readonly Cell[])[];
}

const versionOf = (name: string): string => {
	const require = createRequire(import.meta.url);
	return (require(`${name}/package.json`) as { version: string }).version;
};

/** The commit that is measured; a plus sign says that files were changed since. */
const commit = (): string => {
	const git = (...args: string[]): string => spawnSync('git', args, { encoding: 'utf8' }).stdout?.trim() ?? '';
	const hash = git('rev-parse', '--short', 'HEAD') || 'unknown';
	return git('status', '--porcelain', '--untracked-files=no') === '' ? hash : `${hash}+`;
};

/** The machine and the programs that were measured. */
export const describeMachine = (): Record<string, string> => ({
	date: new Date().toISOString(),
	commit: commit(),
	processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
	kernel: release(),
	node: process.version,
	workerd: versionOf('workerd'),
	ffmpeg: ffmpegVersion() ?? 'none',
	load: loadavg()
		.map((load) => load.toFixed(1))
		.join(' '),
});

const results = new URL('results/', import.meta.url);

/** What a run of one part left behind. */
export interface Result {
	readonly machine: Readonly<Record<string, string>>;
	readonly sections: readonly Section[];
}

/** The result of a part of the bench at a commit, or `null`. */
export const readResult = (commitName: string, part: string): Result | null => {
	const file = new URL(`${commitName}/${part}.json`, results);
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result) : null;
};

/** Prints the tables and keeps them as JSON in `bench/results`, in a folder named after the commit. */
export const report = (part: string, sections: readonly Section[]): void => {
	const machine = describeMachine();
	for (const { title, head, rows } of sections) console.log(`\n${title}\n\n${formatTable(head, rows)}`);
	const folder = new URL(`${machine.commit}/`, results);
	mkdirSync(folder, { recursive: true });
	writeFileSync(new URL(`${part}.json`, folder), `${JSON.stringify({ machine, sections }, null, '\t')}\n`);
};

/** What a run of the bench says, for people and for programs. */
import { mkdirSync, writeFileSync } from 'node:fs';
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

/** The machine and the programs that were measured. */
export const describeMachine = (): Record<string, string> => ({
	date: new Date().toISOString(),
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

/** Prints the tables and keeps them as JSON in `bench/results`. */
export const report = (part: string, sections: readonly Section[]): void => {
	const machine = describeMachine();
	for (const { title, head, rows } of sections) console.log(`\n${title}\n\n${formatTable(head, rows)}`);
	mkdirSync(results, { recursive: true });
	writeFileSync(new URL(`${part}.json`, results), `${JSON.stringify({ machine, sections }, null, '\t')}\n`);
};

/** What a running ingest node holds: memory after a garbage collection, descriptors, threads. Linux only. */
import { readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../ingest/support/eventually.ts';
import type { TestStack } from './stack.ts';

export interface Held {
	/** Megabytes of live JavaScript objects and of the buffers that belong to them. */
	readonly live: number;
	/** Megabytes of the process in memory: what C++ holds, too, and what allocators keep for later. */
	readonly resident: number;
	readonly descriptors: number;
	readonly threads: number;
}

const file = join(tmpdir(), `livestill-memory-${process.pid}.json`);

/** Settings of a stack whose ingest node can be asked. */
export const probeSettings: NodeJS.ProcessEnv = {
	NODE_OPTIONS: `--expose-gc --import ${new URL('memory-probe.mjs', import.meta.url)}`,
	MEMORY_PROBE: file,
};

export const heldBy = async (stack: Pick<TestStack, 'ingestPid'>): Promise<Held> => {
	const pid = stack.ingestPid() ?? 0;
	await rm(file, { force: true });
	process.kill(pid, 'SIGUSR2');
	const text = await eventually('the memory probe', () => readFile(file, 'utf8').catch(() => null));
	await rm(file, { force: true });
	const { rss, heapUsed, external } = JSON.parse(text) as NodeJS.MemoryUsage;
	const megabytes = (bytes: number): number => bytes / 2 ** 20;
	return {
		live: megabytes(heapUsed + external),
		resident: megabytes(rss),
		descriptors: readdirSync(`/proc/${pid}/fd`).length,
		threads: readdirSync(`/proc/${pid}/task`).length,
	};
};

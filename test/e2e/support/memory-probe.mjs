// Loaded into the ingest node (`--import`): on SIGUSR2 it collects garbage and writes what memory is left to the file
// MEMORY_PROBE. Node's own figures are exact, which those of the operating system are not.
import { renameSync, writeFileSync } from 'node:fs';

const file = process.env.MEMORY_PROBE;

process.on('SIGUSR2', () => {
	// Finalizers that the first run has called let go of more.
	globalThis.gc();
	setTimeout(() => {
		globalThis.gc();
		writeFileSync(`${file}.part`, JSON.stringify(process.memoryUsage()));
		renameSync(`${file}.part`, file);
	}, 100);
});

/**
 * The process that holds the stack. `launch.ts` starts it in a process group of its own, so that Ctrl-C in a terminal
 * reaches the launcher alone and the stack can end in order: streams first, then the store they are written to.
 */
import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ListenError } from '../ingest-node/servers/listen.ts';
import { ConfigError } from '../ingest-node/settings/config-error.ts';
import { withSettingsFile } from '../ingest-node/settings/file.ts';
import { type LocalConfig, readConfig } from './config.ts';
import { IngestStartError } from './ingest.ts';
import { type Stack, type StackUrls, startStack } from './stack.ts';

/** What the launcher is told. */
export type StackMessage =
	| { readonly type: 'ready'; readonly urls: StackUrls; readonly ingestPid: number | undefined }
	| { readonly type: 'failed'; readonly reason: string };

const tell = (message: StackMessage): Promise<void> =>
	new Promise((resolve) => {
		if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
		else resolve();
	});

/** The reason for a person who has to act on it; a stack trace only for what nobody foresaw. */
const reasonOf = (error: unknown): string => {
	if (error instanceof ConfigError || error instanceof ListenError || error instanceof IngestStartError)
		return error.message;
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

/** Gives Miniflare a place for temporary files where those of a process that was killed do not pile up. */
const useOwnTemporaryFolder = async ({ dataDir }: LocalConfig): Promise<void> => {
	const folder = resolve(dataDir, 'tmp');
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	process.env.TMPDIR = folder;
};

const start = async (): Promise<Stack> => {
	try {
		const env = withSettingsFile(process.env);
		const config = readConfig(env);
		await useOwnTemporaryFolder(config);
		return await startStack(config, { env, log: (line) => console.error(line) });
	} catch (error) {
		await tell({ type: 'failed', reason: reasonOf(error) });
		return process.exit(1);
	}
};

const starting = start();
let ending = false;

/** Ends the stack, after it has started if need be: half a stack cannot be ended in order. */
const end = async (): Promise<void> => {
	if (ending) return;
	ending = true;
	await (await starting).stop();
	process.exit(0);
};

process.on('disconnect', end);
process.on('message', (message) => {
	if (message === 'stop') void end();
});

const stack = await starting;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
	// Miniflare's own handlers end the process at once; here are streams to end first.
	process.removeAllListeners(signal);
	process.on(signal, end);
}
await tell({ type: 'ready', urls: stack.urls, ingestPid: stack.ingestPid() });

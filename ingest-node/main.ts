/**
 * The ingest node's process: reads the environment, starts the servers, ends everything on a signal.
 *
 * With the settings of an S3 bucket or a directory it runs by itself (`npm run ingest`). Without them it is a child of `npm start`, forked
 * with `serialization: 'advanced'`; the parent answers its store calls (`store/serve-store.ts`). A parent hears
 * `{ type: 'ready', urls }` once all ports are bound. It ends, with exit code 0, on SIGINT, on SIGTERM (`shutdown.ts`) and
 * when the parent that holds the store goes away; exit code 1 means that it could not start, and standard error says why.
 */

import { systemClock } from './clock.ts';
import { type Config, readConfig } from './config.ts';
import { createLog, type Log } from './log.ts';
import { type NodeUrls, type StartedNode, startNode, urlFields, urlOf } from './node.ts';
import { createReload, createStagedReload, type Read } from './reload/reload.ts';
import { filesOf } from './reload/setting-files.ts';
import { createFileWatch } from './reload/watch-files.ts';
import { ListenError } from './servers/listen.ts';
import { ConfigError } from './settings/config-error.ts';
import { withSettingsFile } from './settings/file.ts';
import { printSettings } from './settings/read.ts';
import { createShutdown, type EndingNode, longestEnd, type Shutdown } from './shutdown.ts';
import { createStartQueue } from './start-queue.ts';
import { UnfitStoreError } from './store/s3-check.ts';
import { joinFamily } from './workers/family.ts';
import { nodeVariable, startPrimary } from './workers/primary.ts';
import { workerConfig } from './workers/worker-config.ts';

/** What the parent process is told when all ports are bound. */
export interface ReadyMessage {
	readonly type: 'ready';
	readonly urls: NodeUrls;
}

/** Milliseconds to wait for the store when the parent that had it is gone. */
const orphanTimeout = 200;

/** Milliseconds: the workers end first. */
const endOfAll = (timeout: number): number => longestEnd(timeout) + 500;

const startWorkers = async (config: Config, log: Log): Promise<StartedNode> => {
	const primary = await startPrimary({ config, log, urlOf: (port) => urlOf('http', config.controlHost, port) });
	const { urls, node } = primary;
	log.info('ingest node ready', { ...urlFields({ ...urls, calledAt: node || null }), workers: config.workers });
	return primary;
};

const tellParent = (urls: StartedNode['urls']): unknown => process.send?.({ type: 'ready', urls });

const main = async (): Promise<void> => {
	// Whoever read the log may be gone before us.
	process.stdout.on('error', () => {});
	process.stderr.on('error', () => {});
	try {
		const starting = createStartQueue();
		let reload = async (_why: string): Promise<void> => {};
		const files = createFileWatch((name) => starting.hear(() => void reload(`${name} has changed`)));
		const family = joinFamily();
		const read = (): Read => {
			const environment = withSettingsFile(process.env);
			// Those of the newest settings, even if there is something wrong in them.
			if (family === null) files.watch(filesOf(environment));
			return { environment, config: readConfig(environment) };
		};
		const first = read();
		const { environment, config } = first;
		if (process.argv.includes('--print-config')) {
			process.stdout.write(printSettings(environment), () => process.exit(0));
			return;
		}
		const log = createLog((line) => process.stdout.write(line), config.logLevel);
		if (family !== null) {
			// The primary says when it is over, and when there is something new; signals of a terminal reach all of them.
			for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
			const own = (whole: Read): Read => ({
				...whole,
				config: workerConfig(whole.config, family.slot, process.env[nodeVariable] ?? ''),
			});
			const { parts, urls, member } = await startNode(own(first).config, log, family);
			const reload = createStagedReload({ first: own(first), read: () => own(read()), parts });
			family.join({ ...member, reload });
			tellParent(urls);
			return;
		}
		if (process.send === undefined && !config.hasOwnStore)
			throw new ConfigError([
				'There is no object store: set S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or STORE_DIR, or use npm start.',
			]);
		let shutdown: Shutdown | null = null;
		const end = (signal: string): void => {
			// Who says it twice does not want to wait for the start.
			if (shutdown === null && hasSignal) process.exit(1);
			hasSignal = true;
			starting.hear(() => shutdown?.signal(signal));
		};
		let hasSignal = false;
		for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(signal));
		// The end of a terminal, or somebody who has changed the configuration.
		process.on('SIGHUP', () => (process.stdin.isTTY ? end('SIGHUP') : starting.hear(() => void reload('SIGHUP'))));
		const started = config.workers === 1 ? await startNode(config, log, null) : await startWorkers(config, log);
		const node: EndingNode = {
			...started,
			stop: (timeout) => {
				// This timer keeps the process until its end, and no failure of that end keeps it longer.
				setTimeout(() => process.exit(0), endOfAll(timeout));
				return started.stop(timeout);
			},
		};
		const { drainTime } = config;
		const exit = (code: 0 | 1): void => process.exit(code);
		const running = createShutdown({ node, clock: systemClock, log, drainTime, exit });
		shutdown = running;
		reload = createReload(createStagedReload({ first, read, parts: started.parts }), log);
		starting.open();
		tellParent(started.urls);
		// With a store of its own it outlives whoever started it.
		if (!config.hasOwnStore) process.on('disconnect', () => running.end('the parent process is gone', orphanTimeout));
	} catch (error) {
		const isExpected = [ConfigError, ListenError, UnfitStoreError].some((kind) => error instanceof kind);
		process.stderr.write(`${isExpected ? (error as Error).message : error instanceof Error ? error.stack : error}\n`);
		process.exit(1);
	}
};

await main();

/** The Worker on this machine: workerd through Miniflare, with the bucket on disk. */
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, MiniflareCoreError } from 'miniflare';
import { ListenError } from '../ingest-node/servers/listen.ts';
import type { ObjectStore } from '../ingest-node/store/port.ts';
import { createR2BucketStore, type R2BucketShape } from '../ingest-node/store/r2-bucket.ts';
import type { WorkerBundle } from './build-worker.ts';
import { printWorkerdLog } from './workerd-log.ts';

export interface LocalEdge {
	readonly port: number;
	/** The bucket that the Worker reads, as the ingest node sees it. */
	readonly store: ObjectStore;
	stop(): Promise<void>;
}

export interface EdgeOptions {
	/** 0: any free one. */
	readonly port: number;
	readonly host: string;
	readonly dataDir: string;
	readonly bundle: WorkerBundle;
	/** Variables of the Worker, besides those that are set here. */
	readonly variables?: Readonly<Record<string, string>>;
}

/** The bucket of a Miniflare whose workerd may have died and come back: a stub of the old one fails for ever. */
const bucketOf = (miniflare: Miniflare): R2BucketShape => {
	const bucket = (): Promise<R2BucketShape> => miniflare.getR2Bucket('KEYFRAMES') as unknown as Promise<R2BucketShape>;
	return {
		get: async (key) => (await bucket()).get(key),
		head: async (key) => (await bucket()).head(key),
		put: async (key, value, options) => (await bucket()).put(key, value, options),
		list: async (options) => (await bucket()).list(options),
		delete: async (keys) => (await bucket()).delete(keys),
	};
};

/** @throws ListenError */
export const startEdge = async ({ port, host, dataDir, bundle, variables = {} }: EdgeOptions): Promise<LocalEdge> => {
	const miniflare = new Miniflare(
		convertV4MiniflareOptions({
			// Miniflare's own front door, with its debugging doors, is for this process alone; the Worker has one of its own.
			host: '127.0.0.1',
			port: 0,
			unsafeDirectSockets: [{ host, port }],
			// Without this Miniflare asks the internet for an example of `request.cf`.
			cf: false,
			telemetry: { enabled: false },
			enableDevRegistry: false,
			logRequests: false,
			log: new Log(LogLevel.ERROR),
			handleStructuredLogs: printWorkerdLog,
			resourcePersistencePath: dataDir,
			// Miniflare's cache keeps its files for ever. One machine is one isolate: its memory is the cache,
			// and it may be larger than that of an isolate in a data centre.
			cacheAPI: false,
			modulesRoot: bundle.folder,
			modules: [...bundle.modules],
			compatibilityDate: bundle.compatibilityDate,
			compatibilityFlags: [...bundle.compatibilityFlags],
			bindings: { PICTURE_MEMORY_MB: '64', ...variables },
			r2Buckets: { KEYFRAMES: bundle.bucketName },
		}),
	);
	try {
		await miniflare.ready;
		const url = await miniflare.unsafeGetDirectURL();
		return {
			port: Number(url.port),
			store: createR2BucketStore(bucketOf(miniflare)),
			stop: () => miniflare.dispose(),
		};
	} catch (error) {
		await miniflare.dispose().catch(() => {});
		if (error instanceof MiniflareCoreError && error.code === 'ERR_ADDRESS_IN_USE')
			throw new ListenError('HTTP_PORT', port, Object.assign(new Error(error.message), { code: 'EADDRINUSE' }));
		throw error;
	}
};

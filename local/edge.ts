/** The Worker on this machine: workerd through Miniflare, with the bucket on disk. */
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, MiniflareCoreError } from 'miniflare';
import { ListenError } from '../ingest-node/servers/listen.ts';
import type { ObjectStore } from '../ingest-node/store/port.ts';
import { createR2BucketStore, type R2BucketShape, type R2Head } from '../ingest-node/store/r2-bucket.ts';
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

interface LocalBucket {
	readonly bucket: R2BucketShape;
	/** From now on nothing is asked of it, and what is on its way fails. */
	close(): void;
}

/**
 * The bucket of a Miniflare whose workerd may have died and come back: a stub of the old one fails for ever.
 *
 * What R2 answers is a stub, too: each look at its fields is a question to workerd that the whole process waits for, and without end when
 * Miniflare is being disposed of.
 */
const bucketOf = (miniflare: Miniflare): LocalBucket => {
	let isClosed = false;
	const checkOpen = (): void => {
		if (isClosed) throw new Error('the edge is stopping');
	};
	/** What `look` sees in the answer to `call`. */
	const ask = async <T, Seen>(
		call: (bucket: R2BucketShape) => Promise<T>,
		look: (answer: T) => Seen,
	): Promise<Seen> => {
		checkOpen();
		const bucket = (await miniflare.getR2Bucket('KEYFRAMES')) as unknown as R2BucketShape;
		checkOpen();
		const answer = await call(bucket);
		checkOpen();
		return look(answer);
	};
	const headOf = ({ etag, customMetadata }: R2Head): R2Head => ({ etag, customMetadata });
	const bucket: R2BucketShape = {
		get: async (key) => {
			const found = await ask(
				(stub) => stub.get(key),
				(object) => object && { ...headOf(object), body: object.arrayBuffer() },
			);
			return found && { ...found, arrayBuffer: () => found.body };
		},
		head: (key) =>
			ask(
				(stub) => stub.head(key),
				(object) => object && headOf(object),
			),
		put: (key, value, options) =>
			ask(
				(stub) => stub.put(key, value, options),
				(written) => written && { etag: written.etag },
			),
		list: (options) =>
			ask(
				(stub) => stub.list(options),
				({ objects, truncated }) => ({ objects: objects.map(({ key }) => ({ key })), truncated }),
			),
		delete: (keys) =>
			ask(
				(stub) => stub.delete(keys),
				() => {},
			),
	};
	return {
		bucket,
		close: () => {
			isClosed = true;
		},
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
		const { bucket, close } = bucketOf(miniflare);
		return {
			port: Number(url.port),
			store: createR2BucketStore(bucket),
			stop: () => {
				close();
				return miniflare.dispose();
			},
		};
	} catch (error) {
		await miniflare.dispose().catch(() => {});
		if (error instanceof MiniflareCoreError && error.code === 'ERR_ADDRESS_IN_USE')
			throw new ListenError('HTTP_PORT', port, Object.assign(new Error(error.message), { code: 'EADDRINUSE' }));
		throw error;
	}
};

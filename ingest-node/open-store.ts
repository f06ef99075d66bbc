/** The object store of this process: S3 or a directory where it is configured, else the bucket of the parent process. */
import { delay } from './clock.ts';
import { type Log, messageOf } from './log.ts';
import { createDiskStore } from './store/disk.ts';
import { createParentProcessStore } from './store/parent-process.ts';
import { type ObjectStore, StoreError } from './store/port.ts';
import { createS3Store } from './store/s3.ts';
import { checkS3, UnfitStoreError } from './store/s3-check.ts';
import type { S3Config } from './store/s3-config.ts';
import { createS3Requests } from './store/s3-requests.ts';
import type { StoreClock } from './store-clock.ts';

export interface OpenStore {
	readonly store: ObjectStore;
	/** Whether the store has answered so far: a node is of no use before. */
	isReady(): boolean;
	/** Ends its connections. */
	close(): Promise<void>;
}

/** Where objects are, one of the two; neither: the parent process has them. */
export interface StorePlace {
	readonly s3: S3Config | undefined;
	readonly directory: string | undefined;
}

export interface OpenStoreOptions {
	readonly clock: StoreClock;
	readonly log: Log;
	/** Called when a store that did not answer at first turns out to be unfit. */
	readonly onUnfit: (error: UnfitStoreError) => void;
}

/** Milliseconds between two tries to reach a store that did not answer. */
const firstPause = 500;
const longestPause = 5000;

const openS3 = async (config: S3Config, { clock, log, onUnfit }: OpenStoreOptions): Promise<OpenStore> => {
	const requests = createS3Requests(config, { now: clock.now, onServerTime: clock.observe });
	const s3 = createS3Store(requests);
	let isReady = false;
	let isClosed = false;

	const check = async (): Promise<void> => {
		s3.etagStyle = await checkS3(requests);
		isReady = true;
	};
	const checkUntilReady = async (): Promise<void> => {
		for (let pause = firstPause; !isClosed && !isReady; pause = Math.min(2 * pause, longestPause)) {
			await delay(clock, pause * (0.5 + Math.random() / 2));
			try {
				await check();
				log.info('object storage answers');
			} catch (error) {
				if (error instanceof UnfitStoreError) onUnfit(error);
			}
		}
	};
	try {
		await check();
	} catch (error) {
		if (!(error instanceof StoreError)) {
			await requests.close();
			throw error;
		}
		// A node that restarts in the middle of an outage has to come up by itself when the outage is over.
		log.warn('object storage does not answer', { reason: messageOf(error) });
		void checkUntilReady();
	}

	const whenReady = <T>(call: () => Promise<T>): Promise<T> =>
		isReady ? call() : Promise.reject(new StoreError('unavailable', 'object storage has not answered yet'));
	return {
		store: {
			get: (key) => whenReady(() => s3.get(key)),
			head: (key) => whenReady(() => s3.head(key)),
			put: (key, object, condition) => whenReady(() => s3.put(key, object, condition)),
			list: (prefix, options) => whenReady(() => s3.list(prefix, options)),
			remove: (keys) => whenReady(() => s3.remove(keys)),
		},
		isReady: () => isReady,
		close: () => {
			isClosed = true;
			return requests.close();
		},
	};
};

const openDirectory = async (directory: string): Promise<ObjectStore> => {
	try {
		return await createDiskStore(directory);
	} catch (error) {
		throw new UnfitStoreError(`Object storage: STORE_DIR cannot be used: ${messageOf(error)}.`);
	}
};

/** @throws UnfitStoreError when the bucket or the directory cannot be used */
export const openStore = async ({ s3, directory }: StorePlace, options: OpenStoreOptions): Promise<OpenStore> => {
	if (s3 !== undefined) return openS3(s3, options);
	const store = directory === undefined ? createParentProcessStore() : await openDirectory(directory);
	return { store, isReady: () => true, close: async () => {} };
};

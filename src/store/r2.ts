/** {@link KeyframeSource} and {@link KeyframeHistory} over an R2 binding. */
import { LivestillError } from '../shared/errors.ts';
import { historyKey, historyPrefix, justBefore, parseHistoryKey } from '../shared/history-key.ts';
import { type KeyframeInfo, parseMetadata } from '../shared/keyframe-object.ts';
import { liveKey, livePrefix, nameOfLiveKey, type ObjectKey } from '../shared/stream-name.ts';
import type { KeyframeHistory, KeyframeSource, ListedStream, StoredKeyframe } from './ports.ts';

// A list call gives at most 1,000 objects and costs a subrequest, of which the smallest plan allows 50.
const listPages = 40;

// A body of this size, such as a tombstone's, has arrived with the metadata: to end its stream is cheaper than to abort it.
const drainBytes = 1024;

const unavailable = (what: string, cause: unknown): LivestillError =>
	new LivestillError('STORE_UNAVAILABLE', `the object store did not answer (${what})`, { cause });

const storedKeyframe = (object: R2ObjectBody): StoredKeyframe => {
	const discard = (): void => {
		if (object.bodyUsed) return;
		const gone: Promise<unknown> = object.size <= drainBytes ? object.arrayBuffer() : object.body.cancel();
		gone.catch(() => {});
	};
	let info: KeyframeInfo;
	try {
		info = parseMetadata(object.customMetadata ?? {});
	} catch (error) {
		discard();
		throw error;
	}
	return {
		info,
		size: object.size,
		read: async () => {
			try {
				return new Uint8Array(await object.arrayBuffer());
			} catch (cause) {
				throw unavailable('read', cause);
			}
		},
		discard,
	};
};

const readableInfo = (metadata: Record<string, string> | undefined): KeyframeInfo | null => {
	try {
		return parseMetadata(metadata ?? {});
	} catch {
		return null;
	}
};

async function* listStreams(bucket: R2Bucket): AsyncGenerator<ListedStream> {
	let cursor: string | undefined;
	for (let page = 0; page < listPages; page += 1) {
		const options: R2ListOptions = { prefix: livePrefix, include: ['customMetadata'] };
		if (cursor !== undefined) options.cursor = cursor;
		const listed = await bucket.list(options).catch((cause: unknown) => {
			throw unavailable('list', cause);
		});
		for (const object of listed.objects) {
			const name = nameOfLiveKey(object.key);
			const info = readableInfo(object.customMetadata);
			if (name !== null && info !== null) yield { name, info };
		}
		if (!listed.truncated) return;
		cursor = listed.cursor;
	}
}

const found = async (bucket: R2Bucket, key: ObjectKey): Promise<StoredKeyframe | null> => {
	const object = await bucket.get(key).catch((cause: unknown) => {
		throw unavailable('get', cause);
	});
	return object === null ? null : storedKeyframe(object);
};

/** A {@link KeyframeSource} that makes one R2 call per `newest` and one per 1,000 objects of `list`, of 40,000 at most. */
export const createR2KeyframeSource = (bucket: R2Bucket): KeyframeSource => ({
	newest: (name) => found(bucket, liveKey(name)),
	list: () => listStreams(bucket),
});

/** A {@link KeyframeHistory} that makes one R2 call per call. */
export const createR2KeyframeHistory = (bucket: R2Bucket): KeyframeHistory => ({
	list: async (name, from, limit) => {
		const before = justBefore(name, from);
		const start = before === undefined ? {} : { startAfter: before };
		const listed = await bucket.list({ prefix: historyPrefix(name), limit, ...start }).catch((cause: unknown) => {
			throw unavailable('list', cause);
		});
		return listed.objects.flatMap(({ key, size }) => {
			const kept = parseHistoryKey(key);
			return kept === null ? [] : [{ capturedAt: kept.capturedAt, size }];
		});
	},
	kept: (name, capturedAt) => found(bucket, historyKey(name, capturedAt)),
});

/**
 * An {@link ObjectStore} over an R2 binding, or over anything of its shape such as Miniflare's `getR2Bucket()`.
 */
import { type ObjectStore, type StoredHead, StoreError } from './port.ts';
import { storeCallTimeout, withTimeLimit } from './time-limit.ts';

/** What R2 says of an object. */
export interface R2Head {
	readonly etag: string;
	readonly customMetadata?: Record<string, string> | undefined;
}

/** The part of R2's `R2Bucket` that is used here. https://developers.cloudflare.com/r2/api/workers/workers-api-reference/ */
export interface R2BucketShape {
	get(key: string): Promise<(R2Head & { arrayBuffer(): Promise<ArrayBuffer> }) | null>;
	head(key: string): Promise<R2Head | null>;
	put(
		key: string,
		value: Uint8Array,
		options: {
			onlyIf: { etagMatches: string } | { etagDoesNotMatch: string };
			httpMetadata: { contentType: string };
			customMetadata: Record<string, string>;
		},
	): Promise<R2Head | null>;
	list(options: { prefix: string; startAfter?: string; limit: number }): Promise<{
		readonly objects: readonly { readonly key: string }[];
		readonly truncated: boolean;
	}>;
	delete(keys: string[]): Promise<void>;
}

// R2 tells what went wrong only in the message: a status text and a code in parentheses. 10058: too many writes per key.
const throttledMessage = /\b429\b|\(10058\)|too many requests|rate limit/i;

const storeError = (what: string, cause: unknown): StoreError => {
	if (cause instanceof StoreError) return cause;
	const message = cause instanceof Error ? cause.message : String(cause);
	return new StoreError(throttledMessage.test(message) ? 'throttled' : 'unavailable', `${what}: ${message}`, { cause });
};

const headOf = (object: R2Head): StoredHead => ({ etag: object.etag, metadata: object.customMetadata ?? {} });

/** @param timeout milliseconds after which a call rejects with `unavailable` */
export const createR2BucketStore = (bucket: R2BucketShape, timeout = storeCallTimeout): ObjectStore => {
	const guarded = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
		try {
			return await withTimeLimit(what, call(), timeout);
		} catch (cause) {
			throw storeError(what, cause);
		}
	};
	return {
		get: (key) =>
			guarded(`get ${key}`, async () => {
				const object = await bucket.get(key);
				return object === null ? null : { ...headOf(object), body: new Uint8Array(await object.arrayBuffer()) };
			}),
		head: (key) =>
			guarded(`head ${key}`, async () => {
				const object = await bucket.head(key);
				return object === null ? null : headOf(object);
			}),
		put: (key, { body, contentType, metadata }, condition) =>
			guarded(`put ${key}`, async () => {
				// Miniflare's proxy asserts on a Node Buffer, outside of any promise: always hand it a plain Uint8Array.
				const value = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
				const written = await bucket.put(key, value, {
					onlyIf: condition === 'absent' ? { etagDoesNotMatch: '*' } : { etagMatches: condition.etag },
					httpMetadata: { contentType },
					customMetadata: { ...metadata },
				});
				if (written === null) throw new StoreError('precondition-failed', `put ${key}: the object has changed`);
				return written.etag;
			}),
		list: (prefix, { after, limit }) =>
			guarded(`list ${prefix}`, async () => {
				const start = after === undefined ? {} : { startAfter: after };
				const { objects, truncated } = await bucket.list({ prefix, ...start, limit });
				return { keys: objects.map(({ key }) => key), isTruncated: truncated };
			}),
		remove: (keys) => guarded(`delete ${keys.length} objects`, () => bucket.delete([...keys])),
	};
};

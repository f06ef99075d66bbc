/**
 * The object store as the ingest node needs it. Adapters: R2 in this process, R2 of the parent process, S3, a
 * directory, memory. One
 * contract suite, `test/contract`, runs against all of them.
 */
import { LivestillError } from '../../src/shared/errors.ts';
import type { HistoryKey } from '../../src/shared/history-key.ts';
import type { ObjectKey } from '../../src/shared/stream-name.ts';

/** What a PUT writes. `body` may be a view; it is not written to until the PUT has settled. */
export interface NewObject {
	readonly body: Uint8Array;
	readonly contentType: string;
	readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredHead {
	/** MD5 of the body in lower-case hexadecimal, without quotes: equal bodies have equal ETags. */
	readonly etag: string;
	readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredObject extends StoredHead {
	readonly body: Uint8Array;
}

/** What must hold for a PUT to happen: no object under the key (`If-None-Match: *`), or this one (`If-Match`). */
export type PutCondition = 'absent' | { readonly etag: string };

/**
 * Why a store call failed.
 * - `precondition-failed`: the {@link PutCondition} does not hold; nothing was written.
 * - `throttled`: too many writes; nothing was written, try again later.
 * - `unavailable`: no answer, or an unexpected one; a PUT may or may not have been carried out.
 */
export type StoreFailure = 'precondition-failed' | 'throttled' | 'unavailable';

/** The only error that a {@link KeyframeStore} rejects with. */
export class StoreError extends LivestillError {
	readonly failure: StoreFailure;

	constructor(failure: StoreFailure, message: string, options?: ErrorOptions) {
		super('STORE_UNAVAILABLE', message, options);
		this.name = 'StoreError';
		this.failure = failure;
	}
}

/** Every call settles within the adapter's time limit and rejects with nothing but a {@link StoreError}. */
export interface KeyframeStore {
	/** The object, or `null` when there is none. */
	get(key: ObjectKey): Promise<StoredObject | null>;
	/** ETag and metadata of the object, or `null` when there is none. */
	head(key: ObjectKey): Promise<StoredHead | null>;
	/** Writes the whole object or nothing and resolves to its ETag. */
	put(key: ObjectKey, object: NewObject, condition: PutCondition): Promise<string>;
}

/** Keys in the order of their bytes. */
export interface KeyPage {
	readonly keys: readonly string[];
	/** Whether there are more behind them. */
	readonly isTruncated: boolean;
}

/** Most keys of one {@link ObjectStore.list} and one {@link ObjectStore.remove}: the limit of S3 and R2. */
export const mostKeys = 1000;

/** A {@link KeyframeStore} that can also be swept. The same promises hold. */
export interface ObjectStore extends KeyframeStore {
	/**
	 * Keys that begin with `prefix` and sort behind `after`, the first `limit` of them, 1 to {@link mostKeys}. Some services give
	 * fewer than there are and say `isTruncated`.
	 */
	list(prefix: string, options: { readonly after?: string | undefined; readonly limit: number }): Promise<KeyPage>;
	/** Deletes kept keyframes, at most {@link mostKeys}. What is not there does not matter. When it rejects, some may be gone. */
	remove(keys: readonly HistoryKey[]): Promise<void>;
}

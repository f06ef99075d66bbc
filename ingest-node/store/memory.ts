/** A store in memory, for tests: the reference that the real adapters are compared with. */
import { createHash } from 'node:crypto';
import { type ObjectStore, type StoredObject, StoreError } from './port.ts';

/** A new, empty store; `objects` shows what it holds. */
export const createMemoryStore = (): ObjectStore & { readonly objects: ReadonlyMap<string, StoredObject> } => {
	const objects = new Map<string, StoredObject>();
	return {
		objects,
		get: async (key) => objects.get(key) ?? null,
		head: async (key) => {
			const object = objects.get(key);
			return object === undefined ? null : { etag: object.etag, metadata: object.metadata };
		},
		put: async (key, { body, metadata }, condition) => {
			const present = objects.get(key);
			const holds = condition === 'absent' ? present === undefined : present?.etag === condition.etag;
			if (!holds) throw new StoreError('precondition-failed', `put ${key}: the object has changed`);
			const etag = createHash('md5').update(body).digest('hex');
			objects.set(key, { etag, metadata: { ...metadata }, body: Uint8Array.from(body) });
			return etag;
		},
		list: async (prefix, { after = '', limit }) => {
			const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
			return { keys: keys.slice(0, limit), isTruncated: keys.length > limit };
		},
		remove: async (keys) => {
			for (const key of keys) objects.delete(key);
		},
	};
};

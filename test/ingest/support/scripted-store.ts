import { createMemoryStore } from '../../../ingest-node/store/memory.ts';
import { type ObjectStore, type StoredObject, StoreError, type StoreFailure } from '../../../ingest-node/store/port.ts';
import { type KeyframeInfo, parseMetadata } from '../../../src/shared/keyframe-object.ts';

interface PutRecord {
	/** Time of the fake clock when the PUT began. */
	readonly at: number;
	readonly info: KeyframeInfo;
	readonly body: Uint8Array;
	readonly condition: unknown;
	outcome: 'pending' | 'written' | StoreFailure;
}

/** What becomes of the next calls: done, refused, or done although the answer is lost. */
type Fate = 'done' | StoreFailure | 'done-but-unanswered';

export interface ScriptedStore extends ObjectStore {
	readonly puts: PutRecord[];
	readonly objects: ReadonlyMap<string, StoredObject>;
	/** Fates of the PUTs to come, in order; then all are done. */
	fates: Fate[];
	/** Fates of the HEADs to come. */
	headFates: Fate[];
	/** Awaited before each PUT takes effect. */
	latency: () => Promise<void>;
	/** Most PUTs that were in flight at a time. */
	readonly mostInFlight: number;
	readonly heads: number;
}

/** A memory store that records, delays and fails as the test wants. */
export const createScriptedStore = (now: () => number): ScriptedStore => {
	const memory = createMemoryStore();
	let inFlight = 0;
	let mostInFlight = 0;
	let heads = 0;
	const scripted: ScriptedStore = {
		puts: [],
		objects: memory.objects,
		fates: [],
		headFates: [],
		latency: async () => {},
		get: memory.get,
		list: memory.list,
		remove: memory.remove,
		head: async (key) => {
			heads += 1;
			const fate = scripted.headFates.shift() ?? 'done';
			if (fate !== 'done') throw new StoreError('unavailable', 'scripted');
			return memory.head(key);
		},
		put: async (key, object, condition) => {
			const info = parseMetadata(object.metadata);
			const record: PutRecord = { at: now(), info, body: object.body, condition, outcome: 'pending' };
			scripted.puts.push(record);
			inFlight += 1;
			mostInFlight = Math.max(mostInFlight, inFlight);
			try {
				await scripted.latency();
				const fate = scripted.fates.shift() ?? 'done';
				if (fate === 'throttled' || fate === 'unavailable') throw new StoreError(fate, 'scripted');
				const etag = await memory.put(key, object, condition);
				if (fate === 'done-but-unanswered') throw new StoreError('unavailable', 'scripted: the answer is lost');
				record.outcome = 'written';
				return etag;
			} catch (error) {
				record.outcome = error instanceof StoreError ? error.failure : 'unavailable';
				throw error;
			} finally {
				inFlight -= 1;
			}
		},
		get mostInFlight() {
			return mostInFlight;
		},
		get heads() {
			return heads;
		},
	};
	return scripted;
};

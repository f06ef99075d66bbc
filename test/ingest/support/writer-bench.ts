import { bodyOf, infoOf } from '../../../ingest-node/keyframe.ts';
import { createKeyframeWriter, type KeyframeWriter } from '../../../ingest-node/keyframe-writer.ts';
import type { PutCondition } from '../../../ingest-node/store/port.ts';
import type { LivestillError } from '../../../src/shared/errors.ts';
import { buildMetadata, type KeyframeInfo, parseMetadata } from '../../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../../src/shared/stream-name.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { fakeKeyframe, fakeSession, uuid } from './keyframes.ts';
import { createScriptedStore, type ScriptedStore } from './scripted-store.ts';

export const key = liveKey(parseStreamName('abc'));
/** The session whose writer is under test, and one of another node. */
export const session = fakeSession(uuid(1));
export const stranger = fakeSession(uuid(2), 'http://node-b:8082');

export interface WriterBench {
	readonly clock: FakeClock;
	readonly store: ScriptedStore;
	/** Reasons for which the name was lost. */
	readonly lost: LivestillError[];
	readonly failures: unknown[];
	/** What was told of the lease: it has run out, it lasts again. */
	readonly fences: boolean[];
	start(options?: { readonly pushInterval?: number; readonly condition?: PutCondition }): KeyframeWriter;
	/** What the stored object says. */
	stored(): KeyframeInfo;
	/** Starts of all PUTs, and the keyframes that they wrote. */
	times(): number[];
	sequences(): number[];
	/** Puts another session's object under the key, whatever is there. */
	usurp(leaseUntil?: number): Promise<void>;
}

export const createWriterBench = (): WriterBench => {
	const clock = createFakeClock();
	const store = createScriptedStore(clock.monotonic);
	const lost: LivestillError[] = [];
	const failures: unknown[] = [];
	const fences: boolean[] = [];
	return {
		clock,
		store,
		lost,
		failures,
		fences,
		start: ({ pushInterval = 2000, condition = 'absent' } = {}) =>
			createKeyframeWriter(session, {
				store,
				clock,
				random: () => 0.5,
				pushInterval,
				condition,
				isOurs: (id) => id === session.id,
				onLost: (reason) => lost.push(reason),
				onFailure: (error) => failures.push(error),
				onFence: (isFenced) => fences.push(isFenced),
			}),
		stored: () => parseMetadata(store.objects.get(key)?.metadata ?? {}),
		times: () => store.puts.map(({ at }) => at),
		sequences: () => store.puts.map(({ info }) => info.sequence),
		usurp: async (leaseUntil = clock.now() + 30_000) => {
			const metadata = buildMetadata(infoOf(stranger, fakeKeyframe(9), leaseUntil));
			const object = { body: bodyOf(stranger, fakeKeyframe(9)), contentType: 'video/h264', metadata };
			const present = store.objects.get(key);
			await store.put(key, object, present === undefined ? 'absent' : { etag: present.etag });
			store.puts.pop();
		},
	};
};

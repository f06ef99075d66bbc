/** What the contract suite cannot bring about: stores and channels that fail. */
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createParentProcessStore } from '../../ingest-node/store/parent-process.ts';
import { createR2BucketStore, type R2BucketShape } from '../../ingest-node/store/r2-bucket.ts';
import { serveStore } from '../../ingest-node/store/serve-store.ts';
import { historyKey } from '../../src/shared/history-key.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { createScriptedStore } from './support/scripted-store.ts';

const key = liveKey(parseStreamName('abc'));
const kept = historyKey(parseStreamName('abc'), 1_700_000_000_000);
const object = { body: Uint8Array.of(1), contentType: 'video/h264', metadata: {} };

const bucket = (call: () => Promise<never>): R2BucketShape => ({
	...{ get: call, head: call, put: call, list: call, delete: call },
});

describe('the R2 adapter', () => {
	it.each([
		['put: Reduce your concurrent request rate for the same object. (10058)', 'throttled'],
		['put: Too Many Requests (429)', 'throttled'],
		['put: We encountered an internal error. Please try again. (10001)', 'unavailable'],
		['socket hang up', 'unavailable'],
	])('%s: %s', async (message, failure) => {
		const store = createR2BucketStore(bucket(() => Promise.reject(new Error(message))));
		await expect(store.put(key, object, 'absent')).rejects.toMatchObject({ name: 'StoreError', failure });
		await expect(store.head(key)).rejects.toMatchObject({ failure });
		await expect(store.get(key)).rejects.toMatchObject({ failure });
		await expect(store.list('frames/', { limit: 1 })).rejects.toMatchObject({ failure });
		await expect(store.remove([kept])).rejects.toMatchObject({ failure });
	});

	it('turns a throwing binding and a silent one into a failure', async () => {
		const throwing = bucket(() => {
			throw new Error('bad');
		});
		await expect(createR2BucketStore(throwing).head(key)).rejects.toMatchObject({ failure: 'unavailable' });
		const silent = createR2BucketStore(
			bucket(() => new Promise(() => {})),
			20,
		);
		await expect(silent.head(key)).rejects.toThrow('no answer within 20 ms');
	});
});

/** Two ends of a channel that clones what it carries. */
const createChannel = () => {
	const end = () => Object.assign(new EventEmitter(), { connected: true, broken: false });
	const child = end();
	const parent = end();
	const send =
		(from: typeof child, to: typeof child) =>
		(message: unknown, callback: (error: Error | null) => void): boolean => {
			if (from.broken) queueMicrotask(() => callback(new Error('the channel is broken')));
			else {
				queueMicrotask(() => to.emit('message', structuredClone(message)));
				callback(null);
			}
			return true;
		};
	return {
		child: Object.assign(child, { send: send(child, parent) }),
		parent: Object.assign(parent, { send: send(parent, child) }),
	};
};

describe('the store of the parent process', () => {
	it('carries failures', async () => {
		const { child, parent } = createChannel();
		const served = createScriptedStore(() => 0);
		serveStore(parent, served);
		const store = createParentProcessStore(child);
		served.headFates = ['unavailable'];
		await expect(store.head(key)).rejects.toMatchObject({ failure: 'unavailable' });
		expect(await store.head(key)).toBeNull();
	});

	it('fails at once when there is no parent', async () => {
		const { child } = createChannel();
		child.connected = false;
		await expect(createParentProcessStore(child).head(key)).rejects.toMatchObject({ failure: 'unavailable' });
	});

	it('fails what is under way when the parent goes', async () => {
		const { child } = createChannel();
		const store = createParentProcessStore(child);
		const calls = [
			...[store.head(key), store.get(key), store.put(key, object, 'absent')],
			...[store.list('frames/', { limit: 1 }), store.remove([kept])],
		];
		child.emit('disconnect');
		for (const call of calls) await expect(call).rejects.toThrow('the parent process is gone');
	});

	it('fails when the message cannot be sent, and when nobody answers', async () => {
		const { child } = createChannel();
		const store = createParentProcessStore(child, 20);
		await expect(store.head(key)).rejects.toThrow('no answer within 20 ms');
		child.broken = true;
		await expect(store.head(key)).rejects.toThrow('the channel is broken');
	});

	it('ignores messages that are none of its business', async () => {
		const { child, parent } = createChannel();
		const stop = serveStore(
			parent,
			createScriptedStore(() => 0),
		);
		const store = createParentProcessStore(child, 30);
		for (const message of [null, 'text', { type: 'ready' }, { type: 'store-result', id: 99, value: 1 }]) {
			child.emit('message', message);
			parent.emit('message', message);
		}
		expect(await store.head(key)).toBeNull();
		stop();
		await expect(store.head(key)).rejects.toThrow('no answer');
	});

	it('does not mind a child that is gone before its answer', async () => {
		const { child, parent } = createChannel();
		serveStore(
			parent,
			createScriptedStore(() => 0),
		);
		parent.connected = false;
		await expect(createParentProcessStore(child, 20).head(key)).rejects.toThrow('no answer');
	});
});

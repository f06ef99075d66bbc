/**
 * The store of the parent process: what the ingest node uses as a child of `npm start`, where the parent holds the
 * bucket. Calls travel over the IPC channel of `child_process.fork` (`serialization: 'advanced'`, so that bodies travel
 * as bytes); `serve-store.ts` is the other end.
 */
import type { ObjectKey } from '../../src/shared/stream-name.ts';
import { type KeyframeStore, type NewObject, type PutCondition, StoreError, type StoreFailure } from './port.ts';
import { storeCallTimeout } from './time-limit.ts';

/** A call as it travels from child to parent. */
export type StoreCall = {
	readonly type: 'store-call';
	/** Counter of the child's calls, repeated in the result. */
	readonly id: number;
	readonly key: ObjectKey;
} & (
	| { readonly op: 'get' | 'head' }
	| { readonly op: 'put'; readonly object: NewObject; readonly condition: PutCondition }
);

/** The parent's answer. `value` is what the port's method resolves to. */
export type StoreResult = { readonly type: 'store-result'; readonly id: number } & (
	| { readonly value: unknown }
	| { readonly failure: StoreFailure; readonly message: string }
);

/** The part of `process` that makes an IPC channel. */
export interface ParentChannel {
	readonly connected: boolean;
	send?(message: unknown, callback: (error: Error | null) => void): boolean;
	on(event: 'message', listener: (message: unknown) => void): unknown;
	on(event: 'disconnect', listener: () => void): unknown;
}

type Body = { readonly op: 'get' | 'head' } | Pick<StoreCall & { op: 'put' }, 'op' | 'object' | 'condition'>;

const isResult = (message: unknown): message is StoreResult =>
	typeof message === 'object' && message !== null && 'type' in message && message.type === 'store-result';

/** @param timeout milliseconds; a little more than the parent's own limit, so that its reason is the one that is seen */
export const createParentProcessStore = (
	channel: ParentChannel = process,
	timeout = storeCallTimeout + 1000,
): KeyframeStore => {
	const waiting = new Map<number, (result: StoreResult) => void>();
	let lastId = 0;

	const fail = (id: number, message: string): void =>
		waiting.get(id)?.({ type: 'store-result', id, failure: 'unavailable', message });

	channel.on('message', (message) => {
		if (isResult(message)) waiting.get(message.id)?.(message);
	});
	channel.on('disconnect', () => {
		for (const id of [...waiting.keys()]) fail(id, 'the parent process is gone');
	});

	const call = (key: ObjectKey, body: Body): Promise<unknown> =>
		new Promise((resolve, reject) => {
			lastId += 1;
			const id = lastId;
			const timer = setTimeout(() => fail(id, `no answer within ${timeout} ms`), timeout);
			waiting.set(id, (result) => {
				clearTimeout(timer);
				waiting.delete(id);
				if ('value' in result) resolve(result.value);
				else reject(new StoreError(result.failure, `${body.op} ${key}: ${result.message}`));
			});
			if (!channel.connected || channel.send === undefined) fail(id, 'there is no parent process');
			else
				channel.send({ type: 'store-call', id, key, ...body }, (error) => {
					if (error !== null) fail(id, error.message);
				});
		});

	return {
		get: (key) => call(key, { op: 'get' }) as ReturnType<KeyframeStore['get']>,
		head: (key) => call(key, { op: 'head' }) as ReturnType<KeyframeStore['head']>,
		put: (key, object, condition) => call(key, { op: 'put', object, condition }) as ReturnType<KeyframeStore['put']>,
	};
};

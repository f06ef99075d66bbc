/**
 * The store of the parent process: what the ingest node uses as a child of `npm start`, where the parent holds the
 * bucket. Calls travel over the IPC channel of `child_process.fork` (`serialization: 'advanced'`, so that bodies travel
 * as bytes); `serve-store.ts` is the other end.
 */
import type { HistoryKey } from '../../src/shared/history-key.ts';
import type { ObjectKey } from '../../src/shared/stream-name.ts';
import { type NewObject, type ObjectStore, type PutCondition, StoreError, type StoreFailure } from './port.ts';
import { storeCallTimeout } from './time-limit.ts';

/** A call as it travels from child to parent. */
export type StoreCall = {
	readonly type: 'store-call';
	/** Counter of the child's calls, repeated in the result. */
	readonly id: number;
} & CallBody;

type CallBody =
	| { readonly op: 'get' | 'head'; readonly key: ObjectKey }
	| { readonly op: 'put'; readonly key: ObjectKey; readonly object: NewObject; readonly condition: PutCondition }
	| { readonly op: 'list'; readonly prefix: string; readonly options: Parameters<ObjectStore['list']>[1] }
	| { readonly op: 'remove'; readonly keys: readonly HistoryKey[] };

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

const subjectOf = (body: CallBody): string => {
	if (body.op === 'list') return body.prefix;
	return body.op === 'remove' ? `${body.keys.length} objects` : body.key;
};

const isResult = (message: unknown): message is StoreResult =>
	typeof message === 'object' && message !== null && 'type' in message && message.type === 'store-result';

/** @param timeout milliseconds; a little more than the parent's own limit, so that its reason is the one that is seen */
export const createParentProcessStore = (
	channel: ParentChannel = process,
	timeout = storeCallTimeout + 1000,
): ObjectStore => {
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

	const call = (body: CallBody): Promise<unknown> =>
		new Promise((resolve, reject) => {
			lastId += 1;
			const id = lastId;
			const timer = setTimeout(() => fail(id, `no answer within ${timeout} ms`), timeout);
			waiting.set(id, (result) => {
				clearTimeout(timer);
				waiting.delete(id);
				if ('value' in result) resolve(result.value);
				else reject(new StoreError(result.failure, `${body.op} ${subjectOf(body)}: ${result.message}`));
			});
			if (!channel.connected || channel.send === undefined) fail(id, 'there is no parent process');
			else
				channel.send({ type: 'store-call', id, ...body }, (error) => {
					if (error !== null) fail(id, error.message);
				});
		});

	return {
		get: (key) => call({ op: 'get', key }) as ReturnType<ObjectStore['get']>,
		head: (key) => call({ op: 'head', key }) as ReturnType<ObjectStore['head']>,
		put: (key, object, condition) => call({ op: 'put', key, object, condition }) as ReturnType<ObjectStore['put']>,
		list: (prefix, options) => call({ op: 'list', prefix, options }) as ReturnType<ObjectStore['list']>,
		remove: (keys) => call({ op: 'remove', keys }) as ReturnType<ObjectStore['remove']>,
	};
};
